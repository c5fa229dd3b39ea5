"""FROM and JOIN: turns them into the entries of a scope, with merged columns and nullability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.semantics import messages, named, names, sources, types
from sureql.semantics.model import Field, Reference, Source
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Condition, Entry, Merged, Scope
from sureql.text.span import Span

_FLAT = frozenset(
    """text varchar char uuid integer int bigint smallint numeric decimal boolean date timestamp
    timestamptz real bytea json jsonb inet double""".split()  # noqa: SIM905
) | {"double precision", "character varying"}
_Columns = list[tuple[str, Entry | None, Field]]


def build(resolver: Resolver, node: exp.Expr, scope: Scope) -> None:
    """Add what stands in FROM, JOIN and LATERAL VIEW of a SELECT, UPDATE or DELETE to `scope`."""
    build_items(resolver, first_items(node), node.args.get("joins") or (), scope)
    for lateral in node.args.get("laterals") or ():
        _lateral(resolver, lateral, scope)


def first_items(node: exp.Expr) -> list[exp.Expr]:
    """The item after FROM, if there is one."""
    clause = node.args.get("from_")
    return [clause.this] if clause is not None and clause.this is not None else []


def build_items(
    resolver: Resolver,
    first: Sequence[exp.Expr],
    joins: Sequence[exp.Join],
    scope: Scope,
) -> None:
    """Add items and their joins; `resolve_conditions` resolves their ON conditions later."""
    conditions: list[Condition] = []
    start = len(scope.entries)
    columns: _Columns = []
    for item in first:
        columns += _item(resolver, item, scope, conditions)
    for join in joins:
        if _is_comma(join) and not resolver.rules.comma_binds:
            scope.order += columns
            columns, start = [], len(scope.entries)
        columns = _join(resolver, join, scope, columns, start, conditions)
    scope.order += columns
    scope.conditions += conditions
    _check_duplicates(resolver, scope)


def resolve_conditions(resolver: Resolver, scope: Scope) -> None:
    """Resolve the ON conditions: after the select list, whose aliases SQLite lets them use."""
    conditions, scope.conditions = scope.conditions, []
    for condition, visible in conditions:
        scope.visible = None if resolver.rules.comma_binds else visible
        resolver.visit_all([condition], scope, "on")
    scope.visible = None


def _is_comma(join: exp.Join) -> bool:
    args = join.args
    if any(args.get(name) for name in ("side", "method", "on", "using")):
        return False
    return args.get("kind") in (None, "")


def _join(
    resolver: Resolver,
    join: exp.Join,
    scope: Scope,
    left: _Columns,
    start: int,
    conditions: list[Condition],
) -> _Columns:
    before = len(scope.entries)
    inner: list[Condition] = []
    right = _item(resolver, join.this, scope, inner)
    conditions += inner
    stop = len(scope.entries)
    side, method = str(join.args.get("side") or ""), str(join.args.get("method") or "")
    kind = str(join.args.get("kind") or "")
    for position in range(start, stop):
        is_right = position >= before
        if side == "FULL" or (side == "LEFT" and is_right) or (side == "RIGHT" and not is_right):
            scope.entries[position].nullable = True
    using = join.args.get("using") or ()
    keys: list[str] = []
    if method == "NATURAL":
        names_right = {key for key, _, _ in right}
        keys = [key for key, _, _ in left if key in names_right]
        for key in dict.fromkeys(keys):
            _merge(resolver, key, None, scope, left, right, side)
    for identifier in using:
        if isinstance(identifier, exp.Column):
            identifier = identifier.this
        if not isinstance(identifier, exp.Identifier):
            continue  # A text half written: USING name (id).
        key = resolver.key(resolver.name(identifier))
        keys.append(key)
        _merge(resolver, key, identifier, scope, left, right, side)
    if join.args.get("on") is not None:
        conditions.append((join.args["on"], (start, stop)))
    if join.args.get("match_condition") is not None:
        conditions.append((join.args["match_condition"], (start, stop)))
    if kind in ("SEMI", "ANTI") or side in ("SEMI", "ANTI"):
        return left
    return _combined(resolver, keys, scope, left, right)


def _combined(
    resolver: Resolver, keys: list[str], scope: Scope, left: _Columns, right: _Columns
) -> _Columns:
    """The columns of `*`: merged ones once, where the engine puts them."""
    merged = {key: scope.merged[key].field for key in keys if key in scope.merged}
    if not merged:
        return left + right
    rest = [column for column in right if column[0] not in merged]
    if resolver.rules.merged_first:
        first: _Columns = [(key, None, field) for key, field in merged.items()]
        return first + [column for column in left if column[0] not in merged] + rest
    replaced: _Columns = [
        (key, None, merged[key]) if key in merged else (key, entry, field)
        for key, entry, field in left
    ]
    return replaced + rest


def _merge(
    resolver: Resolver,
    key: str,
    identifier: exp.Expr | None,
    scope: Scope,
    left: _Columns,
    right: _Columns,
    side: str,
) -> None:
    """Make one column of the two that USING or NATURAL names."""
    one = next((column for column in left if column[0] == key), None)
    two = next((column for column in right if column[0] == key), None)
    if identifier is not None:
        _check_using(resolver, identifier, key, scope, left, right)
    known = one or two
    if known is None:
        return
    fields = [column[2] for column in (one, two) if column is not None]
    nullable = {
        "FULL": all(field.nullable for field in fields),
        "RIGHT": fields[-1].nullable,
    }.get(side, fields[0].nullable)
    base = fields[-1] if side == "RIGHT" else fields[0]
    origins = tuple(dict.fromkeys(origin for field in fields for origin in field.origins))
    merged = tuple(part for field in fields for part in field.merged or (field,))
    field = replace(base, nullable=nullable, origins=origins, merged=merged)
    entries = [column[1] for column in (one, two) if column is not None and column[1] is not None]
    earlier = scope.merged.get(key)
    if earlier is not None:
        entries = [*earlier.entries, *entries]
    scope.merged[key] = Merged(field, entries)
    span = sources.span_of(identifier)
    if span is not None and entries:
        source = entries[-1].source
        resolver.refer(
            Reference(span, field.name, "column", source, field, source.relation, None, field.span)
        )


def _check_using(
    resolver: Resolver,
    identifier: exp.Expr,
    key: str,
    scope: Scope,
    left: _Columns,
    right: _Columns,
) -> None:
    span, name = sources.span_of(identifier), resolver.name(identifier)
    if span is None or scope.opaque:
        return
    for columns in (left, right):
        entries = [entry for _, entry, _ in columns if entry is not None]
        entries = list({id(entry): entry for entry in entries}.values())
        closed = bool(entries) and all(entry.source.closed for entry in scope.entries)
        if closed and not any(column[0] == key for column in columns):
            if len(entries) == 1:
                problem = messages.unknown_column(span, name, scope, entries[0], resolver.dialect)
            else:
                problem = messages.unknown_column(span, name, scope, None, resolver.dialect)
            resolver.report(problem)
            return


def _item(
    resolver: Resolver, node: exp.Expr, scope: Scope, conditions: list[Condition]
) -> _Columns:
    """Add one item of FROM and give its columns."""
    before = len(scope.entries)
    if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)):
        return _parenthesised(resolver, node, scope, conditions)
    source = _source(resolver, node, scope)
    if source is None:
        scope.opaque = True
        return []
    entry = source if isinstance(source, Entry) else sources.entry_of(source, resolver.dialect)
    if node.args.get("pivots"):
        entry = _pivoted(resolver, node, entry)
    entry.group = before
    scope.entries.append(entry)
    columns: _Columns = [(resolver.key(field.name), entry, field) for field in entry.source.fields]
    if isinstance(node, exp.Table):
        for nested in node.args.get("joins") or ():
            columns = _join(resolver, nested, scope, columns, before, conditions)
    return columns


def _parenthesised(
    resolver: Resolver, node: exp.Subquery, scope: Scope, conditions: list[Condition]
) -> _Columns:
    """`(a JOIN b ON …)`: its tables stay visible unless an alias hides them."""
    alias = node.args.get("alias")
    joins = node.args.get("joins") or ()
    if alias is None or not alias.this:
        before = len(scope.entries)
        columns = _item(resolver, node.this, scope, conditions)
        for nested in joins:
            columns = _join(resolver, nested, scope, columns, before, conditions)
        return columns
    inner = Scope(parent=scope.parent, ctes=scope.ctes)
    build_items(resolver, [node.this], [], inner)
    resolve_conditions(resolver, inner)
    fields = tuple(
        entry.seen(field) if entry is not None else field for _, entry, field in inner.order
    )
    source = Source(
        resolver.name(alias.this), "derived", fields, inner.closed, None, True,
        definition=sources.span_of(alias.this),
    )  # fmt: skip
    source = sources.renamed(source, alias.args.get("columns") or (), resolver.dialect)
    entry = sources.entry_of(source, resolver.dialect)
    scope.entries.append(entry)
    return [(resolver.key(field.name), entry, field) for field in source.fields]


def _pivoted(resolver: Resolver, node: exp.Expr, entry: Entry) -> Entry:
    pivot = node.args["pivots"][-1]
    alias = pivot.args.get("alias")
    name = resolver.name(alias.this) if alias is not None and alias.this else entry.source.name
    source = Source(name, "derived", aliased=bool(alias), span=entry.source.span)
    return sources.entry_of(source, resolver.dialect)


def _source(resolver: Resolver, node: exp.Expr, scope: Scope) -> Source | Entry | None:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        alias = None
    label = resolver.name(alias.this) if alias is not None and alias.this else ""
    definition = sources.span_of(alias.this) if alias is not None and label else None
    columns = (alias.args.get("columns") or ()) if alias is not None else ()
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        return named.entry(resolver, node, scope, label, definition, columns)
    if isinstance(node, exp.Subquery):
        return _derived(resolver, node, scope, label, definition, columns, lateral=False)
    if isinstance(node, exp.Lateral):
        if isinstance(node.this, exp.Subquery):
            return _derived(resolver, node.this, scope, label, definition, columns, lateral=True)
        return _called(resolver, node.this, node, scope, label, definition, columns)
    if isinstance(node, exp.Unnest):
        return _called(resolver, node, node, scope, label, definition, columns)
    if isinstance(node, exp.Values):
        fields, closed = resolver.query(resolver, node, scope)
        source = Source(label, "values", fields, closed, None, bool(label), None, definition)
        return sources.renamed(source, columns, resolver.dialect)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
        return _called(resolver, node.this, node, scope, label, definition, columns)
    if isinstance(node, exp.Table):
        for called in node.args.get("rows_from") or ():
            resolver.visit(called.this if isinstance(called, exp.Table) else called, scope)
    return (
        Source(label, "unknown", (), False, None, bool(label), None, definition) if label else None
    )


def _derived(
    resolver: Resolver,
    node: exp.Subquery,
    scope: Scope,
    label: str,
    definition: Span | None,
    columns: Sequence[exp.Expr],
    lateral: bool,
) -> Source:
    sees = lateral or resolver.dialect.name == "duckdb"
    parent = Scope(parent=scope.parent, ctes=scope.ctes)
    if sees:
        # What follows in FROM is added to `scope` later and stays out of sight.
        parent.entries, parent.merged = list(scope.entries), dict(scope.merged)
    fields, closed = resolver.query(resolver, node, parent)
    source = Source(label, "derived", fields, closed, None, bool(label), None, definition)
    return sources.renamed(source, columns, resolver.dialect)


def _called(
    resolver: Resolver,
    call: exp.Expr,
    node: exp.Expr,
    scope: Scope,
    label: str,
    definition: Span | None,
    columns: Sequence[exp.Expr],
) -> Source:
    """A table function; its arguments see the items before it."""
    resolver.visit_all(_arguments(resolver, call), scope, "from")
    span = sources.span_of(call)
    name = span.of(resolver.text) if span is not None and resolver.text else ""
    if not name or not name.isidentifier():
        name = "unnest" if isinstance(call, exp.Unnest) else names.of_call(call)
    source = sources.of_function(name, label, resolver.dialect, len(call.expressions) or 1)
    if isinstance(call, exp.Unnest) and resolver.dialect.name == "postgres":
        # The elements may be of a composite type, whose fields are then the columns.
        source = replace(source, closed=all(_is_flat(resolver, item) for item in call.expressions))
    ordinality = node.args.get("ordinality")
    offset = node.args.get("offset")
    if ordinality:
        source = replace(source, fields=(*source.fields, Field("ordinality", "BIGINT", False)))
    elif isinstance(offset, exp.Expr):
        # sqlglot takes the last name of the column list away for the position.
        columns = [*columns, offset]
        source = replace(source, fields=(*source.fields, Field("ordinality", "BIGINT", False)))
    defined = bool(columns) and all(isinstance(column, exp.ColumnDef) for column in columns)
    source = sources.renamed(source, columns, resolver.dialect, single=defined)
    fields = tuple(
        replace(field, named=definition) if label and field.name == label and not columns else field
        for field in source.fields
    )
    return replace(source, fields=fields, definition=definition, span=span)


def _arguments(resolver: Resolver, call: exp.Expr) -> list[exp.Expr]:
    """What a table function's call holds, without the names of `header = true` in DuckDB."""
    if resolver.dialect.name != "duckdb" or not isinstance(call, exp.Func):
        return [call]
    found = [call.this] if isinstance(call.this, exp.Expr) else []
    for item in call.expressions:
        named = isinstance(item, exp.EQ) and isinstance(item.this, exp.Column)
        found.append(item.expression if named and len(item.this.parts) == 1 else item)
    return found if call.expressions else [call]


