"""From an OR over joined tables follows an OR for each table alone, which is checked before the join."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import blocks, formulas, layout, scoping
from sureql.ide.optimise.blocks import Part
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_LONGEST = 1500
"""Characters of an implied condition; a longer one helps nobody who reads it."""


def find(context: Context) -> Iterator[Step]:
    if not scoping.steady(context):
        return
    for level in levels.of(context):
        block = blocks.block(context, level.select)
        parts = blocks.parts(context, block) if block is not None else None
        if not parts or len(level.items) < 2:
            continue
        known = {formulas.key(context, part.node) for part in parts}
        edits: list[TextEdit] = []
        names: list[str] = []
        for part in parts:
            arms = formulas.arms(context, part)
            bare = len(parts) == 1 and not isinstance(part.node, exp.Paren)
            if arms is None or bare:
                continue
            for item in level.items:
                made = _implied(context, level, item, part, arms)
                if made is None or made[0] in known:
                    continue
                known.add(made[0])
                edits.append(layout.following(context, part.span, made[1]))
                names.append(item.source.name if item.source is not None else "")
        if edits:
            shown = _listed(names)
            yield Step(
                tuple(_merged(edits)), f"Also check {shown} alone, before the join", proved=True
            )


def _implied(
    context: Context, level: Level, item: Item, whole: Part, arms: tuple[tuple[Part, ...], ...]
) -> tuple[object, str] | None:
    """What every arm says of one table alone: as a key and as text."""
    found: dict[object, str] = {}
    for arm in arms:
        mine = [part for part in arm if _of(context, level, item, part.node)]
        if not mine or len(mine) == len(arm) == 0:
            return None
        same = tuple(formulas.key(context, part.node) for part in mine)
        text = f" {layout.word(context, 'AND')} ".join(
            " ".join(part.span.of(context.text).split()) for part in mine
        )
        found[same] = f"({text})" if len(mine) > 1 else text
    if all(_of(context, level, item, part.node) for arm in arms for part in arm):
        return None
    text = layout.listed(context, whole.span, layout.word(context, "OR"), list(found.values()))
    if len(found) < 2 or len(text) > _LONGEST or "--" in text:
        return None
    return _key(list(found)), text


def _key(arms: list[object]) -> object:
    """The key that `formulas` gives to the text of an implied condition."""
    made: object = None
    for arm in arms:
        one: object = None
        for conjunct in arm if isinstance(arm, tuple) else ():
            one = conjunct if one is None else ("And", ("expression", conjunct), ("this", one))
        made = one if made is None else ("Or", ("expression", one), ("this", made))
    return made


def _of(context: Context, level: Level, item: Item, node: exp.Expr) -> bool:
    columns = list(scoping.columns(node))
    return (
        bool(columns)
        and item.source is not None
        and all(context.source(one) is item.source for one in columns)
        and formulas.harmless(node)
    )


def _merged(edits: list[TextEdit]) -> Iterator[TextEdit]:
    """One edit for each place: what goes to the same place keeps its order."""
    texts: dict[Span, str] = {}
    for one in edits:
        texts[one.span] = texts.get(one.span, "") + one.new_text
    for span, text in texts.items():
        yield TextEdit(span, text)


def _listed(names: list[str]) -> str:
    listed = [f"`{name}`" for name in dict.fromkeys(names)]
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


REWRITE = Rewrite(
    "Check each table of an OR before the join",
    find,
    worth={"postgres": 1.0, "sqlite": 1.0, "duckdb": 1.0},
    usual=1.3,
)
