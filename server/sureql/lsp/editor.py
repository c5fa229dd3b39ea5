"""The editor at the other end: what it can do, and how it is told and asked things."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from sureql.lsp.protocol import Protocol
from sureql.lsp.to_proto import DiagnosticSupport, PopupSupport
from sureql.text.document import Document
from sureql.text.encodings import Encoding

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""How many seconds an answer of the client may take; without one, work goes on as if it had none."""


class Editor:
    """The client, once `initialize` has said what it can do."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._shown: set[str] = set()
        self.capabilities = types.ClientCapabilities()
        self.encoding = Encoding.UTF16

    def introduce(self, params: types.InitializeParams) -> None:
        """Remember what the client told about itself."""
        self.capabilities = params.capabilities
        general = params.capabilities.general
        wanted = (general and general.position_encodings) or []
        known = [Encoding(name) for name in wanted if name in {e.value for e in Encoding}]
        # pygls announces the first that it knows; the two must agree.
        self.encoding = known[0] if known else Encoding.UTF16

    def keep_back(self, method: str) -> None:
        """Do not announce a method to this client; if it calls it all the same, it is answered."""
        self._protocol.fm.features.pop(method, None)

    def can(self, path: str) -> bool:
        """Whether a capability is there, such as `window.work_done_progress`."""
        value: Any = self.capabilities
        for name in path.split("."):
            value = getattr(value, name, None)
            if value is None:
                return False
        return bool(value)

    @property
    def resolves_edits(self) -> bool:
        """Whether the client takes a code action without its edits and asks for them later."""
        asked = self.capabilities.text_document
        support = asked and asked.code_action and asked.code_action.resolve_support
        return bool(support and "edit" in support.properties)

    def popup_support(self, snippets: bool) -> PopupSupport:
        """What the client's popup can do; `snippets`: whether the user wants tab stops."""
        completion = self.capabilities.text_document and self.capabilities.text_document.completion
        kinds = completion and completion.completion_item_kind
        known = kinds.value_set if kinds and kinds.value_set else range(1, 19)
        item = "text_document.completion.completion_item"
        return PopupSupport(
            frozenset(int(kind) for kind in known),
            snippets and self.can(f"{item}.snippet_support"),
            self.can(f"{item}.commit_characters_support"),
        )

    def diagnostic_support(self, pulled: bool) -> DiagnosticSupport:
        """What the client shows of a diagnostic that it asked for (`pulled`) or that we send."""
        document = self.capabilities.text_document
        told: Any = document and (document.diagnostic if pulled else document.publish_diagnostics)
        # Clients tell less about what they pull; they show both alike.
        other: Any = document and document.publish_diagnostics
        tags = getattr(told, "tag_support", None) or getattr(other, "tag_support", None)

        def can(name: str) -> bool:
            return bool(getattr(told, name, None) or getattr(other, name, None))

        return DiagnosticSupport(
            can("related_information"),
            frozenset(int(tag) for tag in (tags.value_set if tags else ())),
            can("code_description_support"),
        )

    def workspace_edit(
        self, document: Document, edits: list[types.TextEdit]
    ) -> types.WorkspaceEdit:
        """Edits of one version of one document, in the form the client takes."""
        if not self.can("workspace.workspace_edit.document_changes"):
            return types.WorkspaceEdit(changes={document.uri: edits})
        identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])

    def annotated_edit(
        self, document: Document, edits: list[types.TextEdit], name: str, title: str, note: str
    ) -> types.WorkspaceEdit:
        """The same, to be looked at before it is made where the client can do that. `name` is the
        annotation's identifier, `title` and `note` say what it is."""
        annotated = self.can("workspace.workspace_edit.change_annotation_support")
        if not annotated or not self.can("workspace.workspace_edit.document_changes"):
            return self.workspace_edit(document, edits)
        identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        marked: list[Any] = [
            types.AnnotatedTextEdit(name, one.range, one.new_text) for one in edits
        ]
        annotation = types.ChangeAnnotation(title, needs_confirmation=True, description=note)
        changes = [types.TextDocumentEdit(identifier, marked)]
        return types.WorkspaceEdit(document_changes=changes, change_annotations={name: annotation})

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._protocol.notify(method, params)

    def tell_plain(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification that may be large, as plain values."""
        self._protocol.tell_plain(method, params)

    async def ask(self, method: str, params: Any, patience: float = PATIENCE) -> Any:
        """The client's answer; None if it refuses or does not answer in `patience` seconds."""
        future = self._protocol.send_request_async(method, params)
        try:
            return await asyncio.wait_for(future, patience)
        except TimeoutError:
            log.warning("The editor did not answer %s.", method)
        except JsonRpcException as error:
            log.warning("The editor refused %s: %s", method, error)
        return None

    def warn(self, message: str) -> None:
        """Show a message to the user, each one once."""
        log.warning("%s", message)
        if message not in self._shown:
            self._shown.add(message)
            self.tell(
                types.WINDOW_SHOW_MESSAGE,
                types.ShowMessageParams(type=types.MessageType.Warning, message=unlinked(message)),
            )

    def forget(self, messages: Iterable[str]) -> None:
        """These mistakes are gone; if they are made again, they are shown again."""
        self._shown.difference_update(messages)


def unlinked(text: str) -> str:
    """`text` for a message box: some clients make links of `[…](…)`, also such as run a command, and
    names in it are texts of others."""
    return text.replace("](", "] (")
