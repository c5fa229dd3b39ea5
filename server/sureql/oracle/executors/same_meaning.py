"""Which queries mean the same in another engine, and how they are written there.

What is on the list below means the same wherever it stands, given that the values compared are of
one kind. Everything else is refused: a wrong answer from a stand-in would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from sureql.equivalence.families import MOMENTS, NUMBERS, Family
from sureql.syntax import dialects, parse

FOLDING = frozenset(("mysql", "tsql"))
"""Dialects that usually compare texts without regard to case: the collation is not known."""

EMPTY_IS_NULL = frozenset(("oracle",))
NO_BOOLEANS = frozenset(("mysql", "tsql", "oracle"))

_Kind = frozenset[Family]
_ANYWHERE = (
    *(exp.Select, exp.Subquery, exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Alias),
    *(exp.Column, exp.Identifier, exp.Star, exp.From, exp.Join, exp.Where, exp.Group, exp.Having),
    *(exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Fetch, exp.Distinct),
    *(exp.Union, exp.Intersect, exp.Except, exp.Paren, exp.Exists, exp.In, exp.Between, exp.Is),
    *(exp.Literal, exp.Null, exp.Boolean, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT),
    *(
        exp.GTE,
        exp.LT,
        exp.LTE,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Neg,
        exp.Add,
        exp.Sub,
        exp.Mul,
    ),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Abs, exp.Count, exp.Sum, exp.Min, exp.Max),
    *(
        exp.Avg,
        exp.Window,
        exp.WindowSpec,
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.Lag,
        exp.Lead,
    ),
    *(exp.Like, exp.Cast, exp.DataType, exp.Interval, exp.Var, exp.Any, exp.All),
    *(exp.Extract, exp.Year, exp.Month, exp.Day, exp.DateAdd, exp.DateSub, exp.DateStrToDate),
)
# Where texts compare letter by letter, and '' is a text.
_EXACT_TEXTS = (exp.Upper, exp.Lower, exp.DPipe)
_IN_SQLITE_TOO_LITTLE = (exp.Interval, exp.Extract, exp.Year, exp.Month, exp.Day, exp.DateAdd)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_PARTS: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        [
            "with_",
            "distinct",
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
        ]
    ),
    exp.Table: frozenset(("this", "db", "alias", "joins")),
    exp.Group: frozenset(("expressions",)),
    exp.Join: frozenset(("this", "on", "using", "side", "kind")),
    exp.Star: frozenset(),
    exp.Limit: frozenset(("expression",)),
    exp.Fetch: frozenset(("direction", "count")),
    exp.Union: frozenset(["with_", "this", "expression", "distinct", "order", "limit", "offset"]),
    exp.Intersect: frozenset(
        ["with_", "this", "expression", "distinct", "order", "limit", "offset"]
    ),
    exp.Except: frozenset(["with_", "this", "expression", "distinct", "order", "limit", "offset"]),
    exp.Ordered: frozenset(("this", "desc", "nulls_first")),
}
_JOINS = frozenset(("", "INNER", "CROSS", "OUTER"))
_DATES = frozenset((exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP))
_UNITS = frozenset(("DAY", "DAYS", "MONTH", "MONTHS", "YEAR", "YEARS"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_ROUNDED_AVERAGE = frozenset(("tsql", "redshift"))
_DATES_AS_SET = frozenset(("oracle",))
"""Dialects where a setting says how a text is read as a date."""


class Doubtful(Exception):
    """The query may mean something else in the other engine; says what is in doubt."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A query in the other engine's dialect, and the texts that it compares with."""

    text: str
    literals: tuple[str, ...]


def translated(
    query: str,
    source: str,
    target: str,
    columns: Mapping[str, _Kind],
    padded: AbstractSet[str] = frozenset(),
) -> Translation:
    """The query of dialect `source` in dialect `target`.

    `columns` are the kinds of values under each column name in lower case, `padded` the names of
    columns that some engines fill up with spaces. Raises Doubtful.
    """
    if "\\" in query:
        raise Doubtful("a backslash")
    tree = parse.parse(query.strip().rstrip(";"), dialects.get(source)).tree
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        raise Doubtful("this kind of statement")
    checker = _Checker(source, target, columns, padded)
    for node in tree.walk():
        checker.check(node)
    _check_names(tree, columns)
    tree = tree.copy()
    literals = tuple(node.name for node in tree.find_all(exp.Literal) if node.is_string)
    if source in FOLDING and target == "duckdb":
        for like in list(tree.find_all(exp.Like)):
            like.replace(exp.ILike(this=like.this.copy(), expression=like.expression.copy()))
    try:
        text = tree.sql(dialect=target, unsupported_level=ErrorLevel.RAISE, copy=True)
    except (SqlglotError, ValueError, AttributeError, RecursionError) as error:
        raise Doubtful("a construct that the other engine lacks") from error
    return Translation(text, literals)


