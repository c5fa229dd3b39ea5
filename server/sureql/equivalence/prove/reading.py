"""Queries of sqlglot's tree as blocks: FROM is taken apart, names are resolved, `*` is written out."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence.prove import algebra, naming
from sureql.equivalence.prove.algebra import Block, Combined, Leaf, Query, Term
from sureql.equivalence.prove.expressions import Expressions, only_args
from sureql.equivalence.prove.gathered import Gathered
from sureql.equivalence.prove.naming import Definition, Scope, Source, UnreadableError
from sureql.semantics import sources
from sureql.syntax.dialects import Dialect

_MOST_LEAVES = 40
_SET_OPERATIONS: dict[type[exp.Expr], str] = {
    exp.Union: "union",
    exp.Intersect: "intersect",
    exp.Except: "except",
}
_KINDS = ("table", "view", "materialized view", "temporary table", "foreign table")
_Fields = list[tuple[str, Term]]


def read(tree: exp.Expr, schema: catalog.Catalog, dialect: Dialect) -> Query:
    """The statement as a value. Raises UnreadableError for anything that is not known here."""
    return _Reader(schema, dialect).query(tree, Scope())


class _Reader:
    def __init__(self, schema: catalog.Catalog, dialect: Dialect) -> None:
        self._schema = schema
        self._dialect = dialect
        self._numbers = count()
        self._types: dict[tuple[int, str], str] = {}
        self._expressions = Expressions(dialect, schema, self.query)

    def query(self, node: exp.Expr, around: Scope) -> Query:
        """A query that stands inside of the level `around`."""
        if isinstance(node, exp.Subquery):
            only_args(node, "this", "alias")
            return self.query(node.this, around)
        scope = Scope(parent=around)
        self._ctes(node, scope)
        if isinstance(node, exp.Select):
            return self._select(node, scope)
        if type(node) in _SET_OPERATIONS:
            return self._combined(node, scope)
        raise UnreadableError

    def _ctes(self, node: exp.Expr, scope: Scope) -> None:
        clause = node.args.get("with_")
        if clause is None:
            return
        only_args(clause, "expressions")
        for cte in clause.expressions:
            only_args(cte, "this", "alias", "materialized")
            alias = cte.args["alias"]
            renamed = tuple(self._expressions.key(one) for one in alias.args.get("columns") or ())
            # Each sees those before it; the level's own sources it does not see.
            seen = Scope(parent=scope.parent, ctes=dict(scope.ctes))
            key = self._expressions.key(alias.this)
            scope.ctes[key] = Definition(cte.this, renamed, seen)

    def _combined(self, node: exp.Expr, scope: Scope) -> Query:
        only_args(node, "this", "expression", "distinct", "with_", "order", "limit")
        parts = tuple(self.query(one, scope) for one in (node.this, node.args["expression"]))
        if len({len(part.names) for part in parts}) != 1:
            raise UnreadableError
        op = _SET_OPERATIONS[type(node)] + ("" if node.args.get("distinct") else " all")
        order = []
        clause = node.args.get("order")
        for one in clause.expressions if clause is not None else ():
            at = self._place(one.this, parts[0].names)
            found = Term("place", text=str(at))
            by = self._expressions.ordered(
                exp.Ordered(**{**one.args, "this": exp.null()}), scope, ""
            )
            order.append(replace(by, args=(found,)))
        return Combined(op, parts, parts[0].names, tuple(order), self._limit(node))

    def _place(self, node: exp.Expr, names: tuple[str, ...]) -> int:
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
            if 1 <= int(node.name) <= len(names):
                return int(node.name) - 1
        elif isinstance(node, exp.Column) and not node.args.get("table"):
            key = self._expressions.key(node.this)
            if names.count(key) == 1:
                return names.index(key)
        raise UnreadableError

    def _select(self, node: exp.Select, scope: Scope) -> Query:
        only_args(
            node, "expressions", "from_", "joins", "where", "group", "having", "order", "limit",
            "distinct", "with_",
        )  # fmt: skip
        distinct = node.args.get("distinct")
        if distinct is not None:
            only_args(distinct)
        found, scope.stars = self._from(node, scope)
        scope.written = frozenset(
            self._expressions.key(one.args["alias"])
            for one in node.expressions
            if isinstance(one, exp.Alias)
        )
        where = list(found.where)
        if node.args.get("where") is not None:
            term = self._expressions.read(node.args["where"].this, scope, "where")
            where += algebra.conjuncts(term)
        names, outputs = self._outputs(node, scope)
        scope.aliases = self._aliases(names, outputs)
        group = self._group(node, scope, outputs)
        having: tuple[Term, ...] = ()
        if node.args.get("having") is not None:
            condition = self._expressions.read(node.args["having"].this, scope, "having")
            having = algebra.conjuncts(condition)
        order = self._order(node, scope, outputs)
        counted = any(_aggregates(one) for one in (*outputs, *having, *order))
        if distinct is not None and any(by.args[0] not in outputs for by in order):
            raise UnreadableError
        if group is None and (counted or node.args.get("having") is not None):
            group = ()
        return Block(
            tuple(found.leaves), tuple(found.attached), tuple(where), tuple(outputs), tuple(names),
            group, having, distinct is not None, order, self._limit(node),
        )  # fmt: skip

    def _aliases(self, names: list[str], outputs: list[Term]) -> dict[str, Term]:
        found: dict[str, Term] = {}
        for name, term in zip(names, outputs, strict=True):
            if found.setdefault(name, term) != term:
                found[name] = Term("ambiguous")
        return {name: term for name, term in found.items() if term.op != "ambiguous"}

    def _outputs(self, node: exp.Select, scope: Scope) -> tuple[list[str], list[Term]]:
        names: list[str] = []
        outputs: list[Term] = []
        for one in node.expressions:
            if isinstance(one, exp.Star):
                only_args(one)
                listed = scope.stars
                if not listed:
                    raise UnreadableError
            elif isinstance(one, exp.Column) and isinstance(one.this, exp.Star):
                only_args(one, "this", "table")
                only_args(one.this)
                wanted = self._expressions.key(one.args["table"])
                matching = [source for source in scope.sources if source.name == wanted]
                if len(matching) != 1:
                    raise UnreadableError
                listed = matching[0].fields
            else:
                inner = one.this if isinstance(one, exp.Alias) else one
                name = ""
                if isinstance(one, exp.Alias):
                    only_args(one, "this", "alias")
                    name = self._expressions.key(one.args["alias"])
                elif isinstance(one, exp.Column):
                    name = self._expressions.key(one.this)
                listed = [(name, self._expressions.read(inner, scope, "select"))]
            names += [name for name, _ in listed]
            outputs += [term for _, term in listed]
        return names, outputs

    def _group(
        self, node: exp.Select, scope: Scope, outputs: list[Term]
    ) -> tuple[Term, ...] | None:
        clause = node.args.get("group")
        if clause is None:
            return None
        only_args(clause, "expressions")
        found = [self._meant(one, scope, "group", outputs) for one in clause.expressions]
        # A constant in GROUP BY may be anything: a place, a name, a text.
        if any(_aggregates(one) or one.op == "constant" for one in found):
            raise UnreadableError
        return tuple(dict.fromkeys(found))

    def _order(self, node: exp.Select, scope: Scope, outputs: list[Term]) -> tuple[Term, ...]:
        clause = node.args.get("order")
        if clause is None:
            return ()
        only_args(clause, "expressions")
        found = []
        for one in clause.expressions:
            by = self._expressions.ordered(
                exp.Ordered(**{**one.args, "this": exp.null()}), scope, ""
            )
            term = self._meant(one.this, scope, "order", outputs)
            if term.op == "constant":
                raise UnreadableError
            found.append(replace(by, args=(term,)))
        return tuple(dict.fromkeys(found))

    def _meant(self, node: exp.Expr, scope: Scope, clause: str, outputs: list[Term]) -> Term:
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
            if 1 <= int(node.name) <= len(outputs):
                return outputs[int(node.name) - 1]
            raise UnreadableError
        if clause == "order" and not isinstance(node, exp.Column):
            # Inside of an expression some engines know the names of the select list, some do not.
            for column in node.find_all(exp.Column):
                if (
                    not column.args.get("table")
                    and self._expressions.key(column.this) in scope.written
                ):
                    raise UnreadableError
        return self._expressions.read(node, scope, clause)

    def _limit(self, node: exp.Expr) -> str:
        clause = node.args.get("limit")
        if clause is None:
            return ""
        only_args(clause, "expression")
        if not isinstance(clause, exp.Limit) or not isinstance(clause.expression, exp.Literal):
            raise UnreadableError
        return f"limit {clause.expression.name}"

    def _from(self, node: exp.Select, scope: Scope) -> tuple[Gathered, _Fields]:
        found, stars = Gathered(), list[tuple[str, Term]]()
        clause = node.args.get("from_")
        if clause is None:
            return found, stars
        only_args(clause, "this")
        self._item(clause.this, scope, found, stars)
        return self._joins(node.args.get("joins") or [], scope, found, stars)

    def _joins(
        self, joins: list[exp.Join], scope: Scope, found: Gathered, stars: _Fields
    ) -> tuple[Gathered, _Fields]:
        commas = False
        for join in joins:
            only_args(join, "this", "on", "side", "kind", "using", "method")
            side, kind = (str(join.args.get(name) or "").upper() for name in ("side", "kind"))
            method = str(join.args.get("method") or "").upper()
            if kind not in ("", "INNER", "CROSS", "OUTER") or method not in ("", "NATURAL"):
                raise UnreadableError
            merging = bool(method or join.args.get("using"))
            if commas and (merging or side == "RIGHT"):
                raise UnreadableError  # Engines differ in how far to the left such a join reaches.
            # For a comma of SQLite the parser's tree says ON TRUE.
            bare = join.args.get("on") is None or isinstance(join.args["on"], exp.Boolean)
            commas = commas or (bare and not (side or kind or merging))
            right, fields = Gathered(), list[tuple[str, Term]]()
            self._item(join.this, scope, right, fields)
            on: tuple[Term, ...] = ()
            if merging:
                if side not in ("", "LEFT"):
                    raise UnreadableError
                on, fields = self._merged(join, scope, stars, fields)
            elif join.args.get("on") is not None:
                on = algebra.conjuncts(self._expressions.read(join.args["on"], scope, "on"))
            if side == "LEFT":
                found.attach(right, on)
            elif side == "RIGHT":
                right.attach(found, on)
                found = right
            elif side == "":
                found.add(right)
                found.where += on
            else:
                raise UnreadableError
            stars = stars + fields
        return found, stars

    def _merged(
        self, join: exp.Join, scope: Scope, left: _Fields, right: _Fields
    ) -> tuple[tuple[Term, ...], _Fields]:
        """The conditions of USING or NATURAL, and the fields of the right side that are left."""
        if join.args.get("using"):
            keys = [self._expressions.key(one) for one in join.args["using"]]
        else:
            theirs = {key for key, _ in right}
            keys = [key for key, _ in left if key in theirs]
            if not keys or len(set(keys)) != len(keys):
                raise UnreadableError
        on = []
        for key in keys:
            mine = [term for one, term in left if one == key]
            other = [term for one, term in right if one == key]
            if len(mine) != 1 or len(other) != 1 or not self._alike(mine[0], other[0]):
                raise UnreadableError
            on.append(Term("=", (mine[0], other[0])))
            scope.merged[key] = mine[0]
        # Merged columns come first in `*`, in the order in which they are named.
        first = [(key, scope.merged[key]) for key in keys]
        left[:] = first + [one for one in left if one[0] not in keys]
        return tuple(on), [one for one in right if one[0] not in keys]

    def _alike(self, one: Term, other: Term) -> bool:
        """True for columns of one type: of two types, USING may make a third one."""
        types = {self._types.get((term.source, term.text)) for term in (one, other)}
        return len(types) == 1 and None not in types

    def _item(self, node: exp.Expr, scope: Scope, found: Gathered, stars: _Fields) -> None:
        """Read one item of FROM with the joins inside of it."""
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            only_args(node, "this", "joins")
            self._item(node.this, scope, found, stars)
        elif isinstance(node, exp.Subquery):
            only_args(node, "this", "alias", "joins")
            query = self.query(node.this, Scope(parent=scope.parent, ctes=scope.ctes))
            self._leaf(query, node.args.get("alias"), "", scope, found, stars)
        elif isinstance(node, exp.Table):
            only_args(node, "this", "db", "catalog", "alias", "joins")
            self._table(node, scope, found, stars)
        else:
            raise UnreadableError
        if joins := node.args.get("joins"):
            inner, fields = self._joins(list(joins), scope, found, stars)
            if inner is not found:
                found.leaves, found.attached, found.where = (
                    inner.leaves,
                    inner.attached,
                    inner.where,
                )
            stars[:] = fields

    def _table(self, node: exp.Table, scope: Scope, found: Gathered, stars: _Fields) -> None:
        parts = [sources.name_of(one, self._dialect) for one in node.parts]
        if not isinstance(node.this, exp.Identifier):
            raise UnreadableError
        key = self._schema.key(parts[-1])
        definition = scope.definition(key) if len(parts) == 1 else None
        if definition is not None:
            query = self.query(definition.node, definition.scope)
            if definition.renamed:
                query = _renamed(query, definition.renamed)
            self._leaf(query, node.args.get("alias"), key, scope, found, stars)
            return
        relation = self._schema.find(parts)
        if relation is None or not relation.closed or relation.kind not in _KINDS:
            raise UnreadableError
        number = next(self._numbers)
        if number > _MOST_LEAVES:
            raise UnreadableError
        found.leaves.append(Leaf(number, relation))
        fields = [naming.field_of(number, self._schema.key(one.name)) for one in relation.columns]
        for one in relation.columns:
            self._types[number, self._schema.key(one.name)] = one.type.upper()
        self._name(node.args.get("alias"), key, fields, scope, stars)

    def _leaf(
        self,
        query: Query,
        alias: exp.Expr | None,
        name: str,
        scope: Scope,
        found: Gathered,
        stars: _Fields,
    ) -> None:
        number = next(self._numbers)
        if number > _MOST_LEAVES:
            raise UnreadableError
        found.leaves.append(Leaf(number, query=query))
        fields = [(key, algebra.column(number, str(at))) for at, key in enumerate(query.names)]
        for at, term in enumerate(query.outputs if isinstance(query, Block) else ()):
            if (known := self._types.get((term.source, term.text))) is not None:
                self._types[number, str(at)] = known
        self._name(alias, name, fields, scope, stars)

    def _name(
        self, alias: exp.Expr | None, name: str, fields: _Fields, scope: Scope, stars: _Fields
    ) -> None:
        if alias is not None:
            only_args(alias, "this", "columns")
            if alias.this is not None:
                name = self._expressions.key(alias.this)
            renamed = [self._expressions.key(one) for one in alias.args.get("columns") or ()]
            fields = [
                (renamed[at] if at < len(renamed) else key, term)
                for at, (key, term) in enumerate(fields)
            ]
        if name and any(one.name == name for one in scope.sources):
            raise UnreadableError  # Two of one name: engines differ in what that means.
        scope.sources.append(Source(name, fields))
        stars += fields


def _renamed(query: Query, names: tuple[str, ...]) -> Query:
    return replace(query, names=(*names, *query.names[len(names) :]))


def _aggregates(term: Term) -> bool:
    return any(one.op.startswith("aggregate") for one in algebra.parts(term))
