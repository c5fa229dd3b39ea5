"""Which rows would make a query return something: its conditions over the rows of its tables.

A scene is one way through a query with CTEs, derived tables and sub-queries taken in: a row for each
table that is read (marked `#0`, `#1` …) and conditions over their columns. Grouping is left out but
for its keys, an aggregate stands for its argument, one branch of a UNION or OR is taken. It guides
the generator and nothing else, so it may be wrong: what a query returns is asked of the engine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from sureql.catalog import model as catalog

MOST_ROWS = 24
_Outputs = dict[str, exp.Expr]
_Environment = Mapping[str, _Outputs]

_ONE_OF_A_GROUP = (exp.Max, exp.Min, exp.Sum, exp.Avg, exp.AnyValue, exp.First, exp.Last)


@dataclass(frozen=True, slots=True)
class Scene:
    """`rows` are the relations that a row is needed of, by mark. `wanted` are conditions that should
    hold, `keys` the expressions that rows are grouped by, `grouped` whether they are. `outputs` are what is
    selected, on all levels."""

    rows: Mapping[str, catalog.Relation]
    wanted: tuple[exp.Expr, ...]
    keys: tuple[exp.Expr, ...] = ()
    grouped: bool = False
    outputs: tuple[exp.Expr, ...] = ()


def whole(tree: exp.Expr, schema: catalog.Catalog, relations: _Relations) -> Scene:
    """The scene with all branches at once: for what is compared with what, not for rows."""
    return _Builder(schema, relations, None).scene(tree)


def any_of(
    tree: exp.Expr, schema: catalog.Catalog, relations: _Relations, chance: random.Random
) -> Scene:
    """One scene, chosen by `chance`. `tree` has all columns qualified."""
    return _Builder(schema, relations, chance).scene(tree)


_Relations = Mapping[tuple[str, str], catalog.Relation]


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The parts of a condition that must all hold."""
    if node is None:
        return
    if isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    else:
        yield node


