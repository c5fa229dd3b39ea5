"""Steps of the scan inside expressions: operands, operators, CASE, types and aliases."""

from __future__ import annotations

from sureql.syntax import layout as shapes
from sureql.syntax import relations
from sureql.syntax.context import Clause, NamePath
from sureql.syntax.spots import Spot
from sureql.syntax.tokens import Kind
from sureql.syntax.vocabulary import RESERVED, words
from sureql.syntax.walk import Walk

COMPARISONS = words("= <> != < > <= >= == ~ ~* !~ !~* ~~ ~~* !~~ <=> @> <@ &&")
_MATCHES = words("LIKE ILIKE GLOB REGEXP RLIKE MATCH SIMILAR LIKE_REGEX STARTS_WITH")
_WORD_OPERATORS = words("DIV MOD XOR OVERLAPS ESCAPE UESCAPE OPERATOR AT")
_QUANTIFIERS = words("ANY ALL SOME EXISTS")
_LITERALS = words("NULL TRUE FALSE DEFAULT UNKNOWN")
_AFTER_TYPE = words("VARYING PRECISION WITH WITHOUT TIME ZONE LOCAL UNSIGNED SIGNED")
_UNITS = words("YEAR MONTH DAY HOUR MINUTE SECOND WEEK QUARTER TO")
_LISTS = (Clause.SELECT, Clause.RETURNING)


def operand(walk: Walk, index: int, sign: str) -> int:
    """Where an operand is expected."""
    kind = walk.layout.tokens[index].kind
    if kind is Kind.WORD or kind is Kind.QUOTED:
        return _word(walk, index, sign)
    if sign in (shapes.STRING, shapes.NUMBER, shapes.PARAMETER):
        return _read(walk, index + 1, None)
    if sign == "*":
        return _star(walk, index + 1)
    if sign in ("[", "{"):
        return index + 1
    walk.fresh = False
    if walk.spot in (Spot.SELECT, Spot.SELECT_DISTINCT, Spot.ARGUMENT, Spot.SUBJECT, Spot.CASE):
        walk.spot = Spot.OPERAND
    return index + 1  # A sign, or something that is out of place.


def _word(walk: Walk, index: int, sign: str) -> int:
    if sign == "DISTINCT" or (sign == "ALL" and walk.spot is Spot.SELECT):
        if walk.at(index + 1) == "ON" and walk.at(index + 2) == "(":
            walk.spot = Spot.SELECT_DISTINCT
            return index + 2
        walk.spot = Spot.SELECT_DISTINCT
        walk.item_start = walk.list_start = index + 1
        return index + 1
    if sign == "TOP" and walk.spot is Spot.SELECT and walk.at(index + 1) in (shapes.NUMBER, "("):
        after = index + 2
        if walk.at(index + 1) == "(":
            after = walk.layout.past(index + 1, walk.end)
        walk.item_start = walk.list_start = after
        return after
    if sign == "CASE":
        walk.cases.append("CASE")
        walk.subjects.append(None)
        walk.spot = Spot.CASE
        walk.new_term()
        return index + 1
    if sign in ("WHEN", "THEN", "ELSE", "END") and walk.cases:
        return _case(walk, index, sign)
    if sign == "NOT":
        walk.spot = Spot.OPERAND
        return index + 1
    if sign in ("AND", "OR"):
        return _logic(walk, index, sign)
    if sign in _QUANTIFIERS and walk.at(index + 1) in ("(", shapes.END):
        if sign == "EXISTS":
            walk.spot = Spot.EXISTS
        else:
            walk.spot = Spot.SUBJECT
        return index + 1
    if sign in _LITERALS:
        return _read(walk, index + 1, None)
    if sign == "INTERVAL" and walk.at(index + 1) in (shapes.STRING, shapes.NUMBER):
        after = index + 2
        while walk.at(after) in _UNITS or walk.at(after).rstrip("S") in _UNITS:
            after += 1
        return _read(walk, after, None)
    if sign in RESERVED:
        return operator(walk, index, sign) if sign in ("IN", "IS", "LIKE", "BETWEEN") else index + 1
    following = walk.at(index + 1)
    if following == shapes.STRING:  # DATE '2024-01-01'
        return _read(walk, index + 2, None) if index + 1 != walk.stop else index + 1
    if following == "[" and sign == "ARRAY":
        return index + 1
    path, after = walk.layout.path(index, walk.end)
    if walk.at(after) == "." and walk.at(after + 1) == "*":
        return _star(walk, after + 2)
    if walk.at(after) == ".":
        after += 1
    return _read(walk, after, path)


