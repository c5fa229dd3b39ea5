"""A session as Neovim and as VS Code would have it, on the music store."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from support.waiting import PATIENCE

MUSIC = Path(__file__).parents[1] / "fixtures" / "schemas" / "music.sql"
EDITORS = {"neovim": "utf-8", "visual-studio-code": "utf-16"}
PUBLISHED = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
QUERY = """-- 😀 emoji before the statement
SELECT a.nme FROM artist a; -- 😀
SELECT /* 😀 */ nam FROM artist;
SELECT /* 😀 */ * FROM artist WHERE 
"""


@pytest_lsp.fixture(  # type: ignore[misc]
    scope="module",
    params=list(EDITORS),
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "sureql", "lsp"],
        server_env={**os.environ, "SUREQL_CONFIG": "/nowhere/config.toml"},
    ),
)
async def editor(
    lsp_client: LanguageClient, request: Any, tmp_path_factory: Any
) -> AsyncIterator[None]:
    root = tmp_path_factory.mktemp(request.param)
    (root / "schema.sql").write_text(MUSIC.read_text())
    lsp_client.root = root
    lsp_client.kind = request.param
    lsp_client.statuses = []
    lsp_client.published = []

    def published(params: types.PublishDiagnosticsParams) -> None:
        lsp_client.published.append(params)
        # The next is waited for before it can come.
        lsp_client.protocol.wait_for_notification(PUBLISHED, published)

    lsp_client.protocol.wait_for_notification(PUBLISHED, published)

    @lsp_client.feature("didChangeStatus")
    def status(params: Any) -> None:
        lsp_client.statuses.append(params)

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        lsp_client.registered = params.registrations

    lsp_client.result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="music")],
        )
    )
    yield
    await lsp_client.shutdown_session()


class Document:
    """An open document, with positions given as a line and a text after which the cursor is."""

    def __init__(self, client: LanguageClient, name: str, text: str) -> None:
        self.client = client
        self.uri = (client.root / name).as_uri()
        self.version = 1
        self.lines = text.split("\n")
        item = types.TextDocumentItem(self.uri, "sql", 1, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def id(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def after(self, line: int, before: str) -> types.Position:
        written = self.lines[line][: self.lines[line].index(before) + len(before)]
        codec, size = ("utf-8", 1) if EDITORS[self.client.kind] == "utf-8" else ("utf-16-le", 2)
        return types.Position(line, len(written.encode(codec)) // size)

    def range(self, line: int, text: str) -> types.Range:
        end = self.after(line, text)
        return types.Range(types.Position(line, end.character - len(text)), end)

    async def diagnostics(self, *codes: str) -> list[types.Diagnostic]:
        async def wait() -> list[types.Diagnostic]:
            while True:
                found = self.client.diagnostics.get(self.uri)
                if found is not None and [d.code for d in found] == list(codes):
                    return list(found)
                await asyncio.sleep(0.01)

        return await asyncio.wait_for(wait(), PATIENCE)

    def close(self) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.id))


@pytest_asyncio.fixture(loop_scope="module")
async def query(editor: LanguageClient) -> AsyncIterator[Document]:
    document = Document(editor, "query.sql", QUERY)
    await document.diagnostics("unknown-column", "unknown-column", "syntax-error")
    yield document
    document.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_capabilities(editor: LanguageClient) -> None:
    found = editor.result.capabilities
    assert found.position_encoding == EDITORS[editor.kind]
    assert found.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    assert found.inline_completion_provider is not None
    assert set(found.execute_command_provider.commands) == {
        "sureql.explain",
        "sureql.generate",
        "sureql.optimize",
        "sureql.plan",
        "sureql.refreshSchema",
        "sureql.schema",
        "sureql.showLog",
        "sureql.showPrompt",
        "sureql.status",
    }


async def test_diagnostics_stand_where_the_editor_counts(query: Document) -> None:
    found = await query.diagnostics("unknown-column", "unknown-column", "syntax-error")
    assert found[0].range == query.range(1, "nme")
    assert found[1].range == query.range(2, "nam")
    assert {d.source for d in found} == {"sureql"}


async def test_popup(query: Document) -> None:
    where = query.after(3, "WHERE ")
    params = types.CompletionParams(query.id, where)
    found = await query.client.text_document_completion_async(params)
    labels = [item.label for item in found.items]
    assert {"name", "country", "artist_id"} <= set(labels[:5])
    item = found.items[labels.index("country")]
    assert item.text_edit.range == types.Range(where, where)
    resolved = await query.client.completion_item_resolve_async(item)
    assert "country" in resolved.documentation.value


async def test_a_cut_list_is_not_opened_again_behind_its_word(query: Document) -> None:
    again = types.CompletionTriggerKind.TriggerForIncompleteCompletions
    for line, before, some in ((3, "WHERE ", False), (2, " nam", True)):
        context = types.CompletionContext(again)
        params = types.CompletionParams(query.id, query.after(line, before), context)
        found = await query.client.text_document_completion_async(params)
        assert bool(found.items) is some


async def test_the_list_opens_by_itself_only_where_ghost_text_cannot_help(query: Document) -> None:
    triggers = query.client.result.capabilities.completion_provider.trigger_characters
    assert "." in triggers
    assert " " not in triggers


async def test_functions_are_snippets_where_the_editor_has_them(query: Document) -> None:
    params = types.CompletionParams(query.id, query.after(3, "WHERE "))
    found = await query.client.text_document_completion_async(params)
    item = next(item for item in found.items if item.label == "coalesce")
    assert item.insert_text_format == types.InsertTextFormat.Snippet
    assert "$" in item.text_edit.new_text


async def test_hover(query: Document) -> None:
    params = types.HoverParams(query.id, query.after(1, "FROM art"))
    found = await query.client.text_document_hover_async(params)
    assert "artist_id" in found.contents.value
    assert found.range == query.range(1, "artist")


async def test_definition_leads_to_the_ddl(query: Document) -> None:
    params = types.DefinitionParams(query.id, query.after(2, "FROM art"))
    (found,) = await query.client.text_document_definition_async(params)
    uri = (query.client.root / "schema.sql").as_uri()
    link = isinstance(found, types.LocationLink)
    assert (found.target_uri if link else found.uri) == uri
    name = found.target_selection_range if link else found.range
    lines = MUSIC.read_text().split("\n")
    place = lines[name.start.line][name.start.character : name.end.character]
    assert place == "artist"
    assert lines[name.start.line].startswith("CREATE TABLE")


async def test_document_symbols(query: Document) -> None:
    params = types.DocumentSymbolParams(query.id)
    found = await query.client.text_document_document_symbol_async(params)
    assert len(found) == 3


async def test_quick_fix(query: Document) -> None:
    (first, _, _) = await query.diagnostics("unknown-column", "unknown-column", "syntax-error")
    params = types.CodeActionParams(query.id, first.range, types.CodeActionContext([first]))
    actions = await query.client.text_document_code_action_async(params)
    fix = next(action for action in actions if "name" in action.title)
    assert fix.kind == types.CodeActionKind.QuickFix
    changes = fix.edit.changes or {
        change.text_document.uri: change.edits for change in fix.edit.document_changes
    }
    assert [(e.range, e.new_text) for e in changes[query.uri]] == [(first.range, "name")]


def applied(document: Document, edits: Sequence[types.TextEdit]) -> str:
    """The document's text, which is ASCII, after edits that do not overlap."""
    starts = list(accumulate((len(line) + 1 for line in document.lines), initial=0))
    text = "\n".join(document.lines)
    for edit in sorted(edits, key=lambda e: e.range.start, reverse=True):
        start = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:start] + edit.new_text + text[end:]
    return text


