"""Quotes expressions as the user wrote them. Nodes have positions only on names and literals, so the
text around those is found among the tokens: up to what ends an expression of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.semantics import sources
from sureql.text.span import Span

_OPENING, _CLOSING = ("(", "["), (")", "]")
_CLAUSES = frozenset(
    """SELECT DISTINCT FROM WHERE HAVING QUALIFY GROUP ORDER BY LIMIT OFFSET FETCH UNION EXCEPT
    INTERSECT JOIN INNER LEFT RIGHT FULL CROSS NATURAL LATERAL ON USING WINDOW SET VALUES RETURNING
    WHEN THEN ELSE AS INTO WITH PARTITION ASC DESC NULLS ROWS RANGE GROUPS DO MATCHED UPDATE APPLY OUTER""".split()  # noqa: SIM905
)
_CALLABLE = frozenset({"LEFT", "RIGHT", "VALUES", "FETCH"})
_JUNCTIONS = frozenset({"AND", "OR", "XOR"})
_COMPARING = frozenset(
    """BETWEEN IN LIKE ILIKE RLIKE REGEXP GLOB MATCH IS NOT ISNULL NOTNULL SIMILAR ESCAPE ANY ALL SOME""".split()  # noqa: SIM905
)
_COMPARISONS = frozenset({"=", "==", "<", ">", "<=", ">=", "<>", "!=", "~", "!~", "~*", "!~*"})
_WRAPPED = (exp.Paren, exp.Tuple, exp.Subquery, exp.Exists, exp.Case, exp.Array, exp.Extract)


def item(context: Context, node: exp.Expr | None, stop: int | None = None) -> str:
    """The text of a node that stands between commas: a result column, an argument. `stop` is where
    its alias begins."""
    return _text(context, node, _CLAUSES, stop)


def operand(context: Context, node: exp.Expr | None) -> str:
    """The text of one side of a comparison."""
    return _text(context, node, _CLAUSES | _JUNCTIONS | _COMPARING | _COMPARISONS, None)


def condition(context: Context, node: exp.Expr | None) -> str:
    """The text of a condition that stands between AND or OR."""
    return _text(context, node, _CLAUSES | _JUNCTIONS, None)


def name(context: Context, node: exp.Expr | None) -> str:
    """The text of a column's or table's name, or of an identifier."""
    if node is None:
        return ""
    parts = node.parts if isinstance(node, (exp.Column, exp.Table)) else [node]
    span = sources.whole_span([one for one in parts if isinstance(one, exp.Expr)])
    if span is None:
        return node.name
    written = spoken(context, _whole_names(context, span))
    if " " in written and not any(mark in written for mark in "\"'`[{"):
        # The parts of a name may stand on lines of their own.
        return written.replace(" ", "")
    return written or node.name


def literal(context: Context, node: exp.Expr) -> str:
    """The text of a literal."""
    span = sources.span_of(node)
    return spoken(context, span) if span is not None else f"'{node.name}'"


def exactly(context: Context, node: exp.Expr) -> str:
    """The text from the first to the last thing in a node that has a position."""
    span = places.whole(context, node)
    if span is None:
        return node.sql(context.dialect.sqlglot or None)
    first, last = places.index(context, span.start), places.index(context, span.end)
    tokens = context.tokens
    if first and (first >= len(tokens) or tokens[first].start > span.start):
        first -= 1
    if tokens[last : last + 1] and tokens[last].text == "(" and isinstance(node, exp.Func):
        closing = places.partner(context, tokens[last])
        last = places.index(context, closing.end) if closing is not None else last
    return _joined(context, first, last)


def spoken(context: Context, span: Span) -> str:
    """The text at `span` on one line, without comments. Templates are as the user wrote them."""
    first, last = places.index(context, span.start), places.index(context, span.end)
    return _joined(context, first, last)


def unplaced(node: exp.Expr) -> bool:
    """True for what nothing in the text can be found of, such as a lone call of a template."""
    return sources.whole_span([node]) is None and node.find(exp.Placeholder) is not None


def place(context: Context, node: exp.Expr | None) -> Span | None:
    """Where a condition stands."""
    found = _range(context, node, _CLAUSES | _JUNCTIONS, None)
    if found is None:
        return None
    return Span(context.tokens[found[0]].start, context.tokens[found[1] - 1].end)


def _text(context: Context, node: exp.Expr | None, ends: frozenset[str], stop: int | None) -> str:
    if node is None:
        return ""
    found = _range(context, node, ends, stop)
    if found is None:
        # Only keywords, such as CURRENT_DATE or INTERVAL '1 day': the tree says what they are.
        return node.sql(context.dialect.sqlglot or None)
    return _joined(context, *found)


def _range(
    context: Context, node: exp.Expr | None, ends: frozenset[str], stop: int | None
) -> tuple[int, int] | None:
    """The tokens of a node: the first one, and the one after the last."""
    span = sources.whole_span([node]) if node is not None else None
    if span is None or node is None:
        return None
    depths = _depths(context)
    first, last = places.index(context, span.start), places.index(context, span.end)
    if context.tokens[first : first + 1] and context.tokens[first].start > span.start and first:
        first -= 1
    first, last = _widened(context, first, max(last, first + 1), ends, stop, depths)
    for _ in range(_wraps(context, node, first)):
        if not first:
            break
        level = depths[first - 1]
        first -= 1
        while last < len(depths) and depths[last] > level:
            last += 1
        first, last = _widened(context, first, min(last + 1, len(depths)), ends, stop, depths)
    first = _behind_on(context, first)
    if stop is not None:
        last = max(first + 1, min(last, places.index(context, stop)))
        while last > first + 1 and context.tokens[last - 1].is_word("AS"):
            last -= 1
    return first, last


def _behind_on(context: Context, first: int) -> int:
    """The first token of a column that follows DISTINCT ON (…)."""
    tokens = context.tokens
    if first < 2 or tokens[first].text != "(" or not tokens[first - 1].is_word("ON"):
        return first
    closing = (
        places.partner(context, tokens[first]) if tokens[first - 2].is_word("DISTINCT") else None
    )
    return places.index(context, closing.end) if closing is not None else first


def _widened(
    context: Context,
    first: int,
    last: int,
    ends: frozenset[str],
    stop: int | None,
    depths: Sequence[int],
) -> tuple[int, int]:
    tokens = context.tokens
    level = min(depths[first:last], default=0)
    while first and (depths[first - 1] > level or not _ends(context, first - 1, ends)):
        if depths[first - 1] < level:
            break
        first -= 1
    while last < len(tokens) and (depths[last] > level or not _ends(context, last, ends)):
        if depths[last] < level or (stop is not None and tokens[last].start >= stop):
            break
        last += 1
    return first, last


def _ends(context: Context, index: int, ends: frozenset[str]) -> bool:
    token = context.tokens[index]
    if token.text in (",", ";") or token.text in ends:
        return True
    if token.upper not in ends or token.text[:1] in ('"', "`", "'", "["):
        return False
    called = context.tokens[index + 1 : index + 2]
    return not (token.upper in _CALLABLE and called and called[0].text == "(")


def _wraps(context: Context, node: exp.Expr, first: int) -> int:
    """How many brackets stand around everything in `node` that has a position, and belong to it."""
    if "start" in node.meta:
        return 0
    children = [one for one in node.iter_expressions() if sources.whole_span([one]) is not None]
    inside = _wraps(context, children[0], first) if len(children) == 1 else 0
    if isinstance(node, _WRAPPED):
        return inside + 1
    if isinstance(node, exp.Cast):
        before = context.tokens[max(first - 2, 0) : first]
        opened = len(before) == 2 and before[1].text == "("
        return inside + int(opened and before[0].is_word("CAST", "TRY_CAST", "SAFE_CAST"))
    if isinstance(node, exp.Func) and not isinstance(node, (exp.Binary, exp.Connector)):
        before = context.tokens[max(first - 1, 0) : first]
        return inside + int(bool(before) and before[0].text == "(")
    return inside


@lru_cache(maxsize=8)
def _depths(context: Context) -> tuple[int, ...]:
    """How many brackets and CASEs are open around each token; those themselves count as outside."""
    depths: list[int] = []
    stack: list[str] = []
    for token in context.tokens:
        closes = token.text in _CLOSING or (token.is_word("END") and stack[-1:] == ["CASE"])
        if closes and stack:
            stack.pop()
        depths.append(len(stack))
        if token.text in _OPENING or token.is_word("CASE"):
            stack.append(token.upper)
    return tuple(depths)


def _joined(context: Context, first: int, last: int) -> str:
    parts: list[str] = []
    end = -1
    for token in context.tokens[first:last]:
        if end >= 0 and token.start > end:
            parts.append(" ")
        parts.append(context.text[token.start : token.end])
        end = token.end
    return " ".join("".join(parts).split())


def _whole_names(context: Context, span: Span) -> Span:
    """Quotes around a name belong to it."""
    first, last = places.index(context, span.start), places.index(context, span.end)
    tokens = context.tokens
    if first < len(tokens) and tokens[first].start > span.start and first:
        first -= 1
    chosen = tokens[first : max(last, first + 1)]
    return Span(chosen[0].start, chosen[-1].end) if chosen else span
