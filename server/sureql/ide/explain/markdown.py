"""An explanation as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sureql.ide.explain import picture
from sureql.ide.explain.model import Explanation, OutputColumn, Step
from sureql.ide.explain.picture import Picture
from sureql.ide.explain.wording import code, harmless

_TYPE = re.compile(r"[\w ,().]*(\[\d*\])*")
_MOST_COLUMNS = 60
_MOST_STEPS = 300
_LONGEST_TEXT = 80


def of(found: Explanation) -> str:
    """The whole page; parts that have nothing to say are left out."""
    parts = [harmless(found.summary)]
    if found.grain:
        parts.append(harmless(f"Result: {found.grain[0].lower()}{found.grain[1:]}"))
    parts.append(_section("Step by step", _steps(found.steps)))
    parts.append(_section("Columns", _columns(found.columns)))
    parts.append(_section("Watch out", _bullets(found.traps)))
    parts.append(_section("Parameters", _bullets(found.parameters)))
    parts.append(_section("Locks and undo", harmless(found.undo)))
    parts.append(_section("Plan", _bullets(found.plan)))
    parts.append(_section("Data flow", _picture(found.picture)))
    parts.append(_section("Picture of the plan", _picture(found.plan_picture)))
    return "\n\n".join(part for part in parts if part)


def _section(title: str, body: str) -> str:
    return f"### {title}\n\n{body}" if body else ""


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {harmless(line)}" for line in lines)


def _steps(steps: Sequence[Step]) -> str:
    lines = []
    counts: dict[int, int] = {}
    for step in steps[:_MOST_STEPS]:
        for deeper in [depth for depth in counts if depth > step.depth]:
            del counts[deeper]
        counts[step.depth] = counts.get(step.depth, 0) + 1
        mark = f"{counts[step.depth]}." if not step.depth else "-"
        lines.append(f"{'   ' * step.depth}{mark} {harmless(step.text)}")
    if len(steps) > _MOST_STEPS:
        lines.append(f"… and {len(steps) - _MOST_STEPS:,} more steps.")
    return "\n".join(lines)


def _columns(columns: Sequence[OutputColumn]) -> str:
    if not columns:
        return ""
    lines = ["| column | type | from |", "|---|---|---|"]
    for one in columns[:_MOST_COLUMNS]:
        origin = ", ".join(code(name) for name in one.lineage)
        if not origin and one.expression:
            origin = code(_cut(one.expression))
        elif one.expression and one.lineage and not _plain(one):
            origin = f"{code(_cut(one.expression))}, over {origin}"
        name = code(one.name) if one.name else "(no name)"
        kind = one.type if _TYPE.fullmatch(one.type) else code(one.type)
        lines.append(f"| {_cell(name)} | {_cell(kind)} | {_cell(origin)} |")
    if len(columns) > _MOST_COLUMNS:
        lines.append(f"| … {len(columns) - _MOST_COLUMNS} more | | |")
    return "\n".join(lines)


def _plain(one: OutputColumn) -> bool:
    last = one.expression.rpartition(".")[2].strip('"`[]').lower()
    return [name.rpartition(".")[2].lower() for name in one.lineage] == [last]


def _cell(text: str) -> str:
    # A backslash before it would undo its own.
    return text.replace("\\|", "\\ |").replace("|", "\\|")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _picture(drawn: Picture | None) -> str:
    return f"```mermaid\n{picture.mermaid(drawn)}\n```" if drawn is not None else ""
