"""EXISTS with one equal column and no index for it becomes IN, whose values are gathered once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places, sargable
from sureql.ide.optimise import blocks, correlated, failing, layout, scoping
from sureql.ide.optimise.correlated import Correlated
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context):
        return
    for node in context.all(exp.Exists):
        one = correlated.found(context, node.this)
        # Where NULL is not the same as false, IN may say NULL for what EXISTS denies.
        if one is None or len(one.links) != 1 or not layout.decides(node):
            continue
        shown = one.inner.select.expressions
        if any(True for item in shown for _ in levels.aggregates(item)):
            continue  # An aggregate gives a row in any case.
        if not _indexed(context, one):
            yield from _steps(context, one)


def _steps(context: Context, one: Correlated) -> Iterator[Step]:
    brackets, body = one.block.brackets, one.block.body(context, "SELECT")
    word = places.previous(context, brackets.start) if brackets is not None else None
    if brackets is None or body is None or word is None or not word.is_word("EXISTS"):
        return
    link = one.links[0]
    gone = blocks.without(one.block, one.parts, [link.part])
    spans = [body, Span(word.start, brackets.start), *[edit.span for edit in gone]]
    if any(blocks.commented(context, span) or context.hidden(span) for span in spans):
        return
    outer, inner = correlated.text(context, link.outer), correlated.text(context, link.inner)
    if context.text[word.end : brackets.start]:
        words = f"{outer} {layout.word(context, 'IN')}"
    else:
        words = f"{outer} {layout.word(context, 'IN')} "
    if len(one.parts) == 1:
        gone = [TextEdit(places.deleted(context, edit.span), "") for edit in gone]
    edits = (TextEdit(word.span, words), TextEdit(body, inner), *gone)
    relied = []
    if not correlated.alike(context, one.links):
        relied = [f"`{link.inner.name}` and `{link.outer.name}` have the same type and collation."]
    if not failing.never(context, *[part.node for part in one.parts]):
        relied.append(failing.RELIES)
    title = (
        f"Gather the values of `{link.inner.name}` once, and look `{link.outer.name}` up in them"
    )
    yield Step(edits, title, " ".join(relied), not relied)


def _indexed(context: Context, one: Correlated) -> bool:
    """True if an index finds the rows of the sub-query: then EXISTS needs nothing else."""
    relation = one.inner.items[0].relation
    key = (context.schema.key(one.links[0].inner.name),)
    return relation is not None and bool(sargable.index_of(context.schema, relation, key))


REWRITE = Rewrite(
    "Look a value up among values that are gathered once",
    find,
    worth={"sqlite": 50.0, "postgres": 1.0, "duckdb": 1.0},
)
