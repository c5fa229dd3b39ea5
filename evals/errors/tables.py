"""The tables of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterable

from evals.errors.fault import CLASSES
from evals.errors.tally import Tally

AREAS = ("syntax", "names", "structure", "types")


def without_judge(total: Tally, dialects: Iterable[str]) -> list[str]:
    """Summary, per class, false alarms and fixes."""
    names = list(dialects)
    return [
        _summary(total, names),
        _classes(total, names),
        _alarms(total, names),
        _fixes(total, names),
    ]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _of(area: str) -> list[str]:
    return [name for name, kind in CLASSES.items() if area in ("all", kind.area)]


def _summary(total: Tally, dialects: list[str]) -> str:
    rows = [
        "## Single faults without an engine",
        "",
        "Aims for PostgreSQL: precision ≥ 99.9, recall ≥ 97. *In place*: a diagnostic overlaps the "
        "fault. *Told*: an error or a warning there: whether a function or a schema exists is no "
        "certainty in SQLite and DuckDB, where programs, extensions and ATTACH bring them. *Extra*: "
        "further errors per found fault.",
        "",
        "| engine | faults | schemas | refused | recall % | told % | in place % | extra | accepted | wrong "
        "| precision % |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for dialect in dialects:
        for area in ("all", *AREAS):
            names = _of(area)
            refused, found, wrong = (
                total.sum(what, dialect, *names) for what in ("refused", "found", "wrong")
            )
            rows.append(
                f"| {dialect} | {area} ({len(names)}) | {total.sum('schemas', dialect, '')} "
                f"| {refused} | {percent(found, refused)} "
                f"| {percent(total.sum('told', dialect, *names), refused)} "
                f"| {percent(total.sum('hit', dialect, *names), found)} "
                f"| {total.sum('extra', dialect, *names) / max(found, 1):.3f} "
                f"| {total.sum('accepted', dialect, *names)} | {wrong} "
                f"| {percent(found, found + wrong)} |"
            )
    return "\n".join(rows)


def _classes(total: Tally, dialects: list[str]) -> str:
    rows = [
        "## Per class",
        "",
        "`found/refused` and, after `!`, wrong errors on mutants that the engine accepts.",
        "",
        "| class | " + " | ".join(dialects) + " | in place % |",
        "|---|" + "---|" * (len(dialects) + 1),
    ]
    for name, kind in CLASSES.items():
        cells = []
        for dialect in dialects:
            refused = total.sum("refused", dialect, name)
            wrong = total.sum("wrong", dialect, name)
            cell = f"{total.sum('found', dialect, name)}/{refused}" if refused else "–"
            cells.append(cell + (f" !{wrong}" if wrong else ""))
        found = sum(total.sum("found", dialect, name) for dialect in dialects)
        hit = sum(total.sum("hit", dialect, name) for dialect in dialects)
        rows.append(f"| {kind.area}: {name} | {' | '.join(cells)} | {percent(hit, found)} |")
    return "\n".join(rows)


def _alarms(total: Tally, dialects: list[str]) -> str:
    rows = [
        "## False alarms without an engine",
        "",
        "Every statement of the corpora that the engine accepts. Aim: no error. Warnings are rules; "
        "most of them are about what the statement really does.",
        "",
        "| engine | statements | with an error | with a warning | crashes | warnings by code |",
        "|---|---|---|---|---|---|",
    ]
    for dialect in dialects:
        codes = [
            (count, what[5:])
            for (which, name, what), count in total.counts.items()
            if which == dialect and not name and what.startswith("code ")
        ]
        listed = ", ".join(f"{code} {count}" for count, code in sorted(codes, reverse=True))
        cells = (
            total.sum(what, dialect, "")
            for what in ("valid", "with an error", "with a warning", "crashes")
        )
        rows.append(f"| {dialect} | {' | '.join(str(cell) for cell in cells)} | {listed or '–'} |")
    return "\n".join(rows)


def _fixes(total: Tally, dialects: list[str]) -> str:
    rows = [
        "## Fixes without an engine",
        "",
        "Of the single faults found. *Restored*: the preferred fix (else the first) gives the "
        "statement as it was, but for case, white space and qualifiers; only of classes where the "
        "text still tells what stood there (in the sums as well). Aims: 90 % of names, 70 % of all "
        "that have a fix. *Works*: the engine accepts it. *Cause stays*, *new*: of all fixes "
        "offered, the second and third ones too; aim 0.",
        "",
        "| class | found | with a fix % | restored % | works % | fixes | cause stays | new |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for area in ("all", *AREAS):
        rows.append(_fix_row(total, dialects, f"**{area}**", _of(area)))
    for name in CLASSES:
        if sum(total.sum("fixable", dialect, name) for dialect in dialects):
            rows.append(_fix_row(total, dialects, name, [name]))
    return "\n".join(rows)


def _fix_row(total: Tally, dialects: list[str], label: str, names: list[str]) -> str:
    found, fixable, restorable, works, fixes, stays, new = (
        sum(total.sum(what, dialect, *names) for dialect in dialects)
        for what in (
            "found",
            "fixable",
            "restorable",
            "works",
            "fixes",
            "cause stays",
            "brings new",
        )
    )
    sure = [name for name in names if not CLASSES[name].lossy]
    restored = sum(total.sum("restored", dialect, *sure) for dialect in dialects)
    return (
        f"| {label} | {found} | {percent(fixable, found)} | {percent(restored, restorable)} "
        f"| {percent(works, fixable)} | {fixes} | {stays} | {new} |"
    )


def with_judge(total: Tally, dialects: Iterable[str]) -> str:
    rows = [
        "## Several faults in one statement, with the engine",
        "",
        "Two or three faults, each of which the engine refuses alone (without unknown schemas in SQLite "
        "and DuckDB, see above). *Found*: by an error or a warning (see *told*). "
        "Aims: all found, ≥ 95 % of the ranges within the faulty token.",
        "",
        "| engine | faults | statements | faults in all | found % | statements with all found % "
        "| range within the token % | extra errors | worst code |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for dialect in dialects:
        for kind in ("names and types", "with a syntax error"):
            for number in (2, 3):
                name = f"{kind} {number}"
                statements, faults, found, whole, within, extra = (
                    total.sum(what, dialect, name)
                    for what in ("statements", "faults", "found", "whole", "within", "extra")
                )
                if statements:
                    rows.append(
                        f"| {dialect} | {number}, {kind} | {statements} | {faults} "
                        f"| {percent(found, faults)} | {percent(whole, statements)} "
                        f"| {percent(within, found)} | {extra} | {_worst(total, dialect, name)} |"
                    )
    return "\n".join(rows) if len(rows) > 6 else ""


def _worst(total: Tally, dialect: str, name: str) -> str:
    """The class of fault that was missed most often."""
    missed = {
        what[7:]: count
        for (which, kind, what), count in total.counts.items()
        if which == dialect and kind == name and what.startswith("missed ")
    }
    if not missed:
        return "–"
    worst = max(missed, key=lambda one: missed[one])
    return f"{worst} {missed[worst]}"
