"""Conditions in one form: NOT stands inside, `>` is `<` turned round, what is always true is gone.

Each step keeps all three truth values, true, false and NULL, unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sureql.equivalence.prove import algebra
from sureql.equivalence.prove.algebra import FALSE, TRUE, Term
from sureql.equivalence.prove.facts import COMPARISONS, Facts

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_NULL = Term("constant", text="null")
_TURNED = {">": "<", ">=": "<="}
_TRUTHS = ("and", "or", "not", "is null", "exists", "in", "in query", "like", "ilike", "same")


def simplified(term: Term, facts: Facts, solid: frozenset[int]) -> Term:
    """A term with its conditions in one form; sub-queries are left alone."""
    args = tuple(simplified(one, facts, solid) for one in term.args)
    return _step(replace(term, args=args) if args != term.args else term, facts, solid)


def kept(conditions: Iterable[Term], facts: Facts, solid: frozenset[int]) -> tuple[Term, ...]:
    """The conditions of WHERE, HAVING or ON, in which NULL counts as false, without those that
    always hold and without repetitions. (FALSE,) if one never holds."""
    found: list[Term] = []
    for condition in conditions:
        for one in algebra.conjuncts(_positive(simplified(condition, facts, solid), facts)):
            if one not in found:
                found.append(one)
    if FALSE in found and not any(map(facts.may_fail, found)):
        return (FALSE,)
    # `x = y` lets no NULL through: that x is not NULL need not be said again.
    strict = {one for each in found for one in demanded(each)}
    return tuple(
        one for one in found if not (_asks_not_null(one) and one.args[0].args[0] in strict)
    )


def demanded(condition: Term) -> set[Term]:
    """The columns that are not NULL wherever a condition holds."""
    if condition.op in COMPARISONS or condition.op in ("like", "ilike"):
        return {one for term in condition.args for one in _strict(term)}
    if condition.op in ("in", "in query"):
        return set(_strict(condition.args[0]))
    if condition.op == "not" and condition.args[0].op in ("in", "like", "ilike"):
        return set(_strict(condition.args[0].args[0]))
    if condition.op == "and":
        return {one for term in condition.args for one in demanded(term)}
    if condition.op == "or":
        return set.intersection(*(demanded(term) | _asked(term) for term in condition.args))
    return set()


def rejected(condition: Term) -> set[Term]:
    """The columns with a NULL in which a condition cannot hold."""
    return demanded(condition) | _asked(condition)


def _asked(condition: Term) -> set[Term]:
    return set(_strict(condition.args[0].args[0])) if _asks_not_null(condition) else set()


def _asks_not_null(term: Term) -> bool:
    return term.op == "not" and term.args[0].op == "is null"


def _strict(term: Term) -> list[Term]:
    """The columns that make a term NULL by being NULL."""
    if term.op == "column":
        return [term]
    if term.op in ("+", "-", "*", "/", "%", "negative", "||", "cast", "call lower", "call upper"):
        return [one for each in term.args for one in _strict(each)]
    return []


def _positive(term: Term, facts: Facts) -> Term:
    """What holds exactly when `term` does, where NULL counts as false."""
    if term == _NULL:
        return FALSE
    if term.op == "not" and term.args[0].op == "not":
        return _positive(term.args[0].args[0], facts)
    if term.op in ("and", "or"):
        return _joined(term.op, tuple(_positive(one, facts) for one in term.args), facts.may_fail)
    return term


def _step(term: Term, facts: Facts, solid: frozenset[int]) -> Term:
    if term.op == "not":
        return _negated(term, facts, solid)
    if term.op in ("and", "or"):
        return _lists(_joined(term.op, term.args, facts.may_fail), facts)
    if term.op in _TURNED and facts.swaps(*term.args):
        return replace(term, op=_TURNED[term.op], args=term.args[::-1])
    if term.op == "is null" and not facts.nullable(term.args[0], solid):
        return FALSE
    if term.op in COMPARISONS and term.args[0] == term.args[1]:
        return _same_sides(term, facts, solid)
    if term.op in COMPARISONS and all(_is_integer(one) for one in term.args):
        return _compared(term)
    if (
        term.op == "in"
        and len(term.args) == 2
        and (facts.dialect != "sqlite" or term.args[1].op == "constant")
    ):  # In SQLite a column in a list loses its affinity.
        return _step(replace(term, op="=", args=term.args), facts, solid)
    if term.op in ("+", "-", "*") and all(_is_integer(one) for one in term.args):
        return _folded(term)
    return term


def _negated(term: Term, facts: Facts, solid: frozenset[int]) -> Term:
    inner = term.args[0]
    if inner in (TRUE, FALSE):
        return FALSE if inner == TRUE else TRUE
    if inner.op in _OPPOSITE:
        return _step(replace(inner, op=_OPPOSITE[inner.op]), facts, solid)
    if inner.op == "not" and _is_truth(inner.args[0]):
        return inner.args[0]
    if inner.op in ("and", "or"):
        turned = tuple(_step(Term("not", (one,)), facts, solid) for one in inner.args)
        return _step(Term("or" if inner.op == "and" else "and", turned), facts, solid)
    return term


def _joined(op: str, args: tuple[Term, ...], may_fail: Callable[[Term], bool]) -> Term:
    """AND or OR of `args`, flat, without repetitions and constants."""
    neutral, ends = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
    found: list[Term] = []
    for one in args:
        for part in one.args if one.op == op else (one,):
            if part not in found and part != neutral:
                found.append(part)
    if ends in found and all(_is_truth(one) and not may_fail(one) for one in found):
        return ends
    if not found:
        return neutral
    # Of numbers, AND and OR make truth values; one alone would stay the number that it is.
    single = len(found) == 1 and _is_truth(found[0])
    return found[0] if single else Term(op, tuple(found))


def _lists(term: Term, facts: Facts) -> Term:
    """`x = 1 OR x = 2` as `x IN (1, 2)`; NOT IN likewise."""
    if term.op not in ("and", "or"):
        return term
    wanted = "=" if term.op == "or" else "<>"
    lists: dict[Term, list[Term]] = {}
    rest = []
    if any(map(facts.may_fail, term.args)):
        return term  # What guards what must keep its place.
    for one in term.args:
        subject = None
        inner = one.args[0] if one.op == "not" and term.op == "and" else one
        listed = None
        if inner.op == "in" and (inner is not one) == (term.op == "and"):
            listed, subject = inner.args[1:], inner.args[0]
        elif one.op == wanted:
            for left, right in (one.args, one.args[::-1]):
                if right.op == "constant" and left.op == "column":
                    subject, listed = left, (right,)
        if subject is None or listed is None or not _compares_alike(subject, listed, facts):
            rest.append(one)
        else:
            lists.setdefault(subject, []).extend(listed)
    found = []
    for subject, items in lists.items():
        single = Term(wanted, (subject, items[0]))
        many = Term("in", (subject, *dict.fromkeys(items)))
        several = len(set(items)) > 1
        found.append((many if term.op == "or" else Term("not", (many,))) if several else single)
    return _joined(term.op, (*rest, *found), facts.may_fail)


def _compares_alike(subject: Term, listed: tuple[Term, ...], facts: Facts) -> bool:
    """True if a column compares with constants alike, one by one and in a list."""
    if subject.op != "column":
        return False
    if facts.is_number(subject):
        return all(map(_is_integer, listed))
    known = facts.is_text(subject) or (facts.dialect == "postgres" and facts.type_of(subject))
    return bool(known) and all(one.text.startswith("s:") for one in listed)


def _same_sides(term: Term, facts: Facts, solid: frozenset[int]) -> Term:
    """`x = x` is true, but NULL for NULL."""
    if facts.nullable(term.args[0], solid) or facts.may_fail(term):
        return term
    return TRUE if term.op in ("=", "<=", ">=") else FALSE


def _compared(term: Term) -> Term:
    left, right = (int(one.text[2:]) for one in term.args)
    holds = {
        "=": left == right, "<>": left != right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right,
    }  # fmt: skip
    return TRUE if holds[term.op] else FALSE


def _folded(term: Term) -> Term:
    left, right = (int(one.text[2:]) for one in term.args)
    value = {"+": left + right, "-": left - right, "*": left * right}[term.op]
    # Beyond this the type of the result, or an error, depends on the engine.
    return Term("constant", text=f"n:{value}") if abs(value) < 2**31 else term


def _is_integer(term: Term) -> bool:
    digits = term.text[2:].removeprefix("-")
    return term.text.startswith("n:") and digits.isascii() and digits.isdigit() and len(digits) < 10


def _is_truth(term: Term) -> bool:
    return term.op in _TRUTHS or term.op in COMPARISONS or term in (TRUE, FALSE)
