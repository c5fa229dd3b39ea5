"""References and renames, a statement at a time, so that other requests have their turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from sureql.lsp import to_proto
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

if TYPE_CHECKING:
    from sureql.catalog.model import Location
    from sureql.ide.references import Place, Subject


def refused(message: str) -> JsonRpcException:
    """The answer to a rename that is not made; editors show the message."""
    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed.value)


async def references(
    session: Session, view: View, subject: Subject, declared: bool
) -> list[types.Location]:
    """All places in open documents that name the subject, its own document first; with `declared`
    also those where it gets its name, which may be in a file that is not open."""
    from sureql.ide import references as found

    listed = await _in_document(session, view, found.places(view.snapshot, subject), declared)
    origin = found.declared(view.snapshot, subject)
    if subject.shared is None or found.made_here(view.snapshot, subject.shared.path):
        return listed
    for document in tuple(session.documents.values()):
        if document.uri == view.document.uri or not document.analysed:
            continue
        await session.prepared(document.uri)
        async with session.turn():
            other = session.view(document)
        if found.declared(other.snapshot, subject) == origin:
            places = found.places(other.snapshot, subject)
            listed += await _in_document(session, other, places, declared)
    if declared and origin is not None:
        listed += _definition(session, origin)
    return list({_key(one): one for one in listed}.values())


async def edits(session: Session, view: View, offset: int, new_name: str) -> types.WorkspaceEdit:
    """The edits of a rename; raises what `refused` makes."""
    from sureql.ide import rename

    outcome: rename.Outcome | None = None
    steps = rename.at(view.snapshot, offset, new_name)
    while outcome is None:
        async with session.turn():
            # The last one is never None.
            outcome = next(steps)
    if isinstance(outcome, rename.Refused):
        raise refused(outcome.message)
    written = to_proto.Converter(view.document, session.editor.encoding).edits(outcome)
    if written is None:
        raise refused("Not renamed: the new name cannot be written in this string.")
    return session.editor.workspace_edit(view.document, written)


async def _in_document(
    session: Session, view: View, parts: Iterator[tuple[Place, ...]], declared: bool
) -> list[types.Location]:
    convert = to_proto.Converter(view.document, session.editor.encoding)
    found: list[types.Location] = []
    done = False
    while not done:
        async with session.turn():
            part = next(parts, None)
        done = part is None
        found += [
            types.Location(view.document.uri, convert.range(place.span))
            for place in part or ()
            if declared or not place.defines
        ]
    return found


def _definition(session: Session, origin: Location) -> list[types.Location]:
    uri, document = session.target(origin.path)
    if document is None or origin.name.end > len(document.text):
        return []
    convert = to_proto.Converter(document, session.editor.encoding)
    return [types.Location(uri, convert.range(origin.name))]


def _key(location: types.Location) -> tuple[str, int, int]:
    start = location.range.start
    return location.uri, start.line, start.character
