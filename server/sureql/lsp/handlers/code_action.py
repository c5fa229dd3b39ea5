"""Quick fixes of the problems in a range, the action that applies all safe ones of the file, and
rewrites at the cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from lsprotocol import types

from sureql.lsp import fixing, from_proto
from sureql.lsp.actions import EXPAND_STAR, FIX_ALL, QUICK_FIX, REWRITE, Action, Actions
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.open_document import View
from sureql.lsp.session import Session

KINDS = [QUICK_FIX, FIX_ALL, REWRITE]
Answer = list[Action]


def run(session: Session, view: View, params: types.CodeActionParams) -> Answer | Awaitable[Answer]:
    only = params.context.only
    make, actions = Actions(session, view), []
    span = from_proto.span(view.document, params.range, session.editor.encoding)
    if span is None:
        return []
    if _wants(only, QUICK_FIX):
        actions = make.at(span)
    if _wants(only, EXPAND_STAR):
        actions += make.expansions(span.start)
    # Editors ask unasked, to show a light bulb: then nothing is searched.
    if params.context.trigger_kind is not types.CodeActionTriggerKind.Automatic:
        actions += make.rewrites(span.start, lambda kind: _wants(only, kind))
    if only and _wants(only, FIX_ALL):
        # Editors ask for it by name; unasked it would cost a check of the whole file.
        return _with_fix_all(session, make, actions)
    if any("data" in action for action in actions) and not session.editor.resolves_edits:
        return _resolved(session, make, actions)
    return actions


async def _with_fix_all(session: Session, make: Actions, actions: Answer) -> Answer:
    edits = await fixing.fixed(session, make.view)
    return [*actions, *make.fix_all(edits)] if edits else actions


async def _resolved(session: Session, make: Actions, actions: Answer) -> Answer:
    """For clients that take an action only with its edits."""
    for action in actions:
        if data := action.pop("data", None):
            action["edit"] = make.possible(await fixing.fixed(session, make.view, data["code"]))
    return actions


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    return not only or any(kind == asked or kind.startswith(f"{asked}.") for asked in only)


OPTIONS = types.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
HANDLER = Handler(types.TEXT_DOCUMENT_CODE_ACTION, Kind.SNAPSHOT, run, OPTIONS, list)
