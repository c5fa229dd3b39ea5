"""A CTE of several arms, of which each use wants one by its constant, becomes a CTE for each arm."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.optimise import blocks, layout, repeats, scoping, uses
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ide.optimise.uses import Definition
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_ENGINES = ("postgres", "sqlite", "duckdb")
_NUMBERS = frozenset(("SMALLINT", "INTEGER", "INT", "BIGINT", "NUMERIC", "DECIMAL", "REAL"))


def find(context: Context) -> Iterator[Step]:
    if context.templated or not scoping.steady(context):
        return
    for one in uses.found(context):
        cte = next((cte for cte in context.all(exp.CTE) if cte.alias == one.name), None)
        if (
            cte is None
            or not scoping.inside(one.arms[0].select, cte)
            or len(one.arms) < 2
            or cte.args["alias"].args.get("columns")
        ):
            continue
        for place in range(len(one.columns)):
            constants = [_constant(arm.select.expressions[place]) for arm in one.arms]
            folded = {str(value).strip().lower() for value in constants}
            if None not in constants and len(folded) == len(constants):
                wanted = [_wanted(context, one, use, place) for use in one.uses]
                if all(value in constants for value in wanted):
                    yield from _steps(context, cte, one, [str(v) for v in constants], wanted)
                break


def _steps(
    context: Context, cte: exp.CTE, one: Definition, constants: list[str], wanted: list[str | None]
) -> Iterator[Step]:
    start = cte.args["alias"].this.meta.get("start")
    word = places.after(context, start + 1, "AS") if start is not None else None
    opening = places.next_to(context, word.end) if word is not None else None
    if word is None or opening is None or opening.text != "(" or _names_differ(one):
        return
    names = [scoping.fresh(context, f"{one.name}_{scoping.plain(value)}") for value in constants]
    closing = places.partner(context, opening)
    if len(set(names)) < len(names) or closing is None:
        return
    planned = context.dialect.name in _ENGINES and repeats.certain(cte.this)
    said = layout.word(context, "AS NOT MATERIALIZED (" if planned else "AS (")
    lead = context.text[opening.end : one.arms[0].block.span.start]
    tail = context.text[one.arms[-1].block.span.end : closing.start]
    made = []
    for place, (name, arm) in enumerate(zip(names, one.arms, strict=True)):
        if not _follows(context, one, place):
            return
        if constants[place] in wanted:
            made.append(f"{name} {said}{lead}{arm.block.span.of(context.text)}{tail})")
    line = context.text.rfind("\n", 0, start) + 1
    several = "\n" in context.text[start : closing.end]
    joint = ",\n" + " " * (start - line) if several else ", "
    edits = [TextEdit(Span(start, closing.end), joint.join(made))]
    for (_, item), value in zip(one.uses, wanted, strict=True):
        meta = item.node.this.meta if isinstance(item.node.this, exp.Identifier) else {}
        if "start" not in meta or item.source is None or context.hidden(one.arms[0].block.span):
            return
        name = names[constants.index(str(value))]
        if not item.source.aliased:
            name += f" {scoping.alias(context, context.dialect.write(item.source.name))}"
        edits.append(TextEdit(Span(meta["start"], meta["end"] + 1), name))
    title = f"Make a CTE of each arm of `{one.name}`: no use wants more than one"
    alike = _alike(context, one) and repeats.exact(context, cte.this)
    relied = f"The arms of `{one.name}` give the same types and collations, without rounding."
    yield Step(tuple(edits), title, "" if alike else relied, alike)


def _follows(context: Context, one: Definition, place: int) -> bool:
    """True if nothing but UNION ALL stands before an arm."""
    if not place:
        return True
    between = Span(one.arms[place - 1].block.span.end, one.arms[place].block.span.start)
    written = [token.upper for token in context.tokens if between.covers(token.span)]
    return written == ["UNION", "ALL"] and not blocks.commented(context, between)


def _constant(node: exp.Expr) -> str | None:
    """The text of a select item that is a string, None for any other."""
    inner = node.unalias()
    return inner.name if isinstance(inner, exp.Literal) and inner.is_string else None


def _wanted(context: Context, one: Definition, use: tuple[Level, Item], place: int) -> str | None:
    """The string that a use asks for in the column that tells the arms apart."""
    level, item = use
    for condition in uses.filters(context, level, item):
        if isinstance(condition, exp.EQ):
            sides = (condition.this, condition.expression)
            for mine, other in (sides, sides[::-1]):
                if isinstance(mine, exp.Column) and uses.place(one, mine) == place:
                    return _constant(other)
    return None


def _names_differ(one: Definition) -> bool:
    return any(
        [item.alias_or_name.lower() for item in arm.select.expressions] != list(one.columns)
        for arm in one.arms
    )


def _alike(context: Context, one: Definition) -> bool:
    """True if the arms' columns are of the same types, as far as these are known."""
    for place in range(len(one.columns)):
        kinds = {_kind(context, arm.select.expressions[place].unalias()) for arm in one.arms}
        if len(kinds) > 1 or "" in kinds:
            return False
        # Each arm may have a collation of its own there.
        texts = any(_constant(arm.select.expressions[place]) is None for arm in one.arms)
        if (
            texts
            and not {kind.partition("(")[0] for kind in kinds} <= _NUMBERS
            and context.dialect.name != "postgres"
        ):
            return False
    return True


def _kind(context: Context, node: exp.Expr) -> str:
    if _constant(node) is not None:
        return "TEXT"
    found = context.type_of(node)
    if context.dialect.name == "duckdb" and found in ("NUMERIC", "DECIMAL"):
        # The result has the larger precision and scale of both arms there.
        field = context.field(node) if isinstance(node, exp.Column) else None
        return field.type if field is not None else ""
    return found


REWRITE = Rewrite(
    "Make a CTE of each arm",
    find,
    worth={"postgres": 3.0, "sqlite": 2.0, "duckdb": 1.0},
)
