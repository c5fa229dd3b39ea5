"""A comparison with NULL by `=` or `<>` is never true.

What:
    Finds `= NULL`, `<> NULL` and `!= NULL` in conditions, and `CASE x WHEN NULL`.

Why:
    A comparison with NULL gives NULL, not true, so the condition keeps no row at all.

Example:
    SELECT name FROM customer WHERE company = NULL

Use instead:
    SELECT name FROM customer WHERE company IS NULL
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_STARTS = ("WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "NOT")


def check(context: Context) -> Iterator[Finding]:
    yield from _cases(context)
    if not any(_with_null(node) for node in context.all(exp.EQ, exp.NEQ)):
        return
    for index, token in enumerate(context.tokens[:-1]):
        null = context.tokens[index + 1]
        if token.text not in ("=", "<>", "!=") or not null.is_word("NULL"):
            continue
        if not _in_condition(context.tokens, index):
            continue
        better = "IS NULL" if token.text == "=" else "IS NOT NULL"
        span = Span(token.start, null.end)
        glue = "" if context.text[token.start - 1 : token.start].isspace() else " "
        fix = Fix(f"Change to `{better}`", (TextEdit(span, glue + better),), "unsafe", True)
        yield Finding(span, f"`{span.of(context.text)}` is never true: use `{better}`.", (fix,))


def _cases(context: Context) -> Iterator[Finding]:
    """`CASE x WHEN NULL`, which compares by `=`."""
    if not any(
        node.args.get("this") is not None
        and any(isinstance(branch.this, exp.Null) for branch in node.args.get("ifs") or ())
        for node in context.all(exp.Case)
    ):
        return
    for word, null in zip(context.tokens, context.tokens[1:], strict=False):
        if word.is_word("WHEN") and null.is_word("NULL"):
            message = "`WHEN NULL` is never true: use `CASE WHEN … IS NULL`."
            yield Finding(Span(word.start, null.end), message)


def _with_null(node: exp.Binary) -> bool:
    return isinstance(node.args.get("expression"), exp.Null)


def _in_condition(tokens: tuple[Token, ...], index: int) -> bool:
    """True if the nearest clause word before is one of a condition: `SET a = NULL` assigns."""
    depth = 0
    for token in reversed(tokens[:index]):
        depth += (token.text == ")") - (token.text == "(")
        if depth <= 0 and token.is_word(*_STARTS):
            return True
        if depth <= 0 and token.is_word("SET", "VALUES", "SELECT", "DEFAULT", "BY"):
            return False
    return False


RULE = Rule("correctness", "warning", check, fix="unsafe")