async def test_fix_all(editor: LanguageClient) -> None:
    document = Document(editor, "fix.sql", "SELECT countr FROM artist;\nSELECT titel FROM albun;\n")
    await document.diagnostics("unknown-column", "unknown-table")
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    context = types.CodeActionContext([], only=["source.fixAll"])
    params = types.CodeActionParams(document.id, whole, context)
    actions = await editor.text_document_code_action_async(params)
    assert [action.kind for action in actions] == ["source.fixAll.sureql"]
    (change,) = (actions[0].edit.changes or {}).values() or [
        change.edits for change in actions[0].edit.document_changes
    ]
    assert applied(document, change) == "SELECT country FROM artist;\nSELECT title FROM album;\n"
    document.close()


async def test_ghost_text(editor: LanguageClient) -> None:
    document = Document(editor, "ghost.sql", "SELECT * FROM album JOIN art")
    async with asyncio.timeout(PATIENCE):
        while not any("tables" in one.message for one in editor.statuses):
            await asyncio.sleep(0.01)
    where = document.after(0, "art")
    context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
    raw = await editor.protocol.send_request_async(
        types.TEXT_DOCUMENT_INLINE_COMPLETION,
        types.InlineCompletionParams(context, document.id, where),
    )
    (item,) = raw.items
    assert item.insert_text.startswith("artist")
    assert item.range.start == types.Position(0, where.character - 3)
    document.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELC", "syntax-error"),
        ("SELECT name FROM art", "unknown-table"),
        ("SELECT a.name FROM artist a JOIN ", "syntax-error"),
    ],
)
async def test_what_is_half_typed_is_unfinished_before_it_is_wrong(
    editor: LanguageClient, text: str, code: str
) -> None:
    document = Document(editor, "half.sql", "SELECT name FROM artist;\n")
    await document.diagnostics()
    document.version += 1
    here = types.Position(1, 0)
    change = types.TextDocumentContentChangePartial(types.Range(here, here), text)
    editor.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=document.uri, version=document.version),
            [change],
        )
    )
    await document.diagnostics(code)
    # What is said about the text before may have been on its way.
    told = [
        one
        for one in editor.published
        if (one.uri, one.version) == (document.uri, document.version)
    ]
    assert not told[0].diagnostics
    document.close()


