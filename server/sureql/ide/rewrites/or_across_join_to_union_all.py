"""An OR over two joined tables becomes two queries, each of which can use its table's index."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Level
from sureql.ide.optimise import blocks, formulas, layout, scoping
from sureql.ide.optimise.blocks import Block, Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_CLAUSES = (
    *("group", "having", "distinct", "limit", "offset", "fetch", "order", "windows", "qualify"),
    *("with_", "into", "locks", "sample"),
)


def find(context: Context) -> Iterator[Step]:
    if not scoping.steady(context):
        return
    for level in levels.of(context):
        select = level.select
        block = blocks.block(context, select)
        if block is None or len(level.items) < 2 or not _alone(context, select):
            continue
        parts = blocks.parts(context, block) or ()
        for part in parts:
            arms = formulas.arms(context, part)
            if arms is None or len(arms) != 2 or not all(_inner(item) for item in level.items):
                continue
            tables = [_table(context, level, arm) for arm in arms]
            if None not in tables and tables[0] is not tables[1]:
                yield from _split(context, block, part)


def _inner(item: levels.Item) -> bool:
    return not item.side and not item.nullable


def _alone(context: Context, select: exp.Select) -> bool:
    """True for a whole statement, a CTE or a sub-query in FROM, whose rows come as they are."""
    above = select.parent
    if isinstance(above, exp.Subquery):
        above = above.parent
        placed = isinstance(above, (exp.From, exp.Join))
    else:
        placed = above is None or isinstance(above, exp.CTE)
    if not placed or any(select.args.get(name) for name in _CLAUSES):
        return False
    if any(True for item in select.expressions for _ in levels.aggregates(item)):
        return False
    return select.find(exp.Window) is None and scoping.within(context, select, select)


def _table(context: Context, level: Level, arm: tuple[Part, ...]) -> object | None:
    """The one table that an arm of the OR looks at."""
    sources = []
    for part in arm:
        columns = list(scoping.columns(part.node))
        if not columns or not formulas.harmless(part.node):
            return None
        sources += [context.source(one) for one in columns]
    first = sources[0] if sources else None
    one = first is not None and all(source is first for source in sources)
    return first if one and level.item(first) is not None else None


def _split(context: Context, block: Block, part: Part) -> Iterator[Step]:
    if layout.commented(context, block.span):
        return
    inner = formulas.unwrapped(context, part)
    arms = formulas.split(context, inner, exp.Or) or ()
    first, second = (one.span.of(context.text) for one in arms)
    word = layout.word
    rest = f"{_bracketed(second, arms[1])} {word(context, 'AND')} ({_bare(context, arms[0])}) "
    texts = []
    for text in (first, rest + word(context, "IS NOT TRUE")):
        edit = TextEdit(
            Span(part.span.start - block.span.start, part.span.end - block.span.start), text
        )
        texts.append(apply_edits(block.span.of(context.text), (edit,)))
    line = context.text.rfind("\n", 0, block.span.start) + 1
    several = "\n" in block.span.of(context.text)
    gap = "\n" + " " * (block.span.start - line) if several else " "
    whole = f"{gap}{word(context, 'UNION ALL')}{gap}".join(texts)
    title = "Run one query for each part of OR"
    yield Step((TextEdit(block.span, whole),), title, proved=True)


def _bracketed(text: str, part: Part) -> str:
    return f"({text})" if isinstance(part.node, exp.Or) else text


def _bare(context: Context, part: Part) -> str:
    return formulas.unwrapped(context, part).span.of(context.text)


REWRITE = Rewrite(
    "Run one query for each part of OR",
    find,
    worth={"sqlite": 20.0, "postgres": 5.0, "duckdb": 0.8},
    usual=2.0,
)
