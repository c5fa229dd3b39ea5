"""Queries that tell whether a condition was true, false and NULL on some rows of a database.

A condition is asked over the product of the sources it names, outer ones of a sub-query included; one
in HAVING over the groups of its query. A probe that the engine refuses is left out of account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import scenes
from sureql.syntax.dialects import Dialect

MOST = 40


@dataclass(frozen=True, slots=True)
class Probe:
    """`query` gives one row: whether the condition was true, false, NULL (1 or 0). `shown` is its
    text for people; `nullable` False if it can never be NULL."""

    query: str
    shown: str
    nullable: bool


def of(tree: exp.Expr, schema: catalog.Catalog, dialect: Dialect) -> list[Probe]:
    """Probes for the conditions in `tree`, whose columns are all qualified."""
    found: dict[str, Probe] = {}
    for select in tree.find_all(exp.Select):
        for part, grouped in _conditions(select):
            probe = (
                _grouped(part, select, dialect)
                if grouped
                else _plain(part, select, schema, dialect)
            )
            if probe is not None:
                found.setdefault(probe.query, probe)
    return list(found.values())[:MOST]


def _conditions(select: exp.Select) -> Iterator[tuple[exp.Expr, bool]]:
    where, having = select.args.get("where"), select.args.get("having")
    parts = list(scenes.conjuncts(where.this if where is not None else None))
    for join in select.args.get("joins") or ():
        parts.extend(scenes.conjuncts(join.args.get("on")))
    for part in parts:
        yield part, False
        if isinstance(part.unnest(), exp.Or):
            yield from ((side, False) for side in part.unnest().flatten())
    for part in scenes.conjuncts(having.this if having is not None else None):
        yield part, True
    for case in select.find_all(exp.Case):
        # An aggregate's argument is still asked row by row.
        if (
            case.parent_select is select
            and case.this is None
            and not case.find(exp.AggFunc, exp.Window)
        ):
            yield from ((branch.this, False) for branch in case.args.get("ifs") or ())


def _plain(
    part: exp.Expr, select: exp.Select, schema: catalog.Catalog, dialect: Dialect
) -> Probe | None:
    named = {column.table.lower() for column in part.find_all(exp.Column) if column.table}
    sources: dict[str, exp.Expr] = {}
    level: exp.Expr | None = select
    while level is not None and isinstance(level, exp.Select):
        for name, source in _sources(level).items():
            if name in named:
                sources.setdefault(name, source)
        level = level.parent_select
    if not sources or (part.find(exp.AggFunc, exp.Window) and not part.find(exp.Query)):
        return None
    if part.find(exp.Is) and any(join.side for join in select.args.get("joins") or ()):
        return None  # True of the rows that an outer join adds, which the tables alone do not have.
    query = exp.Select(expressions=_flags(part))
    first, *others = [source.copy() for source in sources.values()]
    query.set("from_", exp.From(this=first))
    query.set("joins", [exp.Join(this=other, kind="CROSS") for other in others])
    _with(query, select)
    nullable = _nullable(part, sources, schema)
    return Probe(query.sql(dialect.sqlglot or None), part.sql(dialect.sqlglot or None), nullable)


def _grouped(part: exp.Expr, select: exp.Select, dialect: Dialect) -> Probe | None:
    if any(source for source in _outer_names(part, select)):
        return None
    inner = select.copy()
    for name in ("having", "order", "limit", "offset", "distinct", "with_"):
        inner.set(name, None)
    names = ("sureql_t", "sureql_f", "sureql_n")
    flags = [exp.alias_(flag.this, name) for flag, name in zip(_flags(part), names, strict=True)]
    inner.set("expressions", flags)
    query = exp.select(*(f"MAX({name})" for name in names)).from_(inner.subquery("sureql_groups"))
    _with(query, select)
    counts = isinstance(part, exp.Binary) and all(
        isinstance(side.unnest(), exp.Count | exp.Literal) for side in (part.this, part.expression)
    )
    return Probe(query.sql(dialect.sqlglot or None), part.sql(dialect.sqlglot or None), not counts)


def _flags(part: exp.Expr) -> list[exp.Expr]:
    inner = part.copy()
    states: tuple[exp.Expr, ...] = (
        inner,
        exp.Not(this=exp.Paren(this=inner.copy())),
        exp.Is(this=exp.Paren(this=inner.copy()), expression=exp.Null()),
    )
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    return [
        exp.Max(this=exp.Case(ifs=[exp.If(this=state, true=one.copy())], default=none.copy()))
        for state in states
    ]


def _sources(select: exp.Select) -> Mapping[str, exp.Expr]:
    found: dict[str, exp.Expr] = {}
    from_ = select.args.get("from_")
    nodes = [from_.this] if from_ is not None else []
    nodes += [join.this for join in select.args.get("joins") or ()]
    for node in nodes:
        if node.alias_or_name:
            found[node.alias_or_name.lower()] = node
    return found


def _outer_names(part: exp.Expr, select: exp.Select) -> Iterator[str]:
    own = _sources(select)
    for column in select.find_all(exp.Column):
        if column.table and column.table.lower() not in own and column.parent_select is select:
            yield column.table


def _with(query: exp.Select, place: exp.Expr) -> None:
    # The CTEs that can be named at `place`: of all queries around it, up to the one it stands in.
    visible: list[exp.Expr] = []
    recursive = False
    node: exp.Expr | None = place
    inside: exp.Expr | None = None
    while node is not None:
        if isinstance(node, exp.CTE):
            inside = node
        with_ = node.args.get("with_")
        if with_ is not None:
            every = list(with_.expressions)
            recursive = recursive or bool(with_.args.get("recursive"))
            here = next((index for index, one in enumerate(every) if one is inside), len(every))
            visible = [*every[: here + (1 if recursive and here < len(every) else 0)], *visible]
        node = node.parent
    if visible:
        query.set(
            "with_", exp.With(expressions=[one.copy() for one in visible], recursive=recursive)
        )


def _nullable(part: exp.Expr, sources: Mapping[str, exp.Expr], schema: catalog.Catalog) -> bool:
    inner = part.unnest()
    inner = inner.this.unnest() if isinstance(inner, exp.Not) else inner
    if isinstance(inner, exp.Is | exp.Exists | exp.NullSafeEQ | exp.NullSafeNEQ):
        return False
    for column in part.find_all(exp.Column):
        source = sources.get(column.table.lower())
        relation = (
            schema.find([name for name in (source.db, source.name) if name])
            if isinstance(source, exp.Table)
            else None
        )
        if relation is None:
            # A derived table's column: whether NULL can come through it is not known.
            continue
        known = {one.name.lower(): one for one in relation.columns}
        found = known.get(column.name.lower())
        if found is not None and found.nullable and found.name not in relation.primary_key:
            return True
    return part.find(exp.Div, exp.Subquery) is not None