async def test_typing_and_undoing(editor: LanguageClient) -> None:
    document = Document(editor, "typing.sql", "SELECT name FROM artist;\n-- 😀\nSELECT 1;\n")
    await document.diagnostics()
    for text, codes in (("x", ["unknown-column"]), ("", [])):
        document.version += 1
        end = types.Position(0, 12 if text == "" else 11)
        editor.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=document.uri, version=document.version),
                [
                    types.TextDocumentContentChangePartial(
                        types.Range(types.Position(0, 11), end), text
                    )
                ],
            )
        )
        await document.diagnostics(*codes)
    document.close()


async def test_commands(editor: LanguageClient) -> None:
    for name in ("sureql.refreshSchema", "sureql.showLog"):
        params = types.ExecuteCommandParams(name)
        found = await editor.workspace_execute_command_async(params)
        assert (found is None) == (name == "sureql.refreshSchema")


async def test_copilot_messages_are_understood(query: Document) -> None:
    client = query.client
    show, part = "textDocument/didShowCompletion", "textDocument/didPartiallyAcceptCompletion"
    # Nothing is known of these items; that is no reason to fail.
    client.protocol.notify(show, {"item": {"insertText": "x"}})
    client.protocol.notify(show, None)
    client.protocol.notify(part, {"item": {}, "acceptedLength": 3})
    client.protocol.notify(part, {"item": {"data": {"id": 7}}, "acceptedLength": "all"})
    log = await client.workspace_execute_command_async(types.ExecuteCommandParams("sureql.showLog"))
    assert "failed" not in log
    assert client.statuses[-1].kind == "Normal"
