"""UNION becomes UNION ALL where no row can come twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, multiplying, places
from sureql.ide.optimise import formulas
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_COLLATION = "No text column has a collation of its own."
_WHOLE = {"INTEGER", "INT", "BIGINT", "SMALLINT", "INT4", "INT8", "INT2", "HUGEINT"}
_TEXTS = {"TEXT", "VARCHAR", "CHARACTER VARYING"}


def find(context: Context) -> Iterator[Step]:
    for top in context.all(exp.Union):
        if isinstance(top.parent, (exp.SetOperation, exp.CTE)) and not _plain_cte(top):
            continue
        arms: list[exp.Select] = []
        words: list[Token] = []
        if not _read(context, top, arms, words):
            continue
        apart = all(
            _apart(one, two) and _alike(context, one, two) for one, two in combinations(arms, 2)
        )
        if apart and all(_unique(context, one) for one in arms):
            edits = tuple(
                TextEdit(Span(word.end, word.end), " all" if word.text.islower() else " ALL")
                for word in words
            )
            relies = "" if _exact(context, arms) else _COLLATION
            title = "Don't look for duplicates: there are none"
            yield Step(edits, title, relies, not relies)


def _plain_cte(top: exp.Union) -> bool:
    """True for the body of a CTE that does not read itself."""
    above = top.parent
    if not isinstance(above, exp.CTE):
        return False
    name = above.alias.lower()
    return not any(table.name.lower() == name for table in top.find_all(exp.Table))


def _read(context: Context, node: exp.Expr, arms: list[exp.Select], words: list[Token]) -> bool:
    """Collect the queries and the words UNION of a chain; False if it is not of UNION alone."""
    if isinstance(node, exp.Select):
        arms.append(node)
        return node.args.get("from_") is not None
    if not isinstance(node, exp.Union) or not node.args.get("distinct"):
        return False
    right = places.whole(context, node.expression)
    word = places.before(context, right.start, "UNION") if right is not None else None
    following = places.next_to(context, word.end) if word is not None else None
    if word is None or following is None or not following.is_word("SELECT"):
        return False
    words.insert(0, word)
    return _read(context, node.this, arms, words) and _read(context, node.expression, arms, words)


def _apart(one: exp.Select, two: exp.Select) -> bool:
    """True if two queries name different constants in the same column."""
    return any(
        _differ(first.unalias(), second.unalias())
        for first, second in zip(one.expressions, two.expressions, strict=False)
    )


def _exact(context: Context, arms: list[exp.Select]) -> bool:
    """True if values that are equal in one arm's own eyes are so for UNION: collations, which the
    catalog does not know, may differ between arms."""
    if context.dialect.name != "duckdb":
        return context.dialect.name == "postgres"
    shown = [context.type_of(one) for arm in arms for one in arm.expressions]
    return not any(type_ in _TEXTS for type_ in shown)


def _alike(context: Context, one: exp.Select, two: exp.Select) -> bool:
    """True if no value changes its type, which might make values equal that are not."""
    pairs = zip(one.expressions, two.expressions, strict=False)
    types = [(context.type_of(first), context.type_of(second)) for first, second in pairs]
    return all(
        first and (first == second or {first, second} <= _WHOLE | _TEXTS) for first, second in types
    ) and all((first in _WHOLE) == (second in _WHOLE) for first, second in types)


def _differ(one: exp.Expr, two: exp.Expr) -> bool:
    if not isinstance(one, exp.Literal) or not isinstance(two, exp.Literal):
        return False
    if one.is_string and two.is_string:
        # In some collations case and blanks make no difference.
        return (
            one.name.strip().lower() != two.name.strip().lower() and (one.name + two.name).isascii()
        )
    whole = one.name.isdigit() and two.name.isdigit() and not (one.is_string or two.is_string)
    return whole and int(one.name) != int(two.name)


def _unique(context: Context, select: exp.Select) -> bool:
    """True if no two rows of a query are equal."""
    if any(isinstance(one, exp.Star) or one.is_star for one in select.expressions):
        return False
    if multiplying.multiplies(context, select):
        return select.args.get("distinct") is not None
    shown = {formulas.key(context, one.unalias()) for one in select.expressions}
    if select.args.get("distinct") and not select.args["distinct"].args.get("on"):
        return True
    group = select.args.get("group")
    if group is not None:
        keys = [formulas.key(context, one) for one in group.expressions]
        simple = all(isinstance(one, exp.Column) for one in group.expressions)
        names = ("cube", "rollup", "grouping_sets", "all", "totals")
        plain = not any(group.args.get(name) for name in names)
        return bool(keys) and simple and plain and all(key in shown for key in keys)
    level = levels.level(context, select)
    # SQLite keeps NULL in primary keys that are no integers.
    if level is None or len(level.items) != 1 or context.dialect.name == "sqlite":
        return False
    return _keyed(context, level, shown)


def _keyed(context: Context, level: levels.Level, shown: set[Hashable]) -> bool:
    item = level.items[0]
    if item.relation is None or item.source is None or item.relation.kind != "table":
        return False
    columns = {
        column.name
        for column in item.relation.columns
        if not column.nullable
        and ("column", id(item.source), context.schema.key(column.name)) in shown
    }
    return any(key.columns and set(key.columns) <= columns for key in item.relation.keys)


REWRITE = Rewrite(
    "Don't look for duplicates where there are none",
    find,
    worth={"sqlite": 1.25, "postgres": 1.4, "duckdb": 1.2},
    usual=1.2,
)
