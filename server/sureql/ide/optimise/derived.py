"""A correlated sub-query as a table of its own, with one row for each value it is linked by."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import blocks, correlated, layout, scoping
from sureql.ide.optimise.correlated import Correlated
from sureql.text.edits import TextEdit, apply_edits, moved
from sureql.text.span import Span


def keys(context: Context, one: Correlated) -> dict[str, str]:
    """The columns of the sub-query that it is linked by, as written, and what to call each."""
    named: dict[str, str] = {}
    for link in one.links:
        key = correlated.text(context, link.inner)
        bare = key.rpartition(".")[2]
        if key not in named:
            clear = not _taken(context, one, link.inner.name) and bare not in named.values()
            base = f"{scoping.plain(link.inner.name)}_key"
            made = bare if clear else scoping.fresh(context, base)
            while made in named.values():
                made += "_2"
            named[key] = made
    return named


def joining(context: Context, one: Correlated, name: str, named: dict[str, str]) -> str:
    """The condition that joins the table `name` to the query around the sub-query."""
    pairs = [
        f"{name}.{named[correlated.text(context, link.inner)]} = {correlated.text(context, link.outer)}"
        for link in one.links
    ]
    return layout.word(context, " AND ").join(dict.fromkeys(pairs))


def value_name(context: Context, item: exp.Expr) -> str:
    """A name for what the sub-query computes: `avg_price`."""
    call = next(iter(item.find_all(exp.AggFunc)))
    column = call.find(exp.Column)
    kind = scoping.plain(type(call).__name__)
    said = f"{kind}_{scoping.plain(column.name)}" if column is not None else f"{kind}_rows"
    return scoping.fresh(context, said)


def grouped(context: Context, one: Correlated, named: dict[str, str], value: str) -> str:
    """The sub-query's text, grouped by its keys; '' if it can't be made. Its item is `value`."""
    body = one.block.body(context, "SELECT")
    where = one.block.clauses.get("WHERE")
    end = _item_end(context, one, body) if body is not None else None
    if body is None or where is None or end is None or context.hidden(one.block.span):
        return ""
    group = f"{layout.word(context, 'GROUP BY')} {', '.join(named)}"
    gone = blocks.without(one.block, one.parts, [link.part for link in one.links])
    if any(blocks.commented(context, edit.span) for edit in gone):
        return ""
    shown = [
        key if key.rpartition(".")[2] == called else f"{key} {layout.word(context, 'AS')} {called}"
        for key, called in named.items()
    ]
    edits = [
        TextEdit(Span(body.start, body.start), ", ".join(shown) + ", "),
        TextEdit(Span(end, body.end), f" {layout.word(context, 'AS')} {value}"),
        *gone,
    ]
    start = one.block.span.start
    text = apply_edits(one.block.span.of(context.text), moved(edits, -start)).rstrip()
    return text + blocks.gap(context, where.start) + group


def _taken(context: Context, one: Correlated, name: str) -> bool:
    """True if a name without its table, in the query around the sub-query, would no longer be
    clear or mean something else if that query had a further column of that name."""
    wanted = name.lower()
    for column in context.all(exp.Column):
        if len(column.parts) > 1 or column.name.lower() != wanted:
            continue
        level = scoping.owner(context, column)
        nearer = level is not None and scoping.inside(level.select, one.outer.select)
        if scoping.inside(column, one.outer.select) and not nearer:
            return True
    return any(
        used.name.lower() == wanted
        for join in one.outer.select.args.get("joins") or ()
        for used in join.args.get("using") or ()
    )


def _item_end(context: Context, one: Correlated, body: Span) -> int | None:
    """Where the only item ends, its alias left out."""
    item = one.inner.select.expressions[0]
    if blocks.commented(context, body):
        return None
    if not isinstance(item, exp.Alias):
        return body.end
    start = item.args["alias"].meta.get("start")
    word = places.previous(context, start) if start is not None else None
    if word is not None and word.is_word("AS"):
        word = places.previous(context, word.start)
    return word.end if word is not None else None
