"""Whole rewrites that somebody else proposes, such as a model: may they be looked at at all?"""

from __future__ import annotations

from sureql.gate import harm, names
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes
from sureql.ide.optimise import admission, apply
from sureql.syntax import minimal
from sureql.text.edits import TextEdit
from sureql.text.span import Span

TITLE = "Write the query as the model proposes"


def admitted(context: Context, sql: str) -> Context | str:
    """The statement as proposed, in the user's layout where nothing changes; else a sentence that
    says what is wrong with the proposal."""
    refusal = admission.refusal(context)
    if refusal:
        return refusal
    text = sql.strip().rstrip(";").rstrip()
    whole = Span(0, len(text))
    if found := harm.brought(text, whole, context.text, context.dialect):
        return f"{found[:1].upper()}{found[1:]}."
    if strange := names.unknown(text, whole, context.text, context.schema, context.dialect):
        return f"`{strange[0].of(text)}` is not known."
    changed = edits(context, text)
    if not changed:
        return "It is the statement as it was."
    after = apply.applied(context, changed)
    if after is None:
        return _problem(context, text)
    return admission.refusal(after) or after


def edits(context: Context, text: str) -> tuple[TextEdit, ...]:
    """The smallest edits of the statement after which it says what `text` says."""
    return minimal.edits(context.text, text, context.dialect)


def _problem(context: Context, text: str) -> str:
    after = causes.reread(context, text)
    if after is None:
        return "There is no statement in it."
    problems = causes.of(after)
    return problems[0].message if problems else "It is not one query that could take the place."