@dataclass(frozen=True, slots=True)
class _Checker:
    source: str
    target: str
    columns: Mapping[str, _Kind]
    padded: AbstractSet[str]

    def check(self, node: exp.Expr) -> None:
        """Raises Doubtful."""
        if not self._is_listed(node):
            raise Doubtful(node.key.upper())
        allowed = _PARTS.get(type(node))
        if allowed is not None:
            for part, value in node.args.items():
                if value and part not in allowed:
                    raise Doubtful(part.rstrip("_").replace("_", " "))
        if isinstance(node, exp.Join):
            self._check_join(node)
        elif isinstance(node, _COMPARISONS):
            self._check_pair(node.left, node.right)
        elif isinstance(node, exp.Between):
            self._check_pair(node.this, node.args["low"])
            self._check_pair(node.this, node.args["high"])
        elif isinstance(node, exp.In):
            if node.args.get("unnest") or node.args.get("field"):
                raise Doubtful("IN")
            for item in (*node.expressions, *_selected(node.args.get("query"))):
                self._check_pair(node.this, item)
        elif isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Neg):
            self._check_sum(node)
        elif isinstance(node, exp.And | exp.Or | exp.Not):
            for operand in (node.this, node.args.get("expression")):
                self._check_condition(operand)
        else:
            self._check_call(node)

    def _is_listed(self, node: exp.Expr) -> bool:
        if isinstance(node, _EXACT_TEXTS):
            return self.target == "duckdb" and self.source not in FOLDING | EMPTY_IS_NULL
        in_sqlite = self.target == "sqlite" and isinstance(node, _IN_SQLITE_TOO_LITTLE)
        return isinstance(node, _ANYWHERE) and not in_sqlite

    def _check_join(self, join: exp.Join) -> None:
        if str(join.args.get("kind") or "").upper() not in _JOINS:
            raise Doubtful("this kind of join")
        for name in join.args.get("using") or ():
            if len(_groups(self.columns.get(name.name.lower(), frozenset()))) > 1:
                raise Doubtful("a comparison of different types")

    def _check_pair(self, left: exp.Expr, right: exp.Expr) -> None:
        one, other = self._kind(left), self._kind(right)
        if one is None or other is None:
            if self.target == "sqlite" and not (_is_null(left) or _is_null(right)):
                raise Doubtful("a comparison of types that are not known")
            return
        for column, literal, text in ((one, other, right), (other, one, left)):
            if _is_text(text) and literal == frozenset((Family.TEXT,)) and column & MOMENTS:
                pattern = _DAY if column == frozenset((Family.DATE,)) else _MOMENT
                timed = self.target == "sqlite" and column != {Family.DATE}
                if timed or self.source in _DATES_AS_SET or not pattern.fullmatch(text.name):
                    raise Doubtful("a date written in this way")
                return
        groups = _groups(one), _groups(other)
        certain = self.target == "duckdb" or len(groups[0] | groups[1]) == 1
        if not groups[0] & groups[1] or not certain:
            raise Doubtful("a comparison of different types")
        if self.target == "sqlite" and len((one | other) & MOMENTS) > 1:
            raise Doubtful("a comparison of dates and times")

    def _check_sum(self, node: exp.Expr) -> None:
        operands = [node.this] if isinstance(node, exp.Neg) else [node.this, node.expression]
        moves = any(isinstance(one, exp.Interval) for one in operands)
        for one in operands:
            kind = self._kind(one)
            if isinstance(one, exp.Interval) or kind is None:
                continue
            if not (kind <= NUMBERS or (moves and kind <= MOMENTS)):
                raise Doubtful("arithmetic with what are no numbers")

    def _check_call(self, node: exp.Expr) -> None:
        if isinstance(node, exp.Cast | exp.DateStrToDate):
            to_date = isinstance(node, exp.DateStrToDate) or node.to.this in _DATES
            if not _is_text(node.this) or not to_date:
                raise Doubtful("CAST")
            if not _MOMENT.fullmatch(node.this.name):
                raise Doubtful("a date written in this way")
        elif isinstance(node, exp.Like):
            self._check_like(node)
        elif isinstance(node, exp.Avg) and self.source in _ROUNDED_AVERAGE:
            raise Doubtful("AVG")
        elif isinstance(node, exp.Distinct) and len(node.expressions) > 1:
            if isinstance(node.parent, exp.Count):
                raise Doubtful("COUNT of several columns")
        elif isinstance(node, exp.Distinct) and node.args.get("on"):
            raise Doubtful("DISTINCT ON")
        elif isinstance(node, exp.Interval | exp.DateAdd | exp.DateSub):
            unit = node.args.get("unit")
            if str(unit.name if unit else "").upper() not in _UNITS:
                raise Doubtful("an interval")
        elif _is_text(node) and node.name.endswith(" "):
            raise Doubtful("a text with a space at its end")
        elif _is_text(node) and not node.name and self.source in EMPTY_IS_NULL:
            raise Doubtful("an empty text")
        elif isinstance(node, exp.DPipe):
            self._check_width(node.left)
            self._check_width(node.right)
            if any(self._kind(one) != frozenset((Family.TEXT,)) for one in (node.left, node.right)):
                raise Doubtful("what is joined to a text")
        elif isinstance(node, exp.Nullif):
            self._check_pair(node.this, node.expression)
        elif isinstance(node, exp.Select):
            joined = any(join.args.get("using") for join in node.args.get("joins") or ())
            if joined and any(item.is_star for item in node.expressions):
                raise Doubtful("the order of columns of a join with USING")
        elif isinstance(node, exp.Case) and node.this:
            for branch in node.args.get("ifs") or ():
                self._check_pair(node.this, branch.this)
        elif isinstance(node, exp.Sum | exp.Avg | exp.Abs):
            self._check_number(node.this)

    def _check_width(self, node: exp.Expr) -> None:
        names = (column.name.lower() for column in node.find_all(exp.Column))
        if not self.padded.isdisjoint(names):
            raise Doubtful("a text of a fixed length")

    def _check_condition(self, operand: exp.Expr | None) -> None:
        # MySQL writes OR as other dialects join texts, and takes any value for a truth value.
        kind = self._kind(operand) if operand is not None else None
        if kind is not None and kind != frozenset((Family.BOOLEAN,)):
            raise Doubtful("a condition that is no truth value")

    def _check_number(self, node: exp.Expr) -> None:
        inner = node.expressions[0] if isinstance(node, exp.Distinct) else node
        kind = self._kind(inner)
        if kind is not None and not kind <= NUMBERS:
            raise Doubtful("arithmetic with what are no numbers")

    def _check_like(self, node: exp.Like) -> None:
        pattern = node.expression
        self._check_width(node.this)
        if not _is_text(pattern) or "[" in pattern.name:
            raise Doubtful("LIKE")
        if self.target == "sqlite" and self.source not in FOLDING:
            raise Doubtful("LIKE")

    def _kind(self, node: exp.Expr) -> _Kind | None:
        # The kinds of values that an operand may have, None if that is not known.
        while isinstance(node, exp.Paren | exp.Neg):
            node = node.this
        if isinstance(node, exp.Literal):
            return frozenset((Family.TEXT if node.is_string else Family.DECIMAL,))
        if isinstance(node, exp.Boolean):
            return frozenset((Family.BOOLEAN,))
        if isinstance(node, exp.Column):
            return self.columns.get(node.name.lower())
        if isinstance(node, exp.Cast | exp.DateStrToDate):
            return frozenset((Family.TIMESTAMP,))
        if isinstance(node, _EXACT_TEXTS):
            return frozenset((Family.TEXT,))
        return None


