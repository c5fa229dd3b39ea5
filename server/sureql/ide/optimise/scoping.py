"""Whose columns an expression uses, and names that nothing else in a statement has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlglot import exp

from sureql.catalog import builtins
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import layout

# Calls of these give another value each time, or change something.
_UNSTEADY = frozenset(
    [
        "rand",
        "random",
        "randomblob",
        "random_normal",
        "setseed",
        "uuid",
        "uuidv4",
        "uuidv7",
        "gen_random_uuid",
        "newid",
        "generate_uuid",
        "nextval",
        "currval",
        "lastval",
        "setval",
        "clock_timestamp",
        "timeofday",
        "statement_timestamp",
        "sysdate",
        "changes",
        "total_changes",
        "last_insert_rowid",
        "last_insert_id",
        "sleep",
        "pg_sleep",
        "found_rows",
        "row_count",
        "get_lock",
        "release_lock",
        "load_extension",
        "txid_current",
        "pg_current_xact_id",
        "newsequentialid",
        "gen_random_bytes",
    ]
)
_INTEGERS = frozenset(
    [
        "TINYINT",
        "SMALLINT",
        "INT2",
        "INT",
        "INT4",
        "INTEGER",
        "BIGINT",
        "INT8",
        "HUGEINT",
        "SERIAL",
        "BIGSERIAL",
        "SMALLSERIAL",
        "MEDIUMINT",
        "LONG",
    ]
)
_TEXTS = frozenset(("TEXT", "VARCHAR", "CHARACTER VARYING", "STRING"))


@lru_cache(maxsize=32)
def _owners(context: Context) -> Mapping[int, Level]:
    return {
        id(item.source): level
        for level in levels.of(context)
        for item in level.items
        if item.source is not None
    }


def owner(context: Context, column: exp.Expr) -> Level | None:
    """The query level whose FROM has the column's table, None if that is not known."""
    source = context.source(column)
    return _owners(context).get(id(source)) if source is not None else None


def columns(node: exp.Expr) -> Iterator[exp.Column]:
    """The columns in a node, those of its sub-queries included."""
    yield from node.find_all(exp.Column)


def within(context: Context, node: exp.Expr, select: exp.Select) -> bool:
    """True if every column in `node` certainly belongs to `select` or to a query inside it."""
    for column in columns(node):
        level = owner(context, column)
        if level is None:
            if context.is_alias(column):
                continue
            return False
        if level.select is not select and not inside(level.select, select):
            return False
    return True


def only_of(context: Context, node: exp.Expr, level: Level) -> bool:
    """True if `node` has columns, and all are of the tables in FROM of `level` itself."""
    found = list(columns(node))
    return bool(found) and all(owner(context, one) is level for one in found)


def inside(node: exp.Expr, outer: exp.Expr) -> bool:
    """True if `node` is below `outer`."""
    above = node.parent
    while above is not None and above is not outer:
        above = above.parent
    return above is outer


@lru_cache(maxsize=64)
def _words(context: Context) -> frozenset[str]:
    found = {token.text.strip('"`[]').lower() for token in context.tokens}
    for source in context.analysis.sources:
        found |= {field.name.lower() for field in source.fields}
    return frozenset(found)


def fresh(context: Context, *bases: str) -> str:
    """The first of these names that nothing in the statement has; the last one with a number
    where all are taken."""
    taken = _words(context)
    for base in bases:
        if base not in taken:
            return base
    number = 2
    while f"{bases[-1]}_{number}" in taken:
        number += 1
    return f"{bases[-1]}_{number}"


def plain(name: str) -> str:
    """A part for a new name, made of another name: lower case, letters, digits and `_`."""
    made = "".join(one if one.isascii() and (one.isalnum() or one == "_") else "_" for one in name)
    return made.lower().strip("_") or "value"


def alias(context: Context, name: str) -> str:
    """The words that name a table in FROM."""
    word = layout.word(context, "AS ") if context.dialect.name != "oracle" else ""
    return f"{word}{name}"


@lru_cache(maxsize=64)
def steady(context: Context) -> bool:
    """True if every call in a statement gives the same value for the same arguments, as far as is
    known, and no comparison fails: then it does not matter how often they are computed."""
    if context.dialect.name == "duckdb" and any(
        _reads_text(context, one) for one in _tests(context)
    ):
        return False
    known = builtins.functions(context.dialect.name)
    if any(
        True for _ in context.all(exp.Rand, exp.Randn, exp.Uuid, exp.NextValueFor, exp.TableSample)
    ):
        return False
    for token, following in zip(context.tokens, context.tokens[1:], strict=False):
        if following.text == "(" and token.upper.lower() in _UNSTEADY:
            return False
    for call in context.all(exp.Anonymous):
        if known and call.name.lower() not in known:
            return False
        if context.schema.functions((call.name.lower(),)):
            return False
    return not any(True for _ in context.all(exp.SessionParameter, exp.Command))


def _tests(context: Context) -> Iterator[exp.Expr]:
    yield from context.all(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)


def _reads_text(context: Context, node: exp.Expr) -> bool:
    """True if a comparison reads a column's text as something else, which fails for other texts:
    then it matters for which rows it is asked."""
    kinds = {
        context.type_of(one) in _TEXTS
        for one in node.iter_expressions()
        if not isinstance(one, exp.Literal) or not one.is_string
        if context.type_of(one)
    }
    return len(kinds) > 1


def integer(context: Context, column: exp.Expr) -> bool:
    """True if a column is of an integer type."""
    return context.type_of(column) in _INTEGERS


def same_kind(context: Context, one: exp.Expr, two: exp.Expr) -> bool:
    """True if two columns have one type, so that values that are equal are equal for GROUP BY."""
    first, second = context.type_of(one), context.type_of(two)
    if not first or not second:
        return False
    if first in _INTEGERS and second in _INTEGERS:
        return True
    # Collations are not in the catalog; PostgreSQL and DuckDB refuse to compare different ones.
    exact = context.dialect.name in ("postgres", "duckdb") or first in ("DATE", "TIMESTAMP")
    alike = first == second or {first, second} <= _TEXTS
    return exact and alike and first not in ("JSON", "REAL", "DOUBLE PRECISION")
