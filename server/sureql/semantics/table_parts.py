"""The parts of CREATE and ALTER TABLE beyond names: conditions, defaults, keys and references.

PostgreSQL only: SQLite and DuckDB store much of it unchecked or check it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import messages, sources, typed, types
from sureql.semantics.kinds import coercion, naming
from sureql.semantics.model import Field, Problem, Source
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Entry, Scope

_WHOLE = (
    exp.ColumnDef, exp.PrimaryKey, exp.ForeignKey, exp.Constraint, exp.UniqueColumnConstraint,
    exp.CheckColumnConstraint,
)  # fmt: skip
_SERIALS = ("SERIAL", "BIGSERIAL", "SMALLSERIAL")


@dataclass(frozen=True, slots=True)
class _Table:
    """The table whose parts are checked, as its conditions see it. `keys` are primary keys."""

    scope: Scope
    entry: Entry
    keys: int = 0

    def kind(self, resolver: Resolver, name: str) -> str:
        fields = self.entry.index.get(resolver.key(name), ())
        return resolver.typing.of_field(fields[0]) if fields else ""


def create(resolver: Resolver, node: exp.Create) -> None:
    """The parts of CREATE TABLE."""
    schema = node.this
    if resolver.dialect.name != "postgres" or not isinstance(schema, exp.Schema):
        return
    if str(node.args.get("kind")) != "TABLE" or node.args.get("expression") is not None:
        return
    parts = schema.expressions
    properties = node.args.get("properties")
    inherits = properties is not None and properties.find(
        exp.InheritsProperty, exp.PartitionedOfProperty, exp.LikeProperty
    )
    whole = all(isinstance(part, _WHOLE) for part in parts) and not inherits
    fields = tuple(_field(resolver, part) for part in parts if isinstance(part, exp.ColumnDef))
    name = resolver.name(schema.this.this) if isinstance(schema.this, exp.Table) else ""
    source = Source(name, "table", fields, whole, hidden=tuple(sorted(resolver.rules.hidden)))
    entry = sources.entry_of(source, resolver.dialect)
    _parts(resolver, parts, _Table(Scope(entries=[entry]), entry))


def view(resolver: Resolver, node: exp.Create, output: tuple[tuple[Field, ...], bool]) -> None:
    """CREATE VIEW and CREATE TABLE AS: each column's name once, and no more names than columns."""
    fields, closed = output
    if resolver.dialect.name != "postgres" or not closed:
        return
    schema = node.this
    listed = schema.expressions if isinstance(schema, exp.Schema) else []
    if any(not isinstance(one, exp.Identifier) for one in listed):
        return
    span = sources.whole_span(listed[len(fields) :]) if len(listed) > len(fields) else None
    if span is not None:
        message = f"The query gives {len(fields)} columns, {len(listed)} names are given."
        resolver.report(Problem(span, "column-names", message))
    seen: set[str] = {resolver.key(resolver.name(one)) for one in listed}
    for field in fields[len(listed) :]:
        key = resolver.key(field.name)
        if key in seen and field.name and field.span is not None:
            message = f"Two columns would be called `{field.name}`: give one of them an alias."
            resolver.report(Problem(field.span, "duplicate-column", message))
        seen.add(key)


def alter(resolver: Resolver, node: exp.Alter, target: Entry) -> None:
    """The actions of ALTER TABLE on `target`."""
    relation = target.source.relation
    if resolver.dialect.name != "postgres" or relation is None:
        return
    actions = list(node.args.get("actions") or ())
    added = [_field(resolver, found) for one in actions for found in one.find_all(exp.ColumnDef)]
    fields = (*target.source.fields, *added)
    source = Source(
        relation.name, "table", fields, True, relation,
        hidden=tuple(sorted(resolver.rules.hidden)),
    )  # fmt: skip
    entry = sources.entry_of(source, resolver.dialect)
    dropped = any("DROP" in type(one).__name__.upper() for one in actions)
    keys = 1 if relation.primary_key and not dropped else 0
    table = _Table(Scope(entries=[entry]), entry, keys)
    for action in actions:
        if isinstance(action, exp.ColumnDef):
            if not action.args.get("exists"):
                _exists(resolver, action.this, target)
            _parts(resolver, [action], table)
        elif isinstance(action, exp.AddConstraint):
            _parts(resolver, action.expressions, table)
        elif isinstance(action, exp.RenameColumn):
            to = action.args.get("to")
            _exists(resolver, to.this if isinstance(to, exp.Column) else to, target)
        elif isinstance(action, exp.AlterColumn):
            _altered(resolver, action, table)


