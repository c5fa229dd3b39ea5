"""AND and OR are mixed without parentheses.

What:
    Finds `a OR b AND c` in conditions.

Why:
    AND binds more tightly than OR, which readers and writers forget. Parentheses show what is
    meant.

Example:
    SELECT name FROM track WHERE genre_id = 1 OR genre_id = 2 AND unit_price > 1

Use instead:
    SELECT name FROM track WHERE genre_id = 1 OR (genre_id = 2 AND unit_price > 1)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_STARTS = ("WHERE", "ON", "HAVING", "WHEN", "QUALIFY", "SELECT", "THEN", "ELSE", "USING", ",")
_ENDS = (
    *("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "UNION", "EXCEPT", "INTERSECT"),
    *("WINDOW", "THEN", "ELSE", "END", "WHEN", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS"),
    *("NATURAL", "RETURNING", "WHERE", "FOR", "AS", "SET", "QUALIFY", ",", ";"),
)


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Or):
        for operand in (node.this, node.expression):
            if not isinstance(operand, exp.And):
                continue
            span = places.whole(context, operand)
            word = _and(context, span) if span is not None else None
            if word is None:
                continue
            whole = _operand(context, word)
            fixes: tuple[Fix, ...] = ()
            if whole is not None:
                edits = (
                    TextEdit(Span(whole.start, whole.start), "("),
                    TextEdit(Span(whole.end, whole.end), ")"),
                )
                fixes = (Fix("Add parentheses", edits, "safe", True),)
            yield Finding(word.span, "AND binds more tightly than OR: add parentheses.", fixes)


def _and(context: Context, span: Span) -> Token | None:
    """The first AND of an operand that is not BETWEEN's."""
    depth = between = 0
    for token in context.tokens[places.index(context, span.start) :]:
        if token.start >= span.end:
            return None
        depth += (token.text in "([") - (token.text in ")]")
        if depth:
            continue
        between += token.is_word("BETWEEN")
        if token.is_word("AND"):
            if not between:
                return token
            between -= 1
    return None


def _operand(context: Context, word: Token) -> Span | None:
    """The operands of OR that hold `word`, exactly; None if where they end is not certain."""
    place = places.index(context, word.start)
    start = _edge(context.tokens[:place][::-1], _STARTS, ")", "(", backward=True)
    end = _edge(context.tokens[place:], _ENDS, "(", ")", backward=False)
    return Span(start, end) if start is not None and end is not None else None


def _edge(
    tokens: tuple[Token, ...], stops: tuple[str, ...], opening: str, closing: str, backward: bool
) -> int | None:
    depth, last = 0, None
    for token in tokens:
        if token.is_word("CASE", "END"):
            return None  # The words inside CASE look like clauses.
        depth += (token.text == opening) - (token.text == closing)
        if depth < 0 or (not depth and (token.is_word("OR", *stops) or token.text in (",", ";"))):
            return last
        last = token.start if backward else token.end
    return None if backward else last


RULE = Rule("style", "hint", check, fix="safe")
