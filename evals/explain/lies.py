"""Sentences that say something else than the explanation: its own, each with one thing changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import explain, faithful
from sureql.ide.explain.model import Explanation

_CHANGES: tuple[tuple[str, str, str], ...] = (
    ("negated", r"\bis not\b", "is"),
    ("negated", r"\bis(?! not\b| run\b)\b", "is not"),
    ("bound", r"\bat most\b", "at least"),
    ("bound", r"\bat least\b", "at most"),
    ("bound", r"\bmore than\b", "less than"),
    ("bound", r"\bless than\b", "more than"),
    ("bound", r"\bor later\b", "or earlier"),
    ("bound", r"\bbefore\b", "after"),
    ("measure", r"\bthe total of\b", "the average of"),
    ("measure", r"\bthe average of\b", "the total of"),
    ("measure", r"\bthe largest\b", "the smallest"),
    ("measure", r"\bthe smallest\b", "the largest"),
    ("kind", r"\bleft join\b", "right join"),
    ("kind", r"\(descending\)", "(ascending)"),
    ("kind", r"\bstarts with\b", "ends with"),
    ("kind", r"\bKeeps\b", "Drops"),
)
_NUMBER = re.compile(r"(?<![\w.`'])\d+(?![\w.`'])")
_NAME = re.compile(r"`(\w+)`")


@dataclass(slots=True)
class Tally:
    """Of one kind of change: sentences made, and those that were kept."""

    made: int = 0
    kept: int = 0
    examples: list[str] = field(default_factory=list)


def measure(context: Context, found: dict[str, Tally]) -> None:
    """Judge the sentences of a statement's explanation: unchanged (`own`), and changed."""
    explained = explain.explain(context)
    said = {text.lower() for text in _texts(explained)}
    for text in _texts(explained):
        _judge(found, "own", text, explained, context)
        for kind, changed in _changed(text, explained):
            # Two steps may differ in just this.
            if changed.lower() not in said:
                _judge(found, kind, changed, explained, context)


def _texts(explained: Explanation) -> list[str]:
    told = [explained.summary, *(step.text for step in explained.steps if step.facts)]
    return list(dict.fromkeys(told))


def _changed(text: str, explained: Explanation) -> Iterator[tuple[str, str]]:
    for kind, pattern, instead in _CHANGES:
        changed = re.sub(pattern, instead, text, count=1)
        if changed != text:
            yield kind, changed
    number = _NUMBER.search(text)
    if number is not None:
        other = str(int(number[0]) + 7)
        yield "number", f"{text[: number.start()]}{other}{text[number.end() :]}"
    name = _NAME.search(text)
    read = [one.text for one in explained.steps if one.kind in ("source", "join", "cte")]
    tables = {one for step in read for one in _NAME.findall(step)}
    columns = sorted({one.name for one in explained.columns if _NAME.fullmatch(f"`{one.name}`")})
    others = [one for one in columns if one not in tables]
    if name is not None and others and text.startswith("Reads "):
        yield "table", f"{text[: name.start()]}`{others[0]}`{text[name.end() :]}"


def _judge(
    found: dict[str, Tally], kind: str, text: str, explained: Explanation, context: Context
) -> None:
    tally = found.setdefault(kind, Tally())
    tally.made += 1
    if faithful.faithful(text, explained, context):
        tally.kept += 1
        tally.examples.append(text)