def _field(resolver: Resolver, node: exp.ColumnDef) -> Field:
    text = types.type_text(node.args.get("kind"), resolver.dialect)
    kind = naming.of(text, resolver.schema)
    return Field(resolver.name(node.this), text, span=sources.span_of(node.this), kind=kind)


def _exists(resolver: Resolver, identifier: exp.Expr | None, target: Entry) -> None:
    span, name = sources.span_of(identifier), resolver.name(identifier)
    fields = target.index.get(resolver.key(name), ())
    if span is None or not fields or not resolver.settled:
        return
    column = fields[0].column
    declared = column.location if column is not None else None
    message = f"`{target.source.name}` already has a column `{name}`."
    note = (declared, f"`{name}` is defined here.") if declared is not None else None
    resolver.report(Problem(span, "already-exists", message, declared=note))


def _altered(resolver: Resolver, action: exp.AlterColumn, table: _Table) -> None:
    identifier = action.this.this if isinstance(action.this, exp.Column) else action.this
    name = resolver.name(identifier)
    old = table.kind(resolver, name)
    default, using = action.args.get("default"), action.args.get("using")
    if isinstance(default, exp.Expr):
        _default(resolver, default, name, old, table)
    if isinstance(using, exp.Expr):
        resolver.visit_all([using], table.scope, "using")
        resolver.typing.of(using)
    new = naming.of(types.type_text(action.args.get("dtype"), resolver.dialect), resolver.schema)
    span = sources.span_of(identifier)
    if (
        old
        and new
        and not isinstance(using, exp.Expr)
        and span is not None
        and not coercion.can(old, new, "a")
    ):
        message = (
            f"`{name}` is {naming.label(old)}: it becomes {naming.label(new)} only with USING."
        )
        resolver.report(Problem(span, "type-mismatch", message))


def _parts(resolver: Resolver, parts: Sequence[exp.Expr], table: _Table) -> None:
    primary = table.keys
    for part in parts:
        for inner in part.expressions if isinstance(part, exp.Constraint) else [part]:
            if isinstance(inner, exp.ColumnDef):
                primary += _column(resolver, inner, table, primary)
            elif isinstance(inner, exp.CheckColumnConstraint):
                _condition(resolver, inner.this, table)
            elif isinstance(inner, exp.ForeignKey):
                columns = [one for one in inner.expressions if isinstance(one, exp.Identifier)]
                if len(columns) == len(inner.expressions):
                    _refers(resolver, columns, inner.args.get("reference"), table)
            elif isinstance(inner, exp.UniqueColumnConstraint):
                listed = inner.this
                _listed(
                    resolver, listed.expressions if isinstance(listed, exp.Schema) else (), table
                )
            elif isinstance(inner, exp.PrimaryKey):
                if primary:
                    _second_key(resolver, inner.expressions, table)
                primary += 1


def _listed(resolver: Resolver, columns: Sequence[exp.Expr], table: _Table) -> None:
    for identifier in columns:
        if isinstance(identifier, exp.Identifier):
            _known(resolver, identifier, table)


def _known(resolver: Resolver, identifier: exp.Identifier, table: _Table) -> None:
    span = sources.span_of(identifier)
    key = resolver.key(resolver.name(identifier))
    if span is not None and table.entry.source.closed and key not in table.entry.index:
        known = [field.name for field in table.entry.source.fields]
        name = resolver.name(identifier)
        resolver.report(messages.unknown_key_column(span, name, known, resolver.dialect))


def _second_key(resolver: Resolver, nodes: Sequence[exp.Expr], table: _Table) -> None:
    span = sources.whole_span(list(nodes))
    if span is not None:
        message = "A table has only one primary key."
        resolver.report(Problem(span, "duplicate-key", message))


def _column(resolver: Resolver, node: exp.ColumnDef, table: _Table, primary: int) -> int:
    """The constraints of one column; how many primary keys they are."""
    name, found = resolver.name(node.this), 0
    kind = table.kind(resolver, name)
    for constraint in node.args.get("constraints") or ():
        inner = constraint.args.get("kind")
        if isinstance(inner, exp.CheckColumnConstraint):
            _condition(resolver, inner.this, table)
        elif isinstance(inner, exp.DefaultColumnConstraint):
            _default(resolver, inner.this, name, kind, table)
        elif isinstance(inner, exp.ComputedColumnConstraint):
            resolver.visit_all([inner.this], table.scope, "check")
            typed.assigned(resolver, inner.this, kind, name)
        elif isinstance(inner, exp.Reference):
            _refers(resolver, [node.this], inner, table)
        elif isinstance(inner, exp.PrimaryKeyColumnConstraint):
            found += 1
            if primary + found > 1:
                _second_key(resolver, [node.this], table)
        elif isinstance(inner, exp.GeneratedAsIdentityColumnConstraint):
            span = sources.span_of(node.this)
            if kind not in ("", "int2", "int4", "int8") and span is not None:
                message = f"An identity is an integer, `{name}` is {naming.label(kind)}."
                resolver.report(Problem(span, "type-mismatch", message))
    return found


