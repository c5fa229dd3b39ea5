"""Our values as the protocol's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import rule_pages, uris
from sureql.text import markdown
from sureql.text.document import Document, Position
from sureql.text.edits import TextEdit, ended_like
from sureql.text.encodings import Encoding
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.ide.model import Completion, Diagnostic, Hover, Symbol
    from sureql.inline.model import Item

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error.value,
    "warning": types.DiagnosticSeverity.Warning.value,
    "information": types.DiagnosticSeverity.Information.value,
    "hint": types.DiagnosticSeverity.Hint.value,
}

_TAGS = {
    "unnecessary": types.DiagnosticTag.Unnecessary.value,
    "deprecated": types.DiagnosticTag.Deprecated.value,
}

_KINDS: Mapping[str, types.CompletionItemKind] = {
    "table": types.CompletionItemKind.Class,
    "view": types.CompletionItemKind.Interface,
    "cte": types.CompletionItemKind.Struct,
    "column": types.CompletionItemKind.Field,
    "alias": types.CompletionItemKind.Variable,
    "schema": types.CompletionItemKind.Module,
    "function": types.CompletionItemKind.Function,
    "keyword": types.CompletionItemKind.Keyword,
    "type": types.CompletionItemKind.TypeParameter,
    "enum": types.CompletionItemKind.EnumMember,
    "join": types.CompletionItemKind.Reference,
    "condition": types.CompletionItemKind.Reference,
    "value": types.CompletionItemKind.Value,
    "star": types.CompletionItemKind.Field,
    "all-columns": types.CompletionItemKind.Field,
}

_SYMBOLS: Mapping[str, types.SymbolKind] = {
    "table": types.SymbolKind.Class,
    "view": types.SymbolKind.Interface,
    "query": types.SymbolKind.Event,
    "cte": types.SymbolKind.Struct,
    "function": types.SymbolKind.Function,
    "index": types.SymbolKind.Key,
}


@dataclass(frozen=True, slots=True)
class PopupSupport:
    """What the client's popup can do: item kinds it knows, tab stops, commit characters."""

    kinds: frozenset[int]
    snippets: bool
    commit: bool


@dataclass(frozen=True, slots=True)
class DiagnosticSupport:
    """What the client shows of a diagnostic: related places, tags, a link to the code's page."""

    related: bool = True
    tags: frozenset[int] = frozenset()
    pages: bool = False


