"""Every place where a statement names something, and what it is the name of.

Two places name the same thing if their meanings are equal: what references, highlights and renames
are made of. Offsets are the statement's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import naming_ddl, parsed, sources, statement
from sureql.semantics.meaning import Meaning, Occurrence
from sureql.semantics.model import Field, Reference
from sureql.semantics.resolver import Resolver
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

_DEFINING = (exp.Create, exp.Alter, exp.Drop, exp.TruncateTable, exp.Comment)
_CHANGING = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


_KEEP = 256


@dataclass(frozen=True, slots=True)
class Named:
    """All occurrences of a statement, in order.

    `unclear` are names of columns and tables that were not resolved: they may mean anything.
    `output` holds the names of its own result columns, or of those of the table that it makes, with
    what each of them is. `joined` are the columns that NATURAL or USING hold together.
    """

    occurrences: tuple[Occurrence, ...] = ()
    unclear: tuple[Span, ...] = ()
    output: tuple[tuple[str, tuple[Meaning, ...]], ...] = ()
    joined: tuple[tuple[Meaning, ...], ...] = ()


# The catalogs are kept with the result so that their identity can't be reused by others.
_kept: OrderedDict[
    tuple[str, str, str, int, int, tuple[Span, ...]],
    tuple[catalog.Catalog, catalog.Catalog, Named | None],
] = OrderedDict()


def of(
    text: str,
    schema: catalog.Catalog,
    after: catalog.Catalog,
    dialect: Dialect,
    holes: tuple[Span, ...] = (),
) -> Named | None:
    """The occurrences in a statement's masked `text`; None if it can't be read.

    `after` is the schema that the statement leaves behind: it has what the statement creates.
    """
    key = (text, dialect.name, schema.version, id(schema), id(after), holes)
    kept = _kept.get(key)
    if kept is not None:
        _kept.move_to_end(key)
        return kept[2]
    found = _of(text, schema, after, dialect, holes)
    _kept[key] = (schema, after, found)
    while len(_kept) > _KEEP:
        _kept.popitem(last=False)
    return found


def _of(
    text: str,
    schema: catalog.Catalog,
    after: catalog.Catalog,
    dialect: Dialect,
    holes: tuple[Span, ...],
) -> Named | None:
    try:
        tree = parsed.tree(text, dialect)
        if tree is None:
            return None
        resolver, (output, _) = statement.resolve(tree, schema, dialect, text, holes)
    except RecursionError:
        return None
    found: dict[tuple[Span, Meaning, bool], Occurrence] = {}
    for one in (
        *_definitions(tree, resolver, schema),
        *_references(resolver, schema),
        *(naming_ddl.of(tree, schema, after, dialect) if isinstance(tree, _DEFINING) else ()),
    ):
        found.setdefault((one.span, one.meaning, one.defines), one)
    known = {one.span for one in found.values()}
    unclear = {
        span
        for node in tree.find_all(exp.Column, exp.Table)
        for part in sources.parts_of(node)
        if isinstance(part, exp.Identifier)
        and (span := sources.span_of(part)) is not None
        and span not in known
    }
    return Named(
        tuple(sorted(found.values(), key=lambda one: (one.span, one.defines))),
        tuple(sorted(unclear)),
        tuple((field.name, meanings(field, schema)) for field in _made(tree, resolver) or output),
        tuple(
            meanings(merged.field, schema)
            for _, scope in resolver.scopes
            for merged in scope.merged.values()
        ),
    )


def _made(tree: exp.Expr, resolver: Resolver) -> tuple[Field, ...]:
    """The columns that CREATE … AS SELECT takes over with their names."""
    query = tree.args.get("expression") if isinstance(tree, exp.Create) else None
    if query is None or isinstance(tree.this, exp.Schema):
        return ()
    return resolver.outputs.get(id(query), ((), False))[0]


def meanings(field: Field, schema: catalog.Catalog) -> tuple[Meaning, ...]:
    """What a column is: several things where USING made one of them; () if that is not known."""
    if field.merged:
        found = [one for part in field.merged for one in meanings(part, schema)]
        return tuple(dict.fromkeys(found))
    if field.named is not None:
        return (Meaning("column", field.named),)
    if field.column is not None and len(field.origins) == 1:
        return (Meaning("column", None, _keys(field.origins[0], schema)),)
    return ()


def _references(resolver: Resolver, schema: catalog.Catalog) -> Iterator[Occurrence]:
    for reference in resolver.references:
        for meaning in _meant(reference, schema):
            yield Occurrence(reference.span, meaning)


def _meant(reference: Reference, schema: catalog.Catalog) -> tuple[Meaning, ...]:
    kind = reference.kind
    if kind in ("column", "projection"):
        return meanings(reference.field, schema) if reference.field is not None else ()
    if kind == "relation":
        relation = reference.relation
        names = (relation.schema, relation.name) if relation else ("", reference.name)
        return (Meaning("table", None, _keys(names, schema)),)
    if kind in ("cte", "alias") and reference.definition is not None:
        return (Meaning(kind, reference.definition),)
    return ()


def _keys(names: tuple[str, ...], schema: catalog.Catalog) -> tuple[str, ...]:
    return tuple(schema.key(name) for name in names)


def _definitions(
    tree: exp.Expr, resolver: Resolver, schema: catalog.Catalog
) -> Iterator[Occurrence]:
    for made in tree.find_all(exp.CTE, exp.TableAlias):
        alias = made.args.get("alias") if isinstance(made, exp.CTE) else made
        if not isinstance(alias, exp.TableAlias):
            continue
        span = sources.span_of(alias.this)
        if span is not None:
            is_cte = isinstance(alias.parent, exp.CTE)
            yield Occurrence(span, Meaning("cte" if is_cte else "alias", span), True)
        for column in alias.args.get("columns") or ():
            identifier = column.this if isinstance(column, exp.ColumnDef) else column
            place = sources.span_of(identifier)
            if place is not None:
                yield Occurrence(place, Meaning("column", place), True)
    for node, scope in resolver.scopes:
        for item in _items(node):
            span = _named_at(item)
            field = next((one for one in scope.projection if one.named == span), None)
            if span is None or field is None:
                continue
            implicit = not isinstance(item, (exp.Alias, exp.PropertyEQ))
            meaning = Meaning("column", span)
            yield Occurrence(span, meaning, True, implicit, field.name, matters(node))


def _items(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Select):
        return node.expressions
    returning = node.args.get("returning") if isinstance(node, _CHANGING) else None
    return returning.expressions if returning is not None else []


def _named_at(item: exp.Expr) -> Span | None:
    """Where a select item gets its name, as `projection` sees it."""
    if isinstance(item, exp.Alias):
        return sources.span_of(item.args.get("alias"))
    if isinstance(item, exp.PropertyEQ):
        return sources.span_of(item.this)
    if isinstance(item, exp.Column):
        return None if isinstance(item.this, exp.Star) else sources.span_of(item.this)
    return sources.whole_span([item])


def matters(query: exp.Expr) -> bool:
    """True if somebody may use the names of the query's columns: not so in `IN (SELECT …)`."""
    node: exp.Expr = query
    parent: exp.Expr | None = query.parent
    while isinstance(parent, (exp.Subquery, exp.SetOperation)):
        if isinstance(parent, exp.SetOperation):
            if parent.expression is node and not parent.args.get("by_name"):
                return False
        elif parent.args.get("alias") is not None:
            return not parent.args["alias"].args.get("columns")
        node, parent = parent, parent.parent
    if isinstance(parent, exp.CTE):
        alias = parent.args.get("alias")
        return not (isinstance(alias, exp.TableAlias) and alias.args.get("columns"))
    return parent is None or isinstance(
        parent, (exp.Create, exp.From, exp.Join, exp.Lateral, exp.Command, exp.Copy)
    )
