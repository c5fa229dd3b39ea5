"""A join compares keys that identify different things.

What:
    Finds joins on a pair of key columns that no foreign key connects, although a foreign key
    between the two tables names another pair.

Why:
    Both columns hold numbers, so the query runs, but it pairs rows that have nothing to do with
    one another.

Example:
    SELECT a.name, b.title FROM artist AS a JOIN album AS b ON b.album_id = a.artist_id

Use instead:
    SELECT a.name, b.title FROM artist AS a JOIN album AS b ON b.artist_id = a.artist_id
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit

_Thing = tuple[str, str, str]


def check(context: Context) -> Iterator[Finding]:
    for level in levels.of(context):
        if len(level.items) < 2:
            continue
        for condition in (*level.conditions, *_stated(level)):
            if not isinstance(condition, exp.EQ):
                continue
            left, right = condition.this, condition.expression
            if not isinstance(left, exp.Column) or not isinstance(right, exp.Column):
                continue
            sides = [(one, context.source(one)) for one in (left, right)]
            relations = [source.relation if source else None for _, source in sides]
            span = places.whole(context, condition)
            if span is None or any(level.item(source) is None for _, source in sides):
                continue
            message = _wrong(context, left, right, relations[0], relations[1])
            if message:
                fixes = tuple(_fixes(context, left, right, relations[0], relations[1]))
                yield Finding(span, message, fixes)


def _stated(level: levels.Level) -> Iterator[exp.Expr]:
    for item in level.items:
        if item.join is not None:
            yield from levels.conjuncts(item.join.args.get("on"))


def _wrong(
    context: Context,
    left: exp.Column,
    right: exp.Column,
    one: catalog.Relation | None,
    two: catalog.Relation | None,
) -> str:
    if one is None or two is None or one is two:
        return ""
    keys = [*_between(context, one, two), *_between(context, two, one)]
    if len(keys) != 1 or len(keys[0][1].columns) != 1:
        return ""
    first, second = _things(context, one, left.name), _things(context, two, right.name)
    if not first or not second or first & second:
        return ""
    owner, key = keys[0]
    target = two if owner is one else one
    return (
        f"These keys identify different things: `{owner.name}.{key.columns[0]}` refers to "
        f"`{target.name}`."
    )


def _between(
    context: Context, one: catalog.Relation, two: catalog.Relation
) -> list[tuple[catalog.Relation, catalog.ForeignKey]]:
    return [(one, key) for key in one.foreign_keys if context.schema.find(key.target) is two]


def _things(context: Context, relation: catalog.Relation, name: str) -> set[_Thing]:
    """What the values of a key column identify: its own row, or those that it refers to."""
    found: set[_Thing] = set()
    todo = [(relation, context.schema.key(name))]
    while todo:
        current, column = todo.pop()
        thing = (current.schema, current.name, column)
        if thing in found:
            continue
        keys = [key for key in current.foreign_keys if _has(context, key.columns, column)]
        own = [context.schema.key(one) for one in current.primary_key] == [column]
        if keys or own or len(found):
            found.add(thing)
        for key in keys:
            target = context.schema.find(key.target)
            place = [context.schema.key(one) for one in key.columns].index(column)
            if target is None or place >= len(key.target_columns):
                return set()
            todo.append((target, context.schema.key(key.target_columns[place])))
    return found


def _has(context: Context, columns: tuple[str, ...], name: str) -> bool:
    return any(context.schema.key(column) == name for column in columns)


def _fixes(
    context: Context,
    left: exp.Column,
    right: exp.Column,
    one: catalog.Relation | None,
    two: catalog.Relation | None,
) -> Iterator[Fix]:
    """The one column that must change so that both are those of the foreign key."""
    if one is None or two is None:
        return
    owner, key = (*_between(context, one, two), *_between(context, two, one))[0]
    wanted = (key.columns[0], key.target_columns[0] if key.target_columns else "")
    mine, theirs = (left, right) if owner is one else (right, left)
    wrong = [
        (column, name)
        for column, name in zip((mine, theirs), wanted, strict=True)
        if context.schema.key(column.name) != context.schema.key(name)
    ]
    span = places.whole(context, wrong[0][0].this) if len(wrong) == 1 else None
    if span is not None and wrong[0][1]:
        name = context.dialect.write(wrong[0][1])
        yield Fix(f"Change to `{name}`", (TextEdit(span, name),), "unsafe", True)


RULE = Rule("correctness", "warning", check, fix="unsafe")
