"""The cursor ladder: what can be named at the cursor.

First sqlglot with a dummy identifier at the cursor (exact); if the text is broken elsewhere, the
token scan's frames, whose derived tables and CTEs are still parsed one by one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import model, parsed, scan, statement
from sureql.semantics.scope import Scope
from sureql.syntax import cursor, dialects
from sureql.text.span import Span

DUMMY = "sureql_cursor"

_OPERANDS = frozenset(
    (cursor.Expect.EXPRESSION, cursor.Expect.RELATION, cursor.Expect.COLUMN, cursor.Expect.NEW_NAME)
)
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_KEEP = 64
_Key = tuple[str, Span, str, str, int]
_kept: OrderedDict[_Key, tuple[catalog.Catalog, model.Visible]] = OrderedDict()


def at(
    text: str, context: cursor.CursorContext, schema: catalog.Catalog, dialect: dialects.Dialect
) -> model.Visible:
    """What can be named at `context.offset` of the statement `text` (masked, unmodified length)."""
    spliced = _spliced(text, context)
    # The half-typed word itself is not in the key: typing on in it changes nothing here.
    key = (spliced or text, context.word, dialect.name, schema.version, id(schema))
    found = _kept.get(key)
    if found is not None:
        return found[1]
    try:
        result = _exact(spliced, context, schema, dialect) if spliced else None
        if result is None:
            result = scan.visible(text, context, schema, dialect)
    except RecursionError:
        result = model.Visible()
    _kept[key] = (schema, result)
    while len(_kept) > _KEEP:
        _kept.popitem(last=False)
    return result


def _spliced(text: str, context: cursor.CursorContext) -> str:
    """The text with a dummy name in place of the half-typed word; '' where no name may stand."""
    if context.expect not in _OPERANDS or context.unclosed:
        return ""
    return text[: context.word.start] + DUMMY + text[context.word.end :]


def _exact(
    spliced: str,
    context: cursor.CursorContext,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
) -> model.Visible | None:
    tree = parsed.tree(spliced, dialect)
    if tree is None:
        return None
    dummy = next((one for one in tree.find_all(exp.Identifier) if one.this == DUMMY), None)
    if dummy is None or (isinstance(dummy.parent, exp.Table) and dummy.parent.alias):
        # Before a table's name the dummy would make that name its alias.
        return None
    resolver, _ = statement.resolve(tree, schema, dialect, spliced)
    scopes = {id(node): scope for node, scope in resolver.scopes}
    node: exp.Expr | None = dummy
    while node is not None and id(node) not in scopes:
        node = node.parent
    if node is None:
        return None
    shift = _Shift(context.word)
    scope = scopes[id(node)]
    levels = list(scope.levels())
    # A set operation's ORDER BY sees only the projection, a column list only the target.
    listed = isinstance(dummy.parent, exp.Schema)
    own = [] if listed or isinstance(node, exp.SetOperation) else _sources(scope, shift)
    target = None
    parent: exp.Expr | None = node
    while parent is not None and not isinstance(parent, _CHANGES):
        parent = parent.parent
    if parent is not None and id(parent) in scopes:
        found = _sources(scopes[id(parent)], shift)
        target = found[0] if found else None
    return model.Visible(
        sources=tuple(own),
        outer=tuple(source for level in levels[1:] for source in _sources(level, shift)),
        ctes=tuple(shift.source(cte) for cte in scope.ctes.values() if cte.name != DUMMY),
        projection=shift.fields(
            # The item that is being written is not yet there.
            field
            for field in scope.projection
            if field.span is None or not field.span.touches(context.word.start)
        ),
        merged=tuple(merged.field.name for merged in scope.merged.values()),
        target=target,
        exact=True,
    )


def _sources(scope: Scope, shift: _Shift) -> list[model.Source]:
    return [
        shift.source(entry.source)
        for entry in scope.entries
        if entry.source.name != DUMMY and (entry.source.name or entry.source.fields)
    ]


class _Shift:
    """Takes the dummy out again: its columns go, and spans behind it move to where they were."""

    def __init__(self, word: Span) -> None:
        self.after = word.start
        self.by = len(word) - len(DUMMY)

    def span(self, span: Span | None) -> Span | None:
        if span is None or span.end <= self.after:
            return span
        start = span.start if span.start <= self.after else span.start + self.by
        return Span(start, max(start, span.end + self.by))

    def fields(self, fields: Iterable[model.Field]) -> tuple[model.Field, ...]:
        return tuple(
            field
            if field.span is None or field.span.end <= self.after
            else replace(field, span=self.span(field.span))
            for field in fields
            if field.name != DUMMY
        )

    def source(self, source: model.Source) -> model.Source:
        if source.relation is not None and (source.span is None or source.span.end <= self.after):
            return source
        fields = source.fields if source.relation is not None else self.fields(source.fields)
        return replace(
            source,
            fields=fields,
            span=self.span(source.span),
            definition=self.span(source.definition),
        )
