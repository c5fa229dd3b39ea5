"""The columns of dbt models: those that their own queries give, in the order of what they read."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sureql.catalog import model as catalog
from sureql.semantics import statement
from sureql.semantics.model import Field
from sureql.syntax import jinja, lexer, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token
from sureql.text import stand_in
from sureql.text.span import Span

_LONGEST = 200_000
_KEPT = 20_000
_HARMLESS = re.compile(
    r"\{[%#]|\{\{-?\s*(?:config\s*\(|['\"],['\"]\s+if\b|['\"]?\W*['\"]?\s+if\s+not\s+loop)"
)
_NAMED = re.compile(r"\s+as\b", re.IGNORECASE)
_QUERY_WORDS = frozenset({"SELECT", "WITH", "FROM", "VALUES", "("})
_CLAUSES = frozenset(
    {
        "SELECT",
        "FROM",
        "JOIN",
        "ON",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "QUALIFY",
        "LIMIT",
        "USING",
    }
)
_CHOOSES_ROWS = ("where", "group", "having", "qualify", "order", "limit", "offset")
_OUTPUT = frozenset({"SELECT", "FROM", "JOIN"})

Output = tuple[tuple[Field, ...], bool]
"""A query's columns, and whether these are all."""

_NOTHING: Output = ((), False)
_kept: OrderedDict[bytes, Output] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Query:
    """The text of a model; `reads` are the relations that it names, as `jinja.Named.parts`."""

    name: str
    text: str
    reads: tuple[tuple[str, ...], ...]


def of(name: str, text: str) -> Query:
    """A model's file as a query."""
    return Query(name, text, tuple(dict.fromkeys(one.parts for one in jinja.relations(text))))


def ordered(queries: Iterable[Query]) -> tuple[list[Query], tuple[str, ...]]:
    """Queries behind those that they read, and the names in a circle, if there is one."""
    known = {query.name.lower(): query for query in queries}
    graph = {
        key: [low for parts in query.reads if len(parts) == 1 and (low := parts[0].lower()) in known
              and low != key]
        for key, query in known.items()
    }  # fmt: skip
    try:
        return [known[key] for key in TopologicalSorter(graph).static_order()], ()
    except CycleError as error:
        circle = tuple(error.args[1])
        # What stands in no circle still has an order: leave out what the circle reads of itself.
        for key in circle:
            graph[key] = []
        rest, _ = ordered(
            [Query(q.name, q.text, tuple((one,) for one in graph[k])) for k, q in known.items()]
        )
        return [known[query.name.lower()] for query in rest], tuple(known[k].name for k in circle)


def output(
    query: Query, seen: catalog.Catalog, digests: Mapping[str, bytes], dialect: Dialect
) -> Output:
    """A query's columns over the relations in `seen`. `digests` tell the states of those apart: what
    was found is kept, so that one changed file costs only what reads it."""
    digest = hashlib.blake2b(
        f"{dialect.name}\0{query.text}".encode(errors="replace"), digest_size=16
    )
    for read in query.reads:
        digest.update(digests.get(".".join(read).lower(), b"-"))
    key = digest.digest()
    if key not in _kept:
        _kept[key] = _output(query.text, seen, dialect)
    _kept.move_to_end(key)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def _output(text: str, seen: catalog.Catalog, dialect: Dialect) -> Output:
    if len(text) > _LONGEST:
        return _NOTHING
    parts = [one for one in script.of(text, dialect).statements if one.masked.strip()]
    # Most files are one statement, and reading that one tells whether it is a query.
    queries = parts if len(parts) == 1 else [p for p in parts if lexer.code(p.masked, dialect)]
    if len(queries) != 1:
        return _NOTHING
    (part,) = queries
    try:
        tree = sqlglot.parse_one(part.masked, read=dialect.sqlglot)
        if not isinstance(tree, exp.Query):
            return _NOTHING
        _leave_out_conditions(tree)
        _, (fields, closed) = statement.resolve(tree, seen, dialect, part.masked, part.holes)
    except (SqlglotError, RecursionError, ValueError, LookupError, AttributeError, TypeError):
        # Not only refusals: sqlglot stumbles over a few texts.
        return _NOTHING
    certain = tuple(one for one in fields if one.name and not _is_made_up(one, part.holes))
    closed = closed and len(certain) == len(fields) and not _hides_columns(part, dialect)
    return tuple(_placed(one, part.start) for one in certain), closed


def _leave_out_conditions(tree: exp.Query) -> None:
    """Take out of a query, its CTEs and the parts of its UNIONs what changes no column."""
    left: list[exp.Expr | None] = [tree]
    while left:
        one = left.pop()
        if isinstance(one, exp.SetOperation):
            left += [one.args.get("this"), one.args.get("expression")]
        elif isinstance(one, exp.Subquery):
            left.append(one.args.get("this"))
        if isinstance(one, exp.Query):
            left += [cte.args.get("this") for cte in one.ctes]
            for name in _CHOOSES_ROWS:
                if one.args.get(name) is not None:
                    one.set(name, None)


def _is_made_up(field: Field, holes: tuple[Span, ...]) -> bool:
    """True if a template is a part of the column's name."""
    span = field.span
    return bool(field.name.strip("_") == "" or stand_in.parts(field.name)) or (
        span is not None and any(span.overlaps(hole) for hole in holes)
    )


def _placed(field: Field, start: int) -> Field:
    span = field.named or field.span
    return replace(field, span=span.shift(start)) if span is not None else field


def _hides_columns(part: script.Statement, dialect: Dialect) -> bool:
    """True if a template may stand for columns, or for tables that have some: in the select list or
    FROM, outside any call, and not with a name of its own behind it. So may a branch that is not read."""
    # A name of its own behind a template says that it is one column, or one table.
    unsure = [
        hole
        for hole in part.holes
        if not _is_clear(part, hole) and not _NAMED.match(part.masked, hole.end)
    ]
    if not unsure:
        return False
    tokens = lexer.code(part.masked, dialect)
    named = [bool(hole.of(part.masked).strip()) for hole in unsure]
    return any(
        not (name and clause != "SELECT") and clause in _OUTPUT and following != "AS"
        for name, (clause, following) in zip(named, _places(tokens, unsure), strict=True)
    )


def _is_clear(part: script.Statement, hole: Span) -> bool:
    written, masked = hole.of(part.text), hole.of(part.masked)
    if written.startswith(("{%", "{#", "'")):
        return True
    return bool(_HARMLESS.match(written) or stand_in.parts(masked.strip()))


def _places(tokens: tuple[Token, ...], holes: list[Span]) -> Iterator[tuple[str, str]]:
    """The clause that each hole stands in, '' inside a call, and the word behind it. Of a template in
    FROM that was read as a name nothing is known, which whoever resolves names knows as well."""
    levels = ["call"]
    clause = [""]
    index = 0
    for hole in holes:
        while index < len(tokens) and tokens[index].start < hole.start:
            token = tokens[index]
            index += 1
            if token.text == "(":
                inside = tokens[index].upper if index < len(tokens) else ""
                levels.append("query" if inside in _QUERY_WORDS else "call")
                clause.append("")
            elif token.text == ")" and len(levels) > 1:
                levels.pop()
                clause.pop()
            elif token.upper in _CLAUSES:
                clause[-1] = token.upper
        behind = index
        while behind < len(tokens) and tokens[behind].start < hole.end:
            behind += 1
        following = tokens[behind].upper if behind < len(tokens) else ""
        in_call = len(levels) > 1 and levels[-1] == "call"
        yield "" if in_call else clause[-1], following