def _is_flat(resolver: Resolver, array: exp.Expr) -> bool:
    """True if an array's elements are certainly no rows."""
    items = array.expressions if isinstance(array, exp.Array) else [array]
    found = [types.infer(item, resolver.seen, resolver.dialect)[0].lower() for item in items]
    if items is not array.expressions and not all(type_.endswith("]") for type_ in found):
        return False
    return all(type_.rstrip("[]").split("(")[0].strip() in _FLAT for type_ in found)


def _lateral(resolver: Resolver, node: exp.Expr, scope: Scope) -> None:
    """LATERAL VIEW explode(x) t AS a, b."""
    columns = _item(resolver, node, scope, [])
    scope.order += columns


def _check_duplicates(resolver: Resolver, scope: Scope) -> None:
    """PostgreSQL refuses two sources of one name; other engines mind only when it is used."""
    if resolver.dialect.name != "postgres":
        return
    seen: dict[str, Source] = {}
    for entry in scope.entries:
        source = entry.source
        if not source.name:
            continue
        first = seen.setdefault(source.name, source)
        if first is source:
            continue
        if not first.aliased and not source.aliased and _differ(first, source):
            continue
        span = source.definition if source.aliased else source.span
        if span is not None:
            earlier = first.definition if first.aliased else first.span
            resolver.report(messages.duplicate_alias(span, source.name, earlier))


def _differ(one: Source, two: Source) -> bool:
    """`a.t, b.t`: tables of one name in two schemas don't collide."""
    return one.relation is None or two.relation is None or one.relation is not two.relation