def _star(walk: Walk, after: int) -> int:
    """`*` and `t.*` in a select list are whole items; elsewhere they are operands."""
    whole = walk.fresh and walk.query and walk.clause in _LISTS
    _read(walk, after, None)
    if whole:
        walk.spot = Spot.AFTER_ALIAS
    return after


def _read(walk: Walk, after: int, path: NamePath | None) -> int:
    """An operand is complete; it is a lone column if nothing of the term stands before it."""
    walk.name = path
    walk.name_end = after if path is not None else -1
    walk.path = path if walk.fresh else None
    walk.compared = None
    walk.fresh = False
    walk.called = False
    walk.spot = Spot.AFTER_OPERAND
    return after


def _logic(walk: Walk, index: int, sign: str) -> int:
    if sign == "AND" and walk.between is not None:
        column = walk.between if isinstance(walk.between, NamePath) else None
        walk.between = None
        walk.compared = column
        walk.fresh = False
        walk.truth = True
        walk.spot = Spot.OPERAND
        return index + 1
    walk.new_term()
    walk.spot = Spot.OPERAND
    return index + 1


def _case(walk: Walk, index: int, sign: str) -> int:
    if sign == "END":
        walk.cases.pop()
        walk.subjects.pop()
        walk.new_term()
        walk.fresh = False
        walk.spot = Spot.AFTER_OPERAND
        return index + 1
    if walk.cases[-1] == "CASE":
        walk.subjects[-1] = walk.path
    walk.cases[-1] = sign
    walk.new_term()
    walk.compared = walk.subjects[-1] if sign == "WHEN" else None
    walk.spot = Spot.OPERAND
    return index + 1


def operator(walk: Walk, index: int, sign: str) -> int:
    """Where an operand is complete."""
    kind = walk.layout.tokens[index].kind
    if walk.typed and sign in _AFTER_TYPE:
        return index + 1
    if kind is Kind.OPERATOR:
        return _sign(walk, index, sign)
    if sign == ".":
        return (
            index + 2 if walk.layout.nameable(index + 1) or walk.at(index + 1) == "*" else index + 1
        )
    if sign in (shapes.STRING, shapes.NUMBER, shapes.PARAMETER):
        walk.fresh = False
        return index + 1
    if kind is not Kind.WORD and kind is not Kind.QUOTED:
        return index + 1
    if sign in ("AND", "OR"):
        return _logic(walk, index, sign)
    if sign in ("WHEN", "THEN", "ELSE", "END") and walk.cases:
        return _case(walk, index, sign)
    step = _AFTER.get(sign)
    if step is not None:
        return step(walk, index)
    if sign in _MATCHES:
        _compare(walk)
        return index + 2 if sign == "SIMILAR" and walk.at(index + 1) == "TO" else index + 1
    if sign in _WORD_OPERATORS:
        walk.spot = Spot.OPERAND
        walk.path = None
        return index + (3 if sign == "AT" and walk.at(index + 1) == "TIME" else 1)
    if walk.clause in _LISTS and walk.query and sign not in RESERVED and not walk.cases:
        missing = relations.missing_from(walk, index, sign)
        if missing is not None:
            return walk.begin(index, Clause.FROM, Spot.RELATION, missing)
        walk.spot = Spot.AFTER_ALIAS
    return index + 1


def _sign(walk: Walk, index: int, sign: str) -> int:
    if sign == "::":
        walk.spot = Spot.TYPE
        return index + 1
    if sign in COMPARISONS:
        _compare(walk)
    else:
        walk.spot = Spot.OPERAND
        walk.path = None
        walk.compared = None
        walk.fresh = False
    return index + 1


def _compare(walk: Walk) -> None:
    walk.compared = walk.path
    walk.path = None
    walk.truth = True
    walk.fresh = False
    walk.spot = Spot.OPERAND


def _is(walk: Walk, index: int) -> int:
    walk.compared = walk.path
    walk.truth = True
    walk.spot = Spot.AFTER_IS
    return index + 1


def after_is(walk: Walk, index: int, sign: str) -> int:
    """After IS."""
    if sign in ("NOT", "DISTINCT"):
        return index + 1
    if sign == "FROM":
        walk.spot = Spot.OPERAND
        walk.fresh = False
        return index + 1
    walk.spot = Spot.AFTER_OPERAND
    walk.path = None
    return index + 1


def _not(walk: Walk, index: int) -> int:
    walk.spot = Spot.AFTER_NOT
    return index + 1


