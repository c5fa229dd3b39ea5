"""The tables of RESULTS.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from evals.equivalence.measure import Measured

OUTCOMES = ("proved", "no-difference", "different", "inconclusive", "unsupported")


def by_label(found: Sequence[Measured]) -> str:
    """Verdicts for each dialect and label."""
    return _table("dialect · label", found, lambda one: f"{one.dialect} · {_label(one)}")


def by_source(found: Sequence[Measured]) -> str:
    """Verdicts for each source of pairs."""
    return _table("source · label", found, lambda one: f"{one.pair.source} · {_label(one)}")


def head_figures(found: Sequence[Measured], dialect: str, wrong: set[str]) -> str:
    """What the issue asks for, as one line for a dialect. `wrong` are pairs whose label is wrong."""
    ran = [
        one
        for one in found
        if one.dialect == dialect and one.outcome != "unsupported" and one.pair.name not in wrong
    ]
    equal = [one for one in ran if one.pair.equal]
    unequal = [one for one in ran if one.pair.equal is False]
    false = sum(one.outcome == "different" for one in equal)
    missed = sum(one.outcome in ("proved", "no-difference") for one in unequal)
    refuted = sum(one.outcome == "different" for one in unequal)
    settled = sum(one.outcome != "inconclusive" for one in ran)
    times = sorted(one.seconds for one in ran) or [0.0]
    return (
        f"| {dialect} | {len(ran)} | {false} of {len(equal)} | {_share(refuted, len(unequal))} | "
        f"{missed} | {_share(settled, len(ran))} | {_at(times, 0.5):.2f} s | {_at(times, 0.95):.2f} s |"
    )


def _table(title: str, found: Sequence[Measured], key: Callable[[Measured], str]) -> str:
    counts: dict[str, Counter[str]] = {}
    times: dict[str, list[float]] = {}
    for one in found:
        counts.setdefault(key(one), Counter())[one.outcome] += 1
        if one.outcome != "unsupported":
            times.setdefault(key(one), []).append(one.seconds)
    head = f"| {title} | pairs | {' | '.join(OUTCOMES)} | median | p95 |"
    lines = [head, "|---" * (len(OUTCOMES) + 4) + "|"]
    for name in sorted(counts):
        cells = " | ".join(str(counts[name][outcome]) for outcome in OUTCOMES)
        took = sorted(times.get(name, [0.0]))
        total = sum(counts[name].values())
        lines.append(
            f"| {name} | {total} | {cells} | {_at(took, 0.5):.2f} s | {_at(took, 0.95):.2f} s |"
        )
    return "\n".join(lines)


def _label(one: Measured) -> str:
    return {True: "equivalent", False: "not equivalent"}.get(one.pair.equal or False) or ""


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


def odd(found: Iterable[Measured]) -> list[Measured]:
    """What contradicts its label."""
    return [
        one
        for one in found
        if (one.pair.equal is True and one.outcome == "different")
        or (one.pair.equal is False and one.outcome in ("proved", "no-difference"))
    ]
