"""Which routine or operator a call means: PostgreSQL's own rules of overload resolution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sureql.catalog.builtins import signatures
from sureql.catalog.builtins.signatures import Routine
from sureql.semantics.kinds import coercion


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a call: a declared kind for each argument written."""

    arguments: tuple[str, ...]
    returns: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """`result` is '' if it isn't known. `fits` is False if no reading is possible; `counts` are
    the numbers of arguments that would be."""

    fits: bool
    result: str = ""
    candidate: Candidate | None = None


REFUSED = Choice(False)
_MANY = 30  # Arguments that are compared one by one.


def routine(overloads: Iterable[Routine], actual: Sequence[str]) -> Choice:
    """What a call with arguments of these kinds gives."""
    return _routine(tuple(overloads), tuple(actual))


@lru_cache(maxsize=4096)
def _routine(overloads: tuple[Routine, ...], actual: tuple[str, ...]) -> Choice:
    return choose([one for each in overloads for one in readings(each, len(actual))], actual)


def readings(one: Routine, given: int) -> Iterable[Candidate]:
    """The ways in which a routine takes that many arguments."""
    wanted = one.arguments
    if len(wanted) - one.defaults <= given <= len(wanted):
        yield Candidate(wanted[:given], one.returns, one.kind)
    if one.variadic and given >= len(wanted):
        last = wanted[-1]
        each = {"any": "any", "anyarray": "anyelement", "anycompatiblearray": "anycompatible"}
        item = each.get(last) or coercion.element(last) or last
        if given > len(wanted) or item != last:
            repeated = (item,) * (given - len(wanted) + 1)
            yield Candidate((*wanted[:-1], *repeated), one.returns, one.kind)
    if one.kind == "o":
        # The arguments of WITHIN GROUP are not written between the parentheses.
        for count in range(len(wanted)):
            if given == count:
                yield Candidate(
                    wanted[:given], "" if one.returns.startswith("any") else one.returns, "o"
                )


@lru_cache(maxsize=8192)
def binary(name: str, left: str, right: str) -> Choice:
    """What `left name right` gives."""
    known = signatures.postgres().operators.get(name)
    if known is None:
        return Choice(True)
    found = [Candidate((one.left, one.right), one.result) for one in known if one.left]
    exact = None
    if left and right and "unknown" != left != right == "unknown":
        exact = (left, left)
    elif left and right and "unknown" == left != right:
        exact = (right, right)
    if exact is not None:
        same = [one for one in found if one.arguments == exact]
        if same:
            return choose(same, (left, right))
    return choose(found, (left, right))


def prefix(name: str, operand: str) -> Choice:
    """What `name operand` gives."""
    known = signatures.postgres().operators.get(name)
    if known is None:
        return Choice(True)
    found = [Candidate((one.right,), one.result) for one in known if not one.left]
    return choose(found, (operand,))


def choose(candidates: Sequence[Candidate], actual: Sequence[str]) -> Choice:
    """The best candidate for arguments of these kinds."""
    fitting = [one for one in candidates if _fits(one, actual)]
    if not fitting:
        return REFUSED
    exact = [one for one in fitting if list(one.arguments) == list(actual)]
    if exact:
        return _given(exact[0], actual)
    if len(fitting) > 1 and "" not in actual and len(actual) <= _MANY:
        fitting = _best(fitting, actual)
    if len(fitting) == 1:
        return _given(fitting[0], actual)
    results = {_result(one, actual) for one in fitting}
    return Choice(True, results.pop() if len(results) == 1 else "")


def _given(one: Candidate, actual: Sequence[str]) -> Choice:
    return Choice(True, _result(one, actual), one)


def _fits(one: Candidate, actual: Sequence[str]) -> bool:
    if len(one.arguments) != len(actual):
        return False
    if not all(map(coercion.can, actual, one.arguments)):
        return False
    if coercion.POLYMORPHIC.isdisjoint(one.arguments):
        return True
    return coercion.polymorphic(list(actual), list(one.arguments)) is not None


def _result(one: Candidate, actual: Sequence[str]) -> str:
    if one.returns not in coercion.POLYMORPHIC:
        return "" if one.returns in ("record", "any") else one.returns
    found = coercion.polymorphic(list(actual), list(one.arguments))
    return found.get(one.returns, "") if found else ""


def _best(candidates: list[Candidate], actual: Sequence[str]) -> list[Candidate]:
    """PostgreSQL's func_select_candidate: the steps in its order."""

    def keep(found: list[Candidate], score: dict[int, int]) -> list[Candidate]:
        most = max(score.values())
        return [one for index, one in enumerate(found) if score[index] == most]

    found = candidates
    for preferred in (False, True):
        score = {
            index: sum(
                kind != "unknown" and (kind == wanted or (preferred and _prefers(wanted, kind)))
                for kind, wanted in zip(actual, one.arguments, strict=True)
            )
            for index, one in enumerate(found)
        }
        found = keep(found, score)
        if len(found) == 1:
            return found
    if "unknown" not in actual:
        return found
    narrowed = _by_category(found, actual)
    if narrowed is not None:
        found = narrowed
        if len(found) == 1:
            return found
    known = {kind for kind in actual if kind != "unknown"}
    if len(known) == 1:
        same = known.pop()
        fitting = [
            one for one in found if all(coercion.can(same, wanted) for wanted in one.arguments)
        ]
        if len(fitting) == 1:
            return fitting
    return found


def _prefers(wanted: str, kind: str) -> bool:
    return coercion.is_preferred(wanted) and coercion.category(wanted) == coercion.category(kind)


def _by_category(found: list[Candidate], actual: Sequence[str]) -> list[Candidate] | None:
    """What remains when untyped literals take the category that the candidates agree on."""
    categories: dict[int, tuple[str, bool]] = {}
    for place, kind in enumerate(actual):
        if kind != "unknown":
            continue
        there = [coercion.category(one.arguments[place]) for one in found]
        preferred = any(coercion.is_preferred(one.arguments[place]) for one in found)
        if "S" in there:
            chosen = "S"
            preferred = any(
                coercion.is_preferred(one.arguments[place])
                for one in found
                if coercion.category(one.arguments[place]) == "S"
            )
        elif len(set(there)) == 1:
            chosen = there[0]
        else:
            return None
        categories[place] = (chosen, preferred)
    kept = [
        one
        for one in found
        if all(
            coercion.category(one.arguments[place]) == wanted
            and (not preferred or coercion.is_preferred(one.arguments[place]))
            for place, (wanted, preferred) in categories.items()
        )
    ]
    return kept or None
