"""The cases of a file: title, remarks, text and what is wrong with it.

    -- case: misspelt column
    SELECT «nmae» FROM artist;

Marks say where something has to be reported; whitespace or nothing between them means that something
is missing there. `-- faults: 2` says how many of the marks must be hit, else one is enough (they are
then places where the same fault may be seen). `-- expects: code other-code` names the rules of an
anti-pattern. `-- truth: none` says that the text cannot be run as it is, such as a template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sureql.text.span import Span

HERE = Path(__file__).parent
KINDS = ("syntax", "semantic", "antipattern", "valid")
DIALECTS = ("postgres", "sqlite", "duckdb")
SCHEMAS = {"postgres": "music.sql", "sqlite": "music_sqlite.sql", "duckdb": "shop.sql"}

_TITLE = re.compile(r"^-- case: (.+)\n", re.MULTILINE)
_REMARK = re.compile(r"-- (faults|expects|truth): (.+)\n")


@dataclass(frozen=True, slots=True)
class Case:
    """One text for `dialect`; `marks` are spans of `text`."""

    dialect: str
    kind: str
    title: str
    text: str
    marks: tuple[Span, ...]
    faults: int
    expects: tuple[str, ...]
    runs: bool

    def broken_at(self, span: Span) -> bool:
        """True if a mark lies within `span`: the statement there must be refused."""
        return any(span.start <= mark.start <= span.end for mark in self.marks)


def schema(dialect: str) -> Path:
    """The DDL file that the cases are about."""
    return HERE.parents[2] / "tests" / "fixtures" / "schemas" / SCHEMAS[dialect]


def read(dialect: str) -> list[Case]:
    """The cases of one dialect, in the order of the files."""
    cases: list[Case] = []
    for kind in KINDS:
        parts = _TITLE.split((HERE / dialect / f"{kind}.sql").read_text(encoding="utf-8"))
        for title, body in zip(parts[1::2], parts[2::2], strict=True):
            cases.append(_case(dialect, kind, title, body))
    return cases


def _case(dialect: str, kind: str, title: str, body: str) -> Case:
    remarks: dict[str, str] = {}
    while (found := _REMARK.match(body)) is not None:
        remarks[found[1]] = found[2]
        body = body[found.end() :]
    text, marks = _unmarked(body.rstrip() + "\n")
    return Case(
        dialect,
        kind,
        title,
        text,
        marks,
        int(remarks.get("faults", "1")),
        tuple(remarks.get("expects", "").split()),
        remarks.get("truth") != "none",
    )


def _unmarked(marked: str) -> tuple[str, tuple[Span, ...]]:
    text, marks = "", []
    for part in re.split("(«[^»]*»)", marked):
        if part.startswith("«"):
            marks.append(Span(len(text), len(text) + len(part) - 2))
            part = part[1:-1]
        text += part
    return text, tuple(marks)
