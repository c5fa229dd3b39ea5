"""How ghost texts and requests to models did: counts, shares, percentiles. Pure arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sureql.ports.ledger import Entry, Event

Example = dict[str, list[dict[str, str]]]
"""`{"messages": [{"role": …, "content": …}, …]}`"""
RETAINED = 0.5
"""The share of an accepted text that must be left for it to count as retained."""


@dataclass(frozen=True, slots=True)
class Source:
    """Ghost texts of one source. `acceptance` is accepted, whole or in part, of those shown; None if
    none was shown. `retained`: (seconds, share of the accepted texts looked at that were still there).
    Latencies are in milliseconds."""

    name: str
    offered: int
    shown: int
    accepted: int
    partially: int
    dismissed: int
    characters: int
    acceptance: float | None
    retained: tuple[tuple[int, float], ...]
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests to models. `hit_rate` is the share that the answer cache served; None without any."""

    sent: int
    cached: int
    failed: int
    cancelled: int
    hit_rate: float | None
    tokens_in: int
    tokens_out: int
    cost: float | None
    first_p50: float
    first_p95: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`verdicts` counts what the gate decided about shown items; `days` has accepted characters by
    day, oldest first."""

    sources: tuple[Source, ...]
    requests: Requests
    verdicts: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]


def summary(events: Sequence[Event], entries: Sequence[Entry]) -> Summary:
    """What `events` and `entries` add up to."""
    names = sorted({one.source for one in events})
    sources = tuple(_source(name, [one for one in events if one.source == name]) for name in names)
    verdicts = Counter(one.verdict for one in events if one.what == "offered")
    return Summary(sources, _requests(entries), tuple(verdicts.most_common()), _days(events))


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank); 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def finetuning(events: Sequence[Event], rules: str) -> list[Example]:
    """One example in OpenAI's chat format for each accepted text that was still there at the last
    look; the same example is given once."""
    shares = {one.item: one.share for one in events if one.what == "retained"}
    found: dict[tuple[str, str], Example] = {}
    for one in events:
        kept = shares.get(one.item, 0.0) >= RETAINED
        if one.what == "accepted" and kept and one.text.strip() and one.prompt.strip():
            messages = [
                {"role": "system", "content": rules},
                {"role": "user", "content": one.prompt},
                {"role": "assistant", "content": one.text},
            ]
            found[one.prompt, one.text] = {"messages": messages}
    return list(found.values())


def _source(name: str, events: Sequence[Event]) -> Source:
    counts = Counter(one.what for one in events)
    taken = {one.item for one in events if one.what in ("accepted", "partially accepted")}
    whole = {one.item for one in events if one.what == "accepted"}
    # A text that was accepted was shown, whether the editor said so or not.
    shown = {one.item for one in events if one.what == "shown"} | taken
    most: dict[str, int] = {}
    for one in events:
        if one.what in ("accepted", "partially accepted"):
            most[one.item] = max(most.get(one.item, 0), one.characters)
    latencies = [one.latency for one in events if one.what == "offered"]
    return Source(
        name,
        counts["offered"],
        len(shown),
        len(whole),
        len(taken - whole),
        counts["dismissed"],
        sum(most.values()),
        len(taken) / len(shown) if shown else None,
        _retained(events),
        percentile(latencies, 0.5),
        percentile(latencies, 0.95),
    )


def _retained(events: Sequence[Event]) -> tuple[tuple[int, float], ...]:
    looks: dict[int, list[bool]] = {}
    for one in events:
        if one.what == "retained":
            looks.setdefault(one.seconds, []).append(one.share >= RETAINED)
    return tuple((seconds, sum(found) / len(found)) for seconds, found in sorted(looks.items()))


def _requests(entries: Sequence[Entry]) -> Requests:
    outcomes = Counter(one.outcome for one in entries)
    sent = [one for one in entries if one.outcome not in ("cached", "withheld")]
    answered = outcomes["cached"] + len(sent)
    costs = [one.cost for one in sent if one.cost is not None]
    firsts = [one.first for one in sent if one.outcome == "answered"]
    return Requests(
        len(sent),
        outcomes["cached"],
        sum(1 for one in sent if one.outcome not in ("answered", "cancelled")),
        outcomes["cancelled"],
        outcomes["cached"] / answered if answered else None,
        sum(one.usage.prompt for one in sent),
        sum(one.usage.completion for one in sent),
        sum(costs) if costs else None,
        percentile(firsts, 0.5),
        percentile(firsts, 0.95),
    )


def _days(events: Sequence[Event]) -> tuple[tuple[str, int], ...]:
    most: dict[str, tuple[str, int]] = {}
    for one in events:
        if one.what in ("accepted", "partially accepted"):
            day = datetime.fromtimestamp(one.at).date().isoformat()
            most[one.item] = (day, max(most.get(one.item, ("", 0))[1], one.characters))
    days: Counter[str] = Counter()
    for day, characters in most.values():
        days[day] += characters
    return tuple(sorted(days.items()))