def _condition(resolver: Resolver, node: exp.Expr, table: _Table) -> None:
    resolver.visit_all([node], table.scope, "check")
    resolver.typing.condition(node, "CHECK")
    _no_query(resolver, node, "CHECK")


def _no_query(resolver: Resolver, node: exp.Expr, title: str) -> None:
    for query in node.find_all(exp.Query):
        span = sources.whole_span([query])
        if span is not None:
            message = f"{title} can't hold a sub-query."
            resolver.report(Problem(span, "misplaced-subquery", message))
            return


def _default(resolver: Resolver, node: exp.Expr, name: str, kind: str, table: _Table) -> None:
    if node.find(exp.Query) is not None:
        _no_query(resolver, node, "DEFAULT")
        return
    for column in node.find_all(exp.Column):
        word = column.name.lower()
        span = sources.span_of(column.parts[-1])
        if span is None or (len(column.parts) == 1 and word in resolver.rules.words):
            continue
        resolver.report(Problem(span, "misplaced-column", "A default can't use columns."))
        return
    resolver.visit_all([node], table.scope, "default")
    typed.assigned(resolver, node, kind, name)


def _refers(
    resolver: Resolver, columns: Sequence[exp.Expr], node: exp.Expr | None, table: _Table
) -> None:
    """A foreign key: as many columns, unique ones, of types that can be compared."""
    schema = node.this if isinstance(node, exp.Reference) else None
    named = schema.this if isinstance(schema, exp.Schema) else schema
    if not isinstance(named, exp.Table):
        return
    parts = [resolver.name(part) for part in named.parts]
    relation = sources.find(parts, resolver.schema, resolver.dialect)
    itself = resolver.key(parts[-1]) == resolver.key(table.entry.source.name)
    if relation is None or not relation.closed or itself:
        return
    for problem in _problems(resolver, columns, schema, relation, named, table):
        resolver.report(problem)


def _problems(
    resolver: Resolver,
    columns: Sequence[exp.Expr],
    schema: exp.Expr | None,
    relation: catalog.Relation,
    named: exp.Table,
    table: _Table,
) -> Iterator[Problem]:
    span = sources.span_of(named.this)
    if span is None:
        return
    if "view" in relation.kind:
        message = f"`{relation.name}` is a view: only tables can be referred to."
        yield Problem(span, "no-unique-key", message)
        return
    listed = schema.expressions if isinstance(schema, exp.Schema) else []
    names = [resolver.key(resolver.name(one)) for one in listed] or [
        resolver.key(one) for one in relation.primary_key
    ]
    known = {resolver.key(one.name): one for one in relation.columns}
    if any(name not in known for name in names):
        return
    if not names:
        yield Problem(span, "no-unique-key", f"`{relation.name}` has no primary key to refer to.")
        return
    if len(names) != len(columns):
        message = f"{len(columns)} columns can't refer to {len(names)}."
        yield Problem(sources.whole_span(listed) or span, "foreign-key-columns", message)
        return
    unique = [one.columns for one in relation.keys]
    unique += [one.columns for one in relation.indexes if one.unique]
    if not any({resolver.key(name) for name in one} == set(names) for one in unique):
        many = ", ".join(f"`{name}`" for name in names)
        message = f"{many} of `{relation.name}` is no key: a foreign key needs one."
        yield Problem(sources.whole_span(listed) or span, "no-unique-key", message)
        return
    for identifier, name in zip(columns, names, strict=True):
        own = table.kind(resolver, resolver.name(identifier))
        other = naming.of(known[name].type, resolver.schema)
        place = sources.span_of(identifier)
        differ = own and other and coercion.category(own) != coercion.category(other)
        if differ and place is not None:
            message = (
                f"`{identifier.name}` is {naming.label(own)},"
                f" `{relation.name}.{name}` is {naming.label(other)}."
            )
            location = known[name].location
            note = (location, f"`{name}` is defined here.") if location is not None else None
            yield Problem(place, "type-mismatch", message, declared=note)