class Converter:
    """Converts what has offsets in one version of one document."""

    def __init__(self, document: Document, encoding: Encoding) -> None:
        self._document = document
        self._encoding = encoding

    def position(self, offset: int) -> types.Position:
        place = self._document.position_at(offset, self._encoding)
        return types.Position(place.line, place.character)

    def range(self, span: Span) -> types.Range:
        return _range(*self._document.range_at(span, self._encoding))

    def plain_range(self, span: Span) -> dict[str, Any]:
        """A range as plain values: answers with many items are built without protocol objects."""
        return _plain(*self._document.range_at(span, self._encoding))

    def edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit] | None:
        """Edits by offset, with the document's own line ends; None if they can't be written in the
        strings of a host file."""
        written = self._document.written(edits)
        return None if written is None else self._edits(written)

    def possible_edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
        """The same for edits that do not need one another: those that can be written."""
        return self._edits(self._document.possible(edits))

    def _edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
        found, file = [], self._document.file
        for one in ended_like(file.text, edits):
            between = _range(*file.range_at(one.span, self._encoding))
            found.append(types.TextEdit(between, one.new_text))
        return found

    def _inserted(self, edit: TextEdit, cursor: Position) -> tuple[dict[str, Any], str] | None:
        """The range and text of what an editor is to put in at `cursor`."""
        written = self._document.inserted(edit, cursor, self._encoding)
        if written is None:
            return None
        between = self._document.file.range_at(written.span, self._encoding)
        return _plain(*between), written.new_text

    def diagnostic(self, value: Diagnostic, can: DiagnosticSupport) -> dict[str, Any]:
        """Plain values: there may be a thousand."""
        converted = {
            "range": self.plain_range(value.span),
            "severity": _SEVERITIES[value.severity],
            "code": value.code,
            "source": value.source,
            "message": value.message,
        }
        if can.pages and (page := rule_pages.uri(value.code)):
            converted["codeDescription"] = {"href": page}
        if can.tags and (tags := [_TAGS[tag] for tag in value.tags if _TAGS[tag] in can.tags]):
            converted["tags"] = tags
        if can.related and (value.related or value.declared):
            converted["relatedInformation"] = list(self._related(value))
        return converted

    def _related(self, value: Diagnostic) -> Iterator[dict[str, Any]]:
        here = self._document.uri
        for span, note in value.related:
            yield {"location": {"uri": here, "range": self.plain_range(span)}, "message": note}
        if value.declared:
            place, note = value.declared
            uri = uris.from_path(place.path)
            if uri == here and place.name.end <= len(self._document.text):
                found = self.plain_range(place.name)
            else:
                # Another file is not read for this: its line is known.
                found = {
                    "start": {"line": place.line, "character": 0},
                    "end": {"line": place.line, "character": 0},
                }
            yield {"location": {"uri": uri, "range": found}, "message": note}

    def hover(self, value: Hover) -> types.Hover:
        text = markdown.without_links(value.markdown)
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content, self.range(value.span))

    def symbol(self, value: Symbol) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=value.label or "…",
            kind=_SYMBOLS.get(value.kind, types.SymbolKind.Object),
            range=self.range(value.span),
            selection_range=self.range(value.name),
            detail=value.detail or None,
            children=[self.symbol(child) for child in value.children] or None,
        )

    def inline_item(self, value: Item, name: str, cursor: Position) -> dict[str, Any] | None:
        """None if it can't be written at the cursor."""
        written = self._inserted(TextEdit(value.replace, value.insert), cursor)
        if written is None:
            return None
        return {
            "insertText": written[1],
            "range": written[0],
            "data": {
                "id": name,
                "source": value.source,
                "verdict": {
                    "outcome": value.verdict.outcome.value,
                    "level": value.verdict.level.value if value.verdict.level else None,
                    "reason": value.verdict.reason,
                },
            },
        }

    def completion(
        self, value: Completion, offset: int, cursor: Position, can: PopupSupport
    ) -> dict[str, Any] | None:
        """Plain values: a list may hold hundreds. None if it can't be written at the cursor."""
        text = self._document.text
        insert = (
            value.insert if can.snippets or not value.snippet else _before_tab_stop(value.insert)
        )
        inserted = self._inserted(TextEdit(value.replace, insert), cursor)
        if inserted is None:
            return None
        written = text[value.replace.start : offset]
        # Clients compare all that is written in the replaced range, an opening quote included.
        quote = written[:1] if written[:1] in ('"', "`", "[", "'") else ""
        kind = _KINDS.get(value.kind, types.CompletionItemKind.Text).value
        item = {
            "label": value.label,
            "kind": kind if kind in can.kinds else types.CompletionItemKind.Text.value,
            "sortText": f"{value.rank:04d}",
            "filterText": quote + value.match,
            "textEdit": {"range": inserted[0], "newText": inserted[1]},
        }
        if value.snippet and can.snippets:
            item["insertTextFormat"] = types.InsertTextFormat.Snippet.value
        if value.detail:
            item["detail"] = value.detail
        if value.documentation:
            item["documentation"] = {"kind": "markdown", "value": value.documentation}
        if value.commit and can.commit:
            item["commitCharacters"] = list(value.commit)
        if value.key:
            item["data"] = {"uri": self._document.uri, "key": value.key}
        return item


def _range(start: Position, end: Position) -> types.Range:
    return types.Range(
        types.Position(start.line, start.character), types.Position(end.line, end.character)
    )


def _plain(start: Position, end: Position) -> dict[str, Any]:
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }


def flat(symbols: Iterable[types.DocumentSymbol], uri: str) -> list[types.SymbolInformation]:
    """Symbols for clients that know no tree."""
    found = []
    for symbol in symbols:
        location = types.Location(uri, symbol.range)
        found.append(types.SymbolInformation(location, symbol.name, symbol.kind))
        found += flat(symbol.children or [], uri)
    return found


def _before_tab_stop(snippet: str) -> str:
    """What can be inserted as plain text: `count($1)$0` becomes `count(`."""
    return snippet.split("$", 1)[0]