def after_not(walk: Walk, index: int, sign: str) -> int:
    """After a NOT that follows an operand."""
    walk.spot = Spot.AFTER_OPERAND
    if sign == "NULL":
        walk.truth = True
        walk.path = None
        return index + 1
    return operator(walk, index, sign)


def _in(walk: Walk, index: int) -> int:
    walk.compared = walk.path
    walk.path = None
    walk.truth = True
    walk.spot = Spot.IN
    return index + 1


def after_in(walk: Walk, index: int, sign: str) -> int:
    """After IN: a parenthesis, a parameter, or in some dialects a list-valued operand."""
    walk.spot = Spot.OPERAND
    walk.fresh = False
    return operand(walk, index, sign)


def _between(walk: Walk, index: int) -> int:
    walk.compared = walk.path
    walk.between = walk.path or True
    walk.path = None
    walk.truth = True
    walk.fresh = False
    walk.spot = Spot.OPERAND
    return index + (2 if walk.at(index + 1) in ("SYMMETRIC", "ASYMMETRIC") else 1)


def _as(walk: Walk, index: int) -> int:
    if walk.opening.use == "cast" and not walk.query:
        walk.spot = Spot.TYPE
    else:
        walk.spot = Spot.ALIAS
    return index + 1


def _null_test(walk: Walk, index: int) -> int:
    walk.truth = True
    walk.path = None
    return index + 1


def _collate(walk: Walk, index: int) -> int:
    return index + (2 if index + 1 < walk.stop else 1)


def _over(walk: Walk, index: int) -> int:
    walk.spot = Spot.OVER
    return index + 1


def _filter(walk: Walk, index: int) -> int:
    if not walk.called and walk.at(index + 1) != "(":
        return _alias_word(walk, index)
    walk.spot = Spot.FILTER
    return index + 1


def _within(walk: Walk, index: int) -> int:
    walk.spot = Spot.WITHIN
    return index + (2 if walk.at(index + 1) == "GROUP" and index + 1 < walk.stop else 1)


def _direction(walk: Walk, index: int) -> int:
    walk.spot = Spot.AFTER_DIRECTION
    return index + 1


def _nulls(walk: Walk, index: int) -> int:
    walk.spot = Spot.NULLS
    return index + 1


def _treatment(walk: Walk, index: int) -> int:
    return index + (2 if walk.at(index + 1) == "NULLS" else 1)


def _alias_word(walk: Walk, index: int) -> int:
    if walk.clause in _LISTS and walk.query:
        walk.spot = Spot.AFTER_ALIAS
    return index + 1


_AFTER = {
    "AS": _as,
    "ASC": _direction,
    "BETWEEN": _between,
    "COLLATE": _collate,
    "DESC": _direction,
    "FILTER": _filter,
    "IGNORE": _treatment,
    "IN": _in,
    "IS": _is,
    "ISNULL": _null_test,
    "NOT": _not,
    "NOTNULL": _null_test,
    "NULLS": _nulls,
    "OVER": _over,
    "RESPECT": _treatment,
    "WITHIN": _within,
}


def after_direction(walk: Walk, index: int, sign: str) -> int:
    """After ASC or DESC."""
    walk.spot = Spot.NULLS if sign == "NULLS" else Spot.AFTER_DIRECTION
    return index + 1


def after_nulls(walk: Walk, index: int, sign: str) -> int:
    """After NULLS: FIRST or LAST."""
    walk.spot = Spot.AFTER_DIRECTION
    walk.words = ("placed",)
    return index + 1


def type_name(walk: Walk, index: int, sign: str) -> int:
    """Where a type is expected."""
    if not walk.layout.nameable(index):
        walk.spot = Spot.AFTER_OPERAND
        return index
    _, after = walk.layout.path(index, walk.end)
    walk.spot = Spot.AFTER_OPERAND
    walk.typed = True
    return after


def alias(walk: Walk, index: int, sign: str) -> int:
    """After AS in a select list."""
    walk.spot = Spot.AFTER_ALIAS
    return index + 1


def after_alias(walk: Walk, index: int, sign: str) -> int:
    """After the alias of a select item: only a comma or the next clause fits."""
    if walk.layout.nameable(index) and sign not in RESERVED:
        missing = relations.missing_from(walk, index, sign)
        if missing is not None:
            return walk.begin(index, Clause.FROM, Spot.RELATION, missing)
    return index + 1


def over(walk: Walk, index: int, sign: str) -> int:
    """After OVER without a parenthesis: the name of a window."""
    walk.spot = Spot.AFTER_OPERAND
    walk.called = False
    return index + 1


def stay(walk: Walk, index: int, sign: str) -> int:
    """A token that changes nothing."""
    return index + 1
