"""string_agg, which sqlglot reads in a way of its own: the separator is no argument there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sureql.semantics.kinds import arguments, calls, overloads, told

if TYPE_CHECKING:
    from sureql.semantics.kinds.expressions import Typing


def string_agg(typing: Typing, node: exp.Expr) -> str:
    """What `string_agg` gives; reports what it does not take."""
    value = node.this.this if isinstance(node.this, exp.Order) else node.this
    value = value.expressions[0] if isinstance(value, exp.Distinct) else value
    kind, between = typing.of(value), typing.of(node.args.get("separator"))
    typing.roles[id(node)] = "a"
    if node.args.get("separator") is None:
        listed = node.find(exp.Distinct)
        one = listed is None or len(listed.expressions) == 1
        wrong = calls.wrong_count("string_agg", 1) if one else ""
        call = arguments.of(node, typing.text) if wrong and isinstance(node, exp.Func) else None
        if call is not None:
            typing.report(call.name, "wrong-arguments", wrong)
        return ""
    found = overloads.routine(calls.builtin("string_agg"), (kind, between))
    if not found.fits:
        message = f"string_agg needs a text, {told.what(typing, value, kind)}."
        typing.report(typing.span(value), "wrong-arguments", message)
    return found.result
