"""Writes RESULTS.md: `python -m evals.explain --corpora FOLDER [--write]`."""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from evals.explain import corpora, facts, lies, plans, texts
from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import explain

HERE = Path(__file__).parent


@dataclass(slots=True)
class Tally:
    """Of one corpus. `stated`, `true` and `there` count facts by kind: stated by explanations, of these
    also in the tree, and in the tree. `unsaid` are stated facts that the step's text does not say."""

    statements: int = 0
    unparsed: int = 0
    summaries: int = 0
    grains: int = 0
    times: list[float] = field(default_factory=list)
    stated: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    unsaid: Counter[str] = field(default_factory=Counter)


def main() -> None:
    options = _options()
    found: dict[str, Tally] = {}
    told: dict[str, lies.Tally] = {}
    planned: dict[str, list[Context]] = {"tpch": [], "tpcds": [], "chinook": [], "minder": []}
    for name, one in corpora.read(options.corpora, options.statements):
        tally = found.setdefault(name, Tally())
        _measure(tally, one, options.show)
        if tally.statements <= options.lies and one.tree is not None:
            lies.measure(one, told)
        if name in planned and len(planned[name]) < options.plans:
            planned[name].append(one)
    everything = [one for group in planned.values() for one in group]
    report = _report(found, plans.measure(everything), told)
    sys.stdout.write(report)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.explain")
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--statements", type=int, default=600, help="of each corpus")
    parser.add_argument("--plans", type=int, default=60, help="planned statements of each corpus")
    parser.add_argument("--lies", type=int, default=10, help="statements of each corpus reworded")
    parser.add_argument("--show", default="", help="print what is wrong with this kind of fact")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _measure(tally: Tally, one: Context, show: str) -> None:
    tally.statements += 1
    if one.tree is None:
        tally.unparsed += 1
        return
    began = time.thread_time()
    explained = explain.explain(one)
    tally.times.append(1_000 * (time.thread_time() - began))
    tally.summaries += bool(explained.summary)
    tally.grains += bool(explained.grain)
    stated: dict[str, Counter[str]] = {kind: Counter() for kind in facts.KINDS}
    for step in explained.steps:
        for fact in step.facts:
            if fact.kind not in stated:
                continue
            stated[fact.kind][fact.value] += 1
            if not texts.said(fact, step):
                tally.unsaid[fact.kind] += 1
                _tell(show, fact.kind, "unsaid", f"{fact.value}  IN  {step.text}")
    for kind, there in facts.of(one.tree).items():
        both = stated[kind] & there
        tally.stated[kind] += stated[kind].total()
        tally.there[kind] += there.total()
        tally.true[kind] += both.total()
        for value in stated[kind] - both:
            _tell(show, kind, "not there", f"{value}  OF  {one.text[:300]}")
        for value in there - both:
            _tell(show, kind, "not stated", f"{value}  OF  {one.text[:300]}")


def _tell(show: str, kind: str, what: str, text: str) -> None:
    if show in (kind, "all"):
        sys.stderr.write(f"{kind} {what}: {' '.join(text.split())}\n")


def _report(
    found: dict[str, Tally], planned: dict[str, plans.Tally], told: dict[str, lies.Tally]
) -> str:
    whole = Tally()
    for one in found.values():
        for name in ("stated", "true", "there", "unsaid"):
            getattr(whole, name).update(getattr(one, name))
    parts = [
        "# Explanations",
        f"Made by `python -m evals.explain --corpora FOLDER --write`, {datetime.date.today()}. Facts are "
        "taken from the tree a second time by code of their own. *Precision*: stated facts that are in "
        "the tree. *Recall*: facts in the tree that are stated. *Said*: stated facts whose names, "
        "literals and operator stand in the sentence that states them. Aims: 100, 98 and 100 %.",
        _kinds(whole),
        _corpora(found),
        _plans(planned),
        _lies(told),
    ]
    return "\n\n".join(parts) + "\n"


def _kinds(whole: Tally) -> str:
    rows = [
        "## Facts",
        "",
        "| kind | in the tree | precision % | recall % | said % |",
        "|---|---|---|---|---|",
    ]
    for kind in facts.KINDS:
        rows.append(_row(whole, kind, [kind]))
    rows.append(_row(whole, "all", list(facts.KINDS)))
    return "\n".join(rows)


def _row(whole: Tally, name: str, kinds: list[str]) -> str:
    stated, true = sum(whole.stated[k] for k in kinds), sum(whole.true[k] for k in kinds)
    there, unsaid = sum(whole.there[k] for k in kinds), sum(whole.unsaid[k] for k in kinds)
    shares = [_percent(true, stated), _percent(true, there), _percent(stated - unsaid, stated)]
    return f"| {name} | {there:,} | {' | '.join(shares)} |"


def _corpora(found: dict[str, Tally]) -> str:
    rows = [
        "## Statements",
        "",
        "*Facts*: recall over all kinds. *Grain*: what one row is was certain. Times are those of the "
        "processor, rules included, for a statement that is parsed and analysed already; the first "
        "of all loads the rules.",
        "",
        "| corpus | statements | not parsed | precision % | facts % | grain % | p50 ms | p95 ms | most ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        times = sorted(one.times) or [0.0]
        cells = [
            str(one.statements),
            str(one.unparsed),
            _percent(one.true.total(), one.stated.total()),
            _percent(one.true.total(), one.there.total()),
            _percent(one.grains, len(one.times)),
            f"{statistics.median(times):.1f}",
            f"{times[int(len(times) * 0.95) - 1]:.1f}",
            f"{times[-1]:.0f}",
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _plans(planned: dict[str, plans.Tally]) -> str:
    rows = [
        "## Plans",
        "",
        "Real plans on an empty copy of the schema, with made-up numbers of rows where the engine takes "
        "them. *Foreign*: numbers in the text that the plan does not have; aim 0.",
        "",
        "| engine | plans | sentences | numbers | foreign |",
        "|---|---|---|---|---|",
    ]
    for name, one in planned.items():
        rows.append(f"| {name} | {one.plans} | {one.lines} | {one.numbers} | {one.foreign} |")
    examples = [f"- {text}" for one in planned.values() for text in one.examples[:5]]
    return "\n".join([*rows, *([""] if examples else []), *examples])


def _lies(told: dict[str, lies.Tally]) -> str:
    rows = [
        "## Reworded sentences",
        "",
        "What a model says is kept only if the explanation says it. *own*: the explanation's own "
        "sentences, unchanged; those that are refused only cost a rewording. All others have one "
        "thing changed that makes them say something else; aim 0 kept.",
        "",
        "| changed | sentences | kept | kept % |",
        "|---|---|---|---|",
    ]
    for kind, one in sorted(told.items(), key=lambda item: (item[0] != "own", item[0])):
        rows.append(f"| {kind} | {one.made:,} | {one.kept:,} | {_percent(one.kept, one.made)} |")
    kept = [text for kind, one in told.items() if kind != "own" for text in one.examples]
    examples = [f"- kept: {text[:300]}" for text in kept[:10]]
    return "\n".join([*rows, *([""] if examples else []), *examples])


def _percent(part: int, whole: int) -> str:
    # Cut, not rounded: 100.0 is said only where it is true.
    return f"{int(1_000 * part / whole) / 10:.1f}" if whole else "–"


if __name__ == "__main__":
    main()