def _groups(kinds: _Kind) -> frozenset[str]:
    # Values of one group compare in the same way everywhere.
    return frozenset(
        "number" if one in NUMBERS else "moment" if one in MOMENTS else one.value for one in kinds
    )


def _check_names(tree: exp.Expr, columns: Mapping[str, _Kind]) -> None:
    # Engines disagree on whether GROUP BY and HAVING mean a column or an alias of the same name.
    for select in tree.find_all(exp.Select):
        hidden = {
            item.alias.lower()
            for item in select.expressions
            if isinstance(item, exp.Alias)
            and item.alias.lower() in columns
            and not (
                isinstance(item.this, exp.Column) and item.this.name.lower() == item.alias.lower()
            )
        }
        for part in ("group", "having", "order"):
            clause = select.args.get(part)
            if clause is not None and hidden & set(_plain_names(clause)):
                raise Doubtful("a name that is a column and an alias")


def _plain_names(clause: exp.Expr) -> Iterator[str]:
    return (column.name.lower() for column in clause.find_all(exp.Column) if not column.table)


def _selected(query: exp.Expr | None) -> list[exp.Expr]:
    # What a sub-query in IN gives, where that is a column or a constant.
    inner = query.unnest() if query is not None else None
    found = inner.expressions if isinstance(inner, exp.Select) else []
    return [one.unalias() for one in found[:1]]


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_string


def _is_null(node: exp.Expr) -> bool:
    return isinstance(node, exp.Null)
