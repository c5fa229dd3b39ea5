"""Conditions in words. What has no plain words is quoted as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import quoting, values
from sureql.ide.explain.wording import code, listed

Inner = Callable[[exp.Expr, bool], str]
"""Says in a few words what a sub-query gives, or (True) which rows it looks for."""

_MOST_VALUES = 12
_PLAIN_PATTERN = re.compile(r"(%?)([^%_\\]+)(%?)")
_COMPARED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.EQ: ("is", "is not"),
    exp.NEQ: ("is not", "is"),
    exp.LT: ("is less than", "is at least"),
    exp.LTE: ("is at most", "is more than"),
    exp.GT: ("is more than", "is at most"),
    exp.GTE: ("is at least", "is less than"),
}
_TIMED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.EQ: ("is {}", "is not {}"),
    exp.NEQ: ("is not {}", "is {}"),
    exp.LT: ("is before {}", "is {} or later"),
    exp.LTE: ("is {} or earlier", "is after {}"),
    exp.GT: ("is after {}", "is {} or earlier"),
    exp.GTE: ("is {} or later", "is before {}"),
}


def told(context: Context, node: exp.Expr | None, inner: Inner, negated: bool = False) -> str:
    """A condition as a clause of a sentence: `o.total` is more than 5. `inner` tells sub-queries."""
    if node is None:
        return ""
    if isinstance(node, exp.Paren):
        return told(context, node.this, inner, negated)
    if isinstance(node, exp.Not):
        return told(context, node.this, inner, not negated)
    if isinstance(node, (exp.And, exp.Or)):
        return _junction(context, node, inner, negated)
    if isinstance(node, tuple(_COMPARED)):
        return _comparison(context, node, inner, negated)
    # NOT LIKE is a LIKE with a mark, IS NOT NULL sometimes too; NOT IN is a NOT around IN.
    marked = negated ^ bool(node.args.get("negate"))
    for kind, tell in _TELLERS:
        if isinstance(node, kind):
            return tell(context, node, inner, marked) or _quoted(context, node)
    if isinstance(node, exp.Boolean):
        # NOT FALSE is always true.
        sure = bool(node.this) ^ negated
        return f"{code('TRUE' if sure else 'FALSE')} holds, that is {'always' if sure else 'never'}"
    if isinstance(node, exp.Column):
        return f"{values.of(context, node)} is {'false' if negated else 'true'}"
    return _quoted(context, node)


def junctions(node: exp.Expr, kind: type[exp.Connector]) -> list[exp.Expr]:
    """The parts that AND or OR joins, in the order of the text."""
    inner = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(inner, kind):
        return [*junctions(inner.this, kind), *junctions(inner.expression, kind)]
    return [node]


def together(context: Context, parts: list[exp.Expr], inner: Inner) -> str:
    """Conditions that all have to hold, as one text."""
    found = []
    for one in parts:
        plain = one.unnest() if isinstance(one, exp.Paren) else one
        text = told(context, one, inner)
        several = isinstance(plain, exp.Or) or _has_own(plain)
        found.append(f"({text})" if several and len(parts) > 1 else text)
    return listed(found)


def _lists(node: exp.Expr) -> bool:
    """True for IN with several values, whose text has an `or` of its own."""
    inner = node.this if isinstance(node, exp.Not) else node
    return isinstance(inner, exp.In) and len(inner.expressions) > 1


def _has_own(node: exp.Expr) -> bool:
    """True for EXISTS, whose text may end with conditions of its own."""
    inner = node
    while isinstance(inner, (exp.Not, exp.Paren)):
        inner = inner.this
    return isinstance(inner, exp.Exists)


def _junction(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    if negated:
        return f"it is not so that ({told(context, node, inner)})"
    kind = exp.And if isinstance(node, exp.And) else exp.Or
    parts = []
    for one in junctions(node, kind):
        text = told(context, one, inner)
        plain = one.unnest() if isinstance(one, exp.Paren) else one
        several = isinstance(plain, (exp.And, exp.Or)) or _has_own(plain) or _lists(plain)
        parts.append(f"({text})" if several else text)
    if kind is exp.And:
        return listed(parts) if len(parts) < 3 else f"all of these hold: {'; '.join(parts)}"
    return f"either {' or '.join(parts)}" if len(parts) == 2 else f"any of: {'; '.join(parts)}"


def _comparison(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    left, right = node.this, node.expression
    if isinstance(left, exp.Tuple) or isinstance(right, exp.Tuple):
        return _quoted(context, node)
    if levels.constant(left) and levels.constant(right):
        return _quoted(context, node)
    if quoting.unplaced(left) or quoting.unplaced(right):
        return _quoted(context, node)
    kind = type(node)
    timed = values.timed(context, left) or values.timed(context, right)
    # In a dynamically typed engine a date is a text, but it is still read as a date.
    timed = timed or values.dated(left) or values.dated(right)
    words = _TIMED[kind][negated] if timed else f"{_COMPARED[kind][negated]} {{}}"
    if isinstance(right, exp.Any) and kind is exp.EQ and not negated:
        other = f"any of {_side(context, right.this, inner)}"
    elif isinstance(right, (exp.Any, exp.All)) or right.name.upper() in ("ALL", "ANY", "SOME"):
        return _quoted(context, node)
    else:
        other = _side(context, right, inner)
    both = isinstance(left, exp.Column) and isinstance(right, exp.Column)
    if both and words in ("is {}", "is not {}"):
        words = "equals {}" if words == "is {}" else "differs from {}"
    return f"{_side(context, left, inner)} {words.replace('{}', other)}"


def _side(context: Context, node: exp.Expr, inner: Inner) -> str:
    plain = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(plain, exp.Query):
        return inner(plain, False)
    return values.of(context, node)


def _between(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    low, high = _side(context, node.args["low"], inner), _side(context, node.args["high"], inner)
    what = _side(context, node.this, inner)
    if node.args.get("symmetric"):
        return ""
    if negated:
        return f"{what} is outside the range from {low} to {high}"
    return f"{what} is between {low} and {high} (both included)"


def _like(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    what, pattern = _side(context, node.this, inner), node.expression
    # SQLite's LIKE does not tell upper from lower case either.
    folded = isinstance(node, exp.ILike) or context.dialect.name == "sqlite"
    case = " (upper or lower case)" if folded else ""
    found = None
    # In SQL Server's patterns brackets hold sets of characters.
    sets = context.dialect.name == "tsql" and "[" in pattern.name
    if isinstance(pattern, exp.Literal) and not sets and not isinstance(node.parent, exp.Escape):
        found = _PLAIN_PATTERN.fullmatch(pattern.name)
    if isinstance(pattern, (exp.Any, exp.All)):
        return ""
    if found is None or not pattern.is_string:
        words = "does not match" if negated else "matches"
        return f"{what} {words} the pattern {values.of(context, pattern)}{case}"
    text = code(f"'{found[2]}'")
    words = {
        ("", ""): ("is", "is not"),
        ("", "%"): ("starts with", "does not start with"),
        ("%", ""): ("ends with", "does not end with"),
        ("%", "%"): ("contains", "does not contain"),
    }[found[1], found[3]][negated]
    return f"{what} {words} {text}{case}"


def _in(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    what = _side(context, node.this, inner)
    query = node.args.get("query")
    if query is None and len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Query):
        query = node.expressions[0]
    if isinstance(query, exp.Expr):
        words = "is not among" if negated else "is among"
        return f"{what} {words} {inner(query, False)}"
    if node.args.get("unnest") is not None or node.args.get("field") is not None:
        return ""
    if isinstance(node.this, exp.Tuple) or not node.expressions:
        return ""
    shown = list(dict.fromkeys(values.of(context, one) for one in node.expressions))
    if len(shown) == 1:
        return f"{what} {'is not' if negated else 'is'} {shown[0]}"
    if len(shown) > _MOST_VALUES:
        more = f"{len(shown)} values: {', '.join(shown)}"
        return f"{what} is {'none' if negated else 'one'} of {more}"
    if len(shown) == 2:
        neither = f"neither {shown[0]} nor {shown[1]}"
        return f"{what} is {neither if negated else f'{shown[0]} or {shown[1]}'}"
    word, last = ("none", "and") if negated else ("one", "or")
    return f"{what} is {word} of {listed(shown, last)}"


def _is(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    what, other = _side(context, node.this, inner), node.expression
    if isinstance(other, exp.Null):
        return f"{what} is {'not ' if negated else ''}NULL"
    if isinstance(other, exp.Boolean):
        return f"{what} is {'not ' if negated else ''}{'true' if other.this else 'false'}"
    return f"{what} is {'not ' if negated else ''}{values.of(context, other)}, NULLs compared as values"


def _same(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    negated ^= isinstance(node, exp.NullSafeNEQ)
    words = "is not" if negated else "is"
    if isinstance(node.expression, exp.Null):
        return f"{_side(context, node.this, inner)} {words} NULL"
    sides = [_side(context, one, inner) for one in (node.this, node.expression)]
    return f"{sides[0]} {words} {sides[1]}, NULLs compared as values"


def _exists(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    return f"there is {'no' if negated else 'a'} row {inner(node.this, True)}"


def _regular(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    words = "does not match" if negated else "matches"
    pattern = values.of(context, node.expression)
    return f"{_side(context, node.this, inner)} {words} the regular expression {pattern}"


def _glob(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    words = "does not match" if negated else "matches"
    pattern = values.of(context, node.expression)
    return f"{_side(context, node.this, inner)} {words} the pattern {pattern} (GLOB)"


def _escape(context: Context, node: exp.Expr, inner: Inner, negated: bool) -> str:
    return ""


def _quoted(context: Context, node: exp.Expr) -> str:
    """A condition as it stands, with every NOT that belongs to it: `x NOT SIMILAR TO y` has its NOT
    inside, though in the tree it is around the rest."""
    whole, above = node, node.parent
    while isinstance(above, (exp.Not, exp.Paren)):
        whole = above if isinstance(above, exp.Not) else whole
        above = above.parent
    return f"{code(quoting.condition(context, whole))} holds"


def subqueries(node: exp.Expr | None) -> list[exp.Expr]:
    """The queries directly in a condition or expression, in order; not those inside them."""
    found: list[exp.Expr] = []
    for one in levels.own(node) if node is not None else ():
        if isinstance(one, exp.Query) and not isinstance(one, exp.Subquery):
            found.append(one)
        elif isinstance(one, exp.Subquery):
            found.append(one.unnest())
    return found


_TELLERS: tuple[tuple[type[exp.Expr], Callable[[Context, exp.Expr, Inner, bool], str]], ...] = (
    (exp.Between, _between),
    (exp.ILike, _like),
    (exp.Like, _like),
    (exp.In, _in),
    (exp.Is, _is),
    (exp.NullSafeEQ, _same),
    (exp.NullSafeNEQ, _same),
    (exp.Exists, _exists),
    (exp.Glob, _glob),
    (exp.RegexpLike, _regular),
    (exp.Escape, _escape),
)
