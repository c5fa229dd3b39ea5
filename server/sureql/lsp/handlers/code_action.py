"""Quick fixes of the problems in a range, and the action that applies all safe ones of the file."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from lsprotocol import types

from sureql.lsp import from_proto, to_proto
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

FIX_ALL = "source.fixAll.sureql"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]
Actions = list[types.CodeAction]


def run(
    session: Session, view: View, params: types.CodeActionParams
) -> Actions | Awaitable[Actions]:
    only = params.context.only
    actions = _quick_fixes(session, view, params.range) if _wants(only, KINDS[0]) else []
    if only and _wants(only, FIX_ALL):
        # Editors ask for it by name; unasked it would cost a check of the whole file.
        return _with_fix_all(session, view, actions)
    return actions


def _quick_fixes(session: Session, view: View, place: types.Range) -> Actions:
    from sureql.ide.assists import quick_fix

    convert = to_proto.Converter(view.document, session.editor.encoding)
    span = from_proto.span(view.document, place, session.editor.encoding)
    actions = []
    for diagnostic, fix in quick_fix.at(view.snapshot, span):
        action = types.CodeAction(fix.title, KINDS[0], is_preferred=fix.preferred)
        action.diagnostics = [convert.diagnostic(diagnostic)]
        action.edit = session.editor.workspace_edit(view.document, convert.edits(fix.edits))
        actions.append(action)
    return actions


async def _with_fix_all(session: Session, view: View, actions: Actions) -> Actions:
    if edits := await session.checking.fix_all(view):
        convert = to_proto.Converter(view.document, session.editor.encoding)
        edit = session.editor.workspace_edit(view.document, convert.edits(edits))
        actions.append(types.CodeAction("Fix all safe problems", FIX_ALL, edit=edit))
    return actions


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    return not only or any(kind == asked or kind.startswith(f"{asked}.") for asked in only)


OPTIONS = types.CodeActionOptions(code_action_kinds=KINDS)
HANDLER = Handler(types.TEXT_DOCUMENT_CODE_ACTION, Kind.SNAPSHOT, run, OPTIONS, list)
