"""The labels: which string literals of real repositories are SQL, read and judged one by one.

The repositories' code is not kept here. A label names a literal by repository, commit, file and
offset (code points), with a hash of its text, so that a label on other text is noticed.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sureql.text.span import Span

HERE = Path(__file__).parent
SQL, TEXT, PART, NO = "sql", "text", "part", "no"
"""Sent to a database; SQL, but only compared or shown; a piece of a statement; anything else."""


@dataclass(frozen=True, slots=True)
class Repository:
    """`half` is "tuned" if misses in it were looked into, else "unseen"."""

    name: str
    commit: str
    half: str

    @property
    def folder(self) -> str:
        return self.name.replace("/", "+")


@dataclass(frozen=True, slots=True)
class Label:
    span: Span
    label: str
    digest: str

    def fits(self, text: str) -> bool:
        """Does the labelled literal stand in `text`?"""
        return digest(self.span.of(text)) == self.digest


def digest(literal: str) -> str:
    return hashlib.sha256(literal.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def repositories() -> list[Repository]:
    return [
        Repository(row["repository"], row["commit"], row["half"])
        for row in _rows(HERE / "repositories.tsv")
    ]


def labelled() -> dict[tuple[str, str], list[Label]]:
    """The labels of each file, by repository and path, in order."""
    found: dict[tuple[str, str], list[Label]] = {}
    for row in _rows(HERE / "labels.tsv"):
        span = Span(int(row["start"]), int(row["end"]))
        label = Label(span, row["label"], row["sha256"])
        found.setdefault((row["repository"], row["file"]), []).append(label)
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")
