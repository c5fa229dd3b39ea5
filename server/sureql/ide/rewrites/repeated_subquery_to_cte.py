"""A sub-query in FROM that stands there twice becomes a CTE, computed once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.optimise import blocks, layout, repeats, scoping
from sureql.ide.optimise.blocks import Block
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context) or context.tree is None:
        return
    if any(True for _ in context.all(exp.Lock)):
        return
    if not isinstance(context.tree, (exp.Select, exp.SetOperation)):
        return
    withs = list(context.all(exp.With))
    if any(one.parent is not context.tree or one.recursive for one in withs):
        return
    groups: dict[tuple[str, ...], list[tuple[exp.Subquery, Block]]] = {}
    for query in context.all(exp.Subquery):
        block = blocks.block(context, query.this)
        if block is not None and block.brackets is not None and _worth(context, query, block):
            groups.setdefault(_words(context, block.span), []).append((query, block))
    for group in sorted(groups.values(), key=lambda one: -len(one[0][1].span)):
        if len(group) > 1:
            yield from _steps(context, group)


def _steps(context: Context, group: list[tuple[exp.Subquery, Block]]) -> Iterator[Step]:
    block = group[0][1]
    called = {query.alias for query, _ in group}
    base = scoping.plain(called.pop()) if len(called) == 1 else "shared_rows"
    name = scoping.fresh(context, f"{base}_rows" if base != "shared_rows" else base)
    text = block.brackets.of(context.text) if block.brackets is not None else ""
    made = f"{name} {layout.word(context, 'AS')} {text}"
    where = _defined(context, group, made)
    if where is None or not text or not _sees_the_same(context, block, where.span.start):
        return
    edits = [where]
    for _, other in group:
        if other.brackets is not None:
            touched = context.text[other.brackets.end : other.brackets.end + 1].strip()
            edits.append(TextEdit(other.brackets, f"{name} " if touched else name))
    title = f"Compute a sub-query once that stands in the statement {_times(len(group))}"
    yield Step(tuple(edits), title, proved=True)


def _worth(context: Context, query: exp.Subquery, block: Block) -> bool:
    """True for a derived table that computes something, alike whenever and wherever it is run."""
    select = query.this
    if not isinstance(query.parent, (exp.From, exp.Join)) or not isinstance(select, exp.Select):
        return False
    if not query.alias or query.args.get("joins") or context.hidden(block.span):
        return False
    alias = query.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.args.get("columns"):
        return False
    join = query.parent
    if isinstance(join, exp.Join) and join.args.get("method"):
        return False
    if not select.args.get("from_") or not repeats.certain(select):
        return False
    heavy = select.args.get("group") or select.args.get("joins") or select.args.get("distinct")
    computed = heavy or any(True for _ in select.find_all(exp.AggFunc, exp.Subquery))
    named = all(one.alias_or_name for one in select.expressions)
    return bool(computed) and named and scoping.within(context, select, select)


def _words(context: Context, span: Span) -> tuple[str, ...]:
    """The words of a text; unquoted ones without regard to case."""
    first, last = places.index(context, span.start), places.index(context, span.end)
    return tuple(
        one.text.lower() if one.kind is Kind.WORD else one.text
        for one in context.tokens[first:last]
    )


def _sees_the_same(context: Context, block: Block, place: int) -> bool:
    """True if no CTE from `place` on takes the name of a table that the sub-query reads: then all
    copies of it read what one at `place` reads."""
    names = {table.name.lower() for table in block.select.find_all(exp.Table)}
    return not any(
        cte.alias.lower() in names and cte.args["alias"].this.meta.get("start", place) >= place
        for cte in context.all(exp.CTE)
    )


def _defined(
    context: Context, group: list[tuple[exp.Subquery, Block]], made: str
) -> TextEdit | None:
    """The edit that adds the CTE: before the first one that needs it, or as the last one."""
    tree = context.tree
    listed = tree.args.get("with_") if tree is not None else None
    if listed is None:
        top: exp.Expr | None = tree
        while isinstance(top, exp.SetOperation):
            top = top.this
        block = blocks.block(context, top)
        if block is None or block.brackets is not None:
            return None
        start = block.span.start
        word = layout.word(context, "WITH")
        gap = "\n" if "\n" in block.span.of(context.text) else " "
        return TextEdit(Span(start, start), f"{word} {made}{gap}")
    last: exp.CTE | None = None
    for cte in listed.expressions:
        if any(scoping.inside(query, cte) for query, _ in group):
            start = cte.args["alias"].this.meta.get("start")
            if start is None:
                return None
            return TextEdit(Span(start, start), f"{made},{blocks.gap(context, start)}")
        last = cte
    inner = last.this if last is not None else None
    while isinstance(inner, exp.SetOperation):
        inner = inner.expression
    block = blocks.block(context, inner)
    closing = places.next_to(context, block.span.end) if block is not None else None
    if closing is None or closing.text != ")":
        return None
    end = closing.end
    return TextEdit(Span(end, end), f", {made}")


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


REWRITE = Rewrite(
    "Compute a repeated sub-query once",
    find,
    worth={"postgres": 1.7, "sqlite": 1.5, "duckdb": 1.0},
)
