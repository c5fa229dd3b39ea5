"""The code action "Fix with model": offered for errors that nothing else fixes, asked when chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import generating, to_proto
from sureql.ports.errors import ModelError
from sureql.text.edits import TextEdit

if TYPE_CHECKING:
    from sureql.ide.model import Diagnostic
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session

TITLE = "Fix with model"
ANNOTATION = "sureql.model"
GONE = "The problem is no longer there."
CHANGED = "The text has changed while the model was asked."


def unfixed(session: Session, view: View, found: Sequence[Diagnostic]) -> Diagnostic | None:
    """The first error of `found` that a model may be asked about: nothing of ours fixes it."""
    if not session.configuration.options(view.place).model.configured:
        return None
    return next((one for one in found if one.severity == "error" and not _has_fix(one)), None)


def data(view: View, one: Diagnostic) -> dict[str, Any]:
    """What the action keeps until the user has chosen it."""
    known = {"uri": view.document.uri, "version": view.document.version}
    return {**known, "model": {"code": one.code, "start": one.span.start, "end": one.span.end}}


async def resolve(session: Session, document: OpenDocument, action: types.CodeAction) -> None:
    """Give a chosen action the edit that takes its error away. If there is none, the status says why,
    and so does the action's `data.message`."""
    known: Any = action.data
    await session.assisting.prepare(document.place)
    view = session.view(document)
    try:
        edits, message = await _mended(session, view, known["model"])
    except ModelError as error:
        edits, message = (), str(error)
    if edits and document.sql is not view.document:
        edits, message = (), CHANGED
    if edits:
        action.edit = _edit(session, view, edits)
    else:
        session.status.flash("Warning", message)
        action.data = {**known, "message": message}


async def _mended(session: Session, view: View, wanted: Any) -> tuple[tuple[TextEdit, ...], str]:
    from sureql.assistant import mend  # At first use: it imports the parser.

    found = session.checking.all(view)
    cause = next((one for one in found if data(view, one)["model"] == wanted), None)
    means = generating.means_for(session, view)
    if cause is None:
        return (), GONE
    if means is None:
        return (), generating.why_none(session, view)
    part = view.snapshot.script.at(cause.span.start)
    inside = [one for one in found if part.span.covers(one.span)]
    place = session.assisting.place(view, cause.span.start)
    path = session.assisting.relative(view.place)
    made = await mend.mended(place, part, cause, inside, means, path)
    return made.edits, made.message


def _edit(session: Session, view: View, edits: Sequence[TextEdit]) -> types.WorkspaceEdit | None:
    convert = to_proto.Converter(view.document, session.editor.encoding)
    note = "Proposed by a model, and checked."
    written = convert.edits(edits)
    if written is None:
        return None
    return session.editor.annotated_edit(view.document, written, ANNOTATION, TITLE, note)


def _has_fix(one: Diagnostic) -> bool:
    return any(fix.applicability != "display-only" for fix in one.fixes)
