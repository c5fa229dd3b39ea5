"""Slips of one or two tokens near a place where the text stops making sense."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import outline
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_RANKS = {
    "FROM": 0, "WHERE": 1, "GROUP": 2, "HAVING": 3, "WINDOW": 4, "QUALIFY": 4, "ORDER": 5, "LIMIT": 6,
    "OFFSET": 7,
}  # fmt: skip
_OPERANDS = (Kind.WORD, Kind.QUOTED, Kind.STRING, Kind.NUMBER, Kind.PARAMETER)
_CONDITIONS = frozenset({"WHERE", "ON", "HAVING"})
_LISTS = frozenset({"SELECT", "BY", "SET", "VALUES", "IN", "DISTINCT", "INTO", "RETURNING"})
_KEYWORDS = frozenset(
    """SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET JOIN LEFT RIGHT INNER OUTER CROSS FULL ON
    AND OR NOT IN IS NULL AS LIKE BETWEEN VALUES SET UNION ALL EXCEPT INTERSECT RETURNING USING
    DISTINCT EXISTS CASE WHEN THEN ELSE END ASC DESC DO UPDATE CONFLICT NOTHING INSERT INTO DELETE WITH
    OVER PARTITION FILTER FOR REGEXP RLIKE GLOB MATCH SIMILAR ILIKE""".split()  # noqa: SIM905
)

_MISSPELT = (
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "JOIN",
    "VALUES",
    "UNION",
)
_MOST_KEYWORDS = 4


def keywords(context: Context, problem: Problem) -> Iterator[Fix]:
    """Several misspelt keywords at once: one alone would leave the text broken."""
    edits: list[TextEdit] = []
    for token in context.tokens:
        if token.kind is not Kind.WORD or token.upper in _KEYWORDS or len(token.text) < 4:
            continue
        meant = next((word for word in _MISSPELT if OSA.distance(token.upper, word) == 1), "")
        if meant:
            edits.append(TextEdit(token.span, as_case(token, meant)))
    if 1 < len(edits) <= _MOST_KEYWORDS:
        words = ", ".join(edit.new_text for edit in edits)
        yield Fix(f"Change to {words}", tuple(edits), "unsafe", True)


def operators(context: Context, problem: Problem) -> Iterator[Fix]:
    """`=>` for `>=`, `=<` for `<=`, `==`, `&&`: operators of other languages."""
    tokens = context.tokens
    words = {"=>": ">=", "=<": "<=", "==": "=", "=!": "!="}
    for index, token in enumerate(tokens):
        if abs(token.start - problem.span.start) > 40:
            continue
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        pair = token.text
        span = token.span
        if after is not None and after.start == token.end and len(token.text) == 1:
            pair, span = token.text + after.text, Span(token.start, after.end)
        for written, place in ((token.text, token.span), (pair, span)):
            if written in words:
                yield _changed(place, words[written])
        if token.text == "&&":
            yield _changed(token.span, as_case(tokens[0], "AND"))


def connectors(context: Context, problem: Problem) -> Iterator[Fix]:
    """A comma or AND between two operands that stand side by side."""
    found = shape.of(context.tokens, context.dialect)
    at = next((i for i, token in enumerate(found.tokens) if token.end > problem.span.start), -1)
    if at < 0:
        return
    for index in range(min(at + 1, len(found.tokens) - 1), max(0, at - 5), -1):
        if not side_by_side(found, index):
            continue
        before = found.tokens[index - 1]
        for text in _glue(found, index):
            title = "Add a comma" if text == "," else f"Add {text.strip()}"
            edit = TextEdit(Span(before.end, before.end), text)
            yield Fix(title, (edit,), "unsafe", True)


def surplus(context: Context, problem: Problem) -> Iterator[Fix]:
    """AND instead of a comma, and a word written twice."""
    found = shape.of(context.tokens, context.dialect)
    for index, token in enumerate(found.tokens):
        if abs(token.start - problem.span.start) > 60:
            continue
        before = found.tokens[index - 1] if index else None
        if before is not None and token.upper == before.upper and token.kind is Kind.WORD:
            if token.upper in _KEYWORDS:
                edit = TextEdit(Span(before.end, token.end), "")
                yield Fix(f"Remove the second {token.text}", (edit,), "unsafe", True)
        elif token.is_word("AND", "OR") and found.stops(index + 1):
            start = before.end if before is not None else token.start
            yield Fix(
                f"Remove {token.text}", (TextEdit(Span(start, token.end), ""),), "unsafe", True
            )
        elif token.is_word("AND") and head(found, index) in ("SELECT", "BY", "SET"):
            start = before.end if before is not None else token.start
            edit = TextEdit(Span(start, token.end), ",")
            yield Fix("Change AND to a comma", (edit,), "unsafe", True)
        elif token.text == "," and head(found, index) in _CONDITIONS | {"BETWEEN"}:
            written = as_case(found.tokens[0], "AND")
            start = before.end if before is not None else token.start
            edit = TextEdit(Span(start, token.end), f" {written}")
            yield Fix(f"Change the comma to {written}", (edit,), "unsafe", True)


def order(context: Context, problem: Problem) -> Iterator[Fix]:
    """A clause that stands too late goes before the one that must follow it."""
    level = outline.at(context, problem.span.start)
    if level is None:
        return
    found = level.found
    places = [
        place
        for place, (_, index) in enumerate(level.clauses)
        if found.tokens[index].start == problem.span.start
    ]
    if not places:
        return
    word, start = level.clauses[places[0]]
    stop = level.clauses[places[0] + 1][1] if places[0] + 1 < len(level.clauses) else level.end
    rank = _RANKS.get(word)
    later = [
        index for name, index in level.clauses[: places[0]] if _RANKS.get(name, -1) > (rank or 0)
    ]
    if rank is None or not later:
        return
    text = level.span(start, stop).of(context.text)
    target = found.tokens[later[0]].start
    gap = Span(found.tokens[start - 1].end, found.tokens[stop - 1].end)
    space = context.text[found.tokens[later[0] - 1].end : target] or " "
    edits = (TextEdit(Span(target, target), text + space), TextEdit(gap, ""))
    follower = found.word(later[0])
    follower = f"{follower} BY" if follower in ("GROUP", "ORDER") else follower
    name = f"{word} BY" if word in ("GROUP", "ORDER") else word
    yield Fix(f"Move {name} before {follower}", edits, "unsafe", True)


def _changed(span: Span, text: str) -> Fix:
    return Fix(f"Change to {text}", (TextEdit(span, text),), "unsafe", True)


def side_by_side(found: Shape, index: int) -> bool:
    """True if one operand ends before the token at `index` and another one begins with it."""
    first, second = found.tokens[index - 1], found.tokens[index]
    if first.kind is Kind.WORD and first.upper in _KEYWORDS - {"NULL", "END", "ASC", "DESC"}:
        return False
    if second.kind is Kind.WORD and second.upper in _KEYWORDS - {"CASE", "NULL", "NOT", "EXISTS"}:
        return False
    if second.text == "(" and first.kind in (Kind.WORD, Kind.QUOTED):
        return False  # A call.
    ends = first.kind in _OPERANDS or first.text in (")", "]", "*")
    return ends and (second.kind in _OPERANDS or second.text == "(")


def head(found: Shape, index: int) -> str:
    """The keyword that governs the list or condition at `index`."""
    level = found.opener[index]
    for before in range(index - 1, level, -1):
        if found.opener[before] != level:
            continue
        word = found.word(before)
        if word in _CONDITIONS | _LISTS | {"FROM", "JOIN", "LIMIT", "WHEN", "THEN", "ELSE"}:
            return "SELECT" if word == "DISTINCT" else word
        if word == "BETWEEN":
            return word
    return found.word(level - 1) if level > 0 else ""


def _glue(found: Shape, index: int) -> list[str]:
    word = f" {as_case(found.tokens[0], 'AND')}"
    opening = found.opener[index]
    if opening >= 0 and found.word(opening + 1) not in ("SELECT", "WITH"):
        before = found.word(opening - 1)
        listed = found.is_name(opening - 1) and before not in _KEYWORDS - {"IN", "VALUES", "USING"}
        return [","] if listed else [word]
    clause = head(found, index)
    if clause in _CONDITIONS | {"WHEN"}:
        return [word]
    return [","] if clause in _LISTS or clause == "FROM" else []