@dataclass(slots=True)
class _Builder:
    schema: catalog.Catalog
    relations: _Relations
    chance: random.Random | None
    rows: dict[str, catalog.Relation] = field(default_factory=dict)
    wanted: list[exp.Expr] = field(default_factory=list)
    keys: list[exp.Expr] = field(default_factory=list)
    grouped: bool = False
    active: list[exp.Expr] = field(default_factory=list)
    outputs: list[exp.Expr] = field(default_factory=list)

    def scene(self, tree: exp.Expr) -> Scene:
        self._query(tree, {}, {})
        return Scene(
            self.rows, tuple(self.wanted), tuple(self.keys), self.grouped, tuple(self.outputs)
        )

    def _luck(self, share: float) -> bool:
        # In the scene of all branches, whatever may be there is.
        return self.chance is None or self.chance.random() < share

    def _query(
        self, node: exp.Expr, outer: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> list[tuple[str, exp.Expr]]:
        if any(node is one for one in self.active) or len(self.rows) >= MOST_ROWS:
            return []
        self.active.append(node)
        try:
            with_ = node.args.get("with_")
            if with_ is not None:
                ctes = {**ctes, **{one.alias.lower(): one.this for one in with_.expressions}}
            if isinstance(node, exp.Subquery | exp.Paren):
                return self._query(node.this, outer, ctes)
            if isinstance(node, exp.SetOperation):
                return self._combined(node, outer, ctes)
            if isinstance(node, exp.Select):
                return self._select(node, outer, ctes)
            return []
        finally:
            self.active.pop()

    def _combined(
        self, node: exp.SetOperation, outer: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> list[tuple[str, exp.Expr]]:
        if isinstance(node, exp.Union) and self.chance is not None:
            side = node.this if self._luck(0.5) else node.expression
            return self._query(side, outer, ctes) or self._query(node.this, outer, ctes)
        left = self._query(node.this, outer, ctes)
        if isinstance(node, exp.Except) and not self._luck(0.3):
            return left
        right = self._query(node.expression, outer, ctes)
        for (_, one), (_, other) in zip(left, right, strict=False):
            self.wanted.append(exp.EQ(this=one.copy(), expression=other.copy()))
        return left

    def _select(
        self, node: exp.Select, outer: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> list[tuple[str, exp.Expr]]:
        environment: dict[str, _Outputs] = dict(outer)
        source = node.args.get("from_")
        if source is not None:
            self._source(source.this, environment, ctes)
        for join in node.args.get("joins") or ():
            side, kind = (join.side or "").upper(), (join.kind or "").upper()
            if (side == "LEFT" or kind == "ANTI") and not self._luck(
                0.75 if side == "LEFT" else 0.3
            ):
                environment[join.alias_or_name.lower()] = {}
                continue
            self._source(join.this, environment, ctes)
            self._want(join.args.get("on"), environment, ctes)
        for lateral in node.args.get("laterals") or ():
            self._source(lateral, environment, ctes)
        where, having = node.args.get("where"), node.args.get("having")
        self._want(where.this if where is not None else None, environment, ctes)
        group = node.args.get("group")
        outputs = [
            (one.alias_or_name.lower(), self._resolved(one.unalias(), environment, ctes))
            for one in node.expressions
        ]
        for _, output in outputs:
            self._shown(output)
        if group is not None:
            self.grouped = True
            for key in group.expressions:
                if (
                    isinstance(key, exp.Literal)
                    and key.is_int
                    and 0 < int(key.this) <= len(outputs)
                ):
                    self.keys.append(outputs[int(key.this) - 1][1])
                else:
                    self.keys.append(self._resolved(key, environment, ctes))
        elif node.find(exp.AggFunc) is not None or node.args.get("distinct"):
            self.grouped = True
        else:
            self._ordered(node, dict(outputs), environment, ctes)
        self._want(having.this if having is not None else None, environment, ctes)
        return outputs

    def _ordered(
        self,
        node: exp.Select,
        outputs: _Outputs,
        environment: _Environment,
        ctes: Mapping[str, exp.Expr],
    ) -> None:
        # Rows that agree in all but one of these show what that one does.
        order = node.args.get("order")
        for term in order.expressions if order is not None else ():
            inner = term.this if isinstance(term, exp.Ordered) else term
            if isinstance(inner, exp.Column) and not inner.table and inner.name.lower() in outputs:
                self.keys.append(outputs[inner.name.lower()])
            elif not isinstance(inner, exp.Literal):
                self.keys.append(self._resolved(inner, environment, ctes))

    def _shown(self, output: exp.Expr) -> None:
        # An arm of a CASE is reached where its condition holds.
        self.outputs.append(output)
        for case in output.find_all(exp.Case):
            arms = case.args.get("ifs") or ()
            if self.chance is not None and case.this is None and arms and self._luck(0.5):
                self.wanted.append(self.chance.choice(arms).this.copy())

    def _source(
        self, node: exp.Expr, environment: dict[str, _Outputs], ctes: Mapping[str, exp.Expr]
    ) -> None:
        name = node.alias_or_name.lower()
        if isinstance(node, exp.Table):
            cte = ctes.get(node.name.lower()) if not node.db else None
            if cte is not None:
                self._derived(name, cte, node, environment, ctes)
            else:
                environment[name] = self._row(node)
            for join in node.args.get("joins") or ():
                self._source(join.this, environment, ctes)
                self._want(join.args.get("on"), environment, ctes)
        elif isinstance(node, exp.Subquery | exp.Lateral | exp.Paren):
            inner = node.this
            if isinstance(inner, exp.Table):
                self._source(inner, environment, ctes)
            else:
                self._derived(name, inner, node, environment, ctes)
        else:
            environment[name] = {}

    def _derived(
        self,
        name: str,
        query: exp.Expr,
        node: exp.Expr,
        environment: dict[str, _Outputs],
        ctes: Mapping[str, exp.Expr],
    ) -> None:
        outputs = self._query(query, environment, ctes)
        renamed = [one.name.lower() for one in (node.args.get("alias") or exp.TableAlias()).columns]
        named = [
            (renamed[index] if index < len(renamed) else output, value)
            for index, (output, value) in enumerate(outputs)
        ]
        environment[name] = dict(named)

    def _row(self, node: exp.Table) -> _Outputs:
        found = self.schema.find([part for part in (node.db, node.name) if part])
        relation = self.relations.get((found.schema, found.name)) if found is not None else None
        if relation is None or len(self.rows) >= MOST_ROWS:
            return {}
        mark = f"#{len(self.rows)}"
        self.rows[mark] = relation
        return {
            column.name.lower(): exp.column(column.name.lower(), table=mark)
            for column in relation.columns
        }

    def _want(
        self, node: exp.Expr | None, environment: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> None:
        for part in conjuncts(node):
            self._want_one(part, environment, ctes)

    def _want_one(
        self, part: exp.Expr, environment: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> None:
        if isinstance(part, exp.Exists):
            self._query(part.this, environment, ctes)
        elif isinstance(part, exp.Not) and isinstance(part.this.unnest(), exp.Exists):
            if self._luck(0.3):
                self._query(part.this.unnest().this, environment, ctes)
        elif isinstance(part, exp.Or) and (part.find(exp.Query) or self._luck(0.7)):
            sides = [one for one in (part.this, part.expression) if self._luck(0.6)]
            for side in sides or [part.this]:
                self._want(side, environment, ctes)
        elif isinstance(part, exp.In) and part.args.get("query") is not None:
            self._within(part, environment, ctes)
        elif isinstance(part, exp.Not) and isinstance(part.this.unnest(), exp.In):
            inner = part.this.unnest()
            if inner.args.get("query") is None:
                self.wanted.append(self._resolved(part, environment, ctes))
            elif self._luck(0.3):
                self._within(inner, environment, ctes)
        else:
            self.wanted.append(self._resolved(part, environment, ctes))

    def _within(
        self, part: exp.Expr, environment: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> None:
        outputs = self._query(part.args["query"], environment, ctes)
        tested = part.this.expressions if isinstance(part.this, exp.Tuple) else [part.this]
        for one, (_, other) in zip(tested, outputs, strict=False):
            left = self._resolved(one, environment, ctes)
            self.wanted.append(exp.EQ(this=left, expression=other.copy()))

    def _resolved(
        self, node: exp.Expr, environment: _Environment, ctes: Mapping[str, exp.Expr]
    ) -> exp.Expr:
        # A copy of `node` in terms of rows. What a row does not tell stays as it is.
        if isinstance(node, exp.Column):
            found = environment.get(node.table.lower(), {}).get(node.name.lower())
            return (
                found.copy()
                if found is not None
                else exp.Null()
                if self._left_off(node, environment)
                else node.copy()
            )
        if isinstance(node, exp.Subquery | exp.Select | exp.SetOperation | exp.Any | exp.All):
            inner = node.this if isinstance(node, exp.Any | exp.All) else node
            outputs = self._query(inner, environment, ctes)
            return outputs[0][1].copy() if outputs else exp.Placeholder()
        if isinstance(node, exp.Exists):
            self._query(node.this, environment, ctes)
            return exp.Placeholder()
        if isinstance(node, exp.Window):
            return self._resolved(node.this, environment, ctes)
        if isinstance(node, _ONE_OF_A_GROUP):
            return self._resolved(node.this, environment, ctes)
        made = node.__class__()
        for key, value in node.args.items():
            if isinstance(value, exp.Expr):
                made.set(key, self._resolved(value, environment, ctes))
            elif isinstance(value, list):
                made.set(
                    key,
                    [
                        self._resolved(one, environment, ctes) if isinstance(one, exp.Expr) else one
                        for one in value
                    ],
                )
            else:
                made.set(key, value)
        return made

    def _left_off(self, node: exp.Column, environment: _Environment) -> bool:
        return self.chance is not None and environment.get(node.table.lower()) == {}
