"""Queries as they are often written, and slow: `antipatterns/*.sql`, for TPC-H's tables.

A file has one query, or one for each engine below lines such as `--- sqlite` or
`--- postgres duckdb`.
"""

from __future__ import annotations

import re
from pathlib import Path

SET = "antipatterns"
_FOLDER = Path(__file__).parent / "antipatterns"
_HEAD = re.compile(r"^--- ([a-z ]+)$", re.MULTILINE)


def queries(engine: str) -> dict[str, str]:
    """The queries for an engine by name; one that says nothing of it is left out."""
    found = {path.stem: _part(path.read_text(encoding="utf-8"), engine) for path in _files()}
    return {name: text for name, text in found.items() if text}


def _files() -> list[Path]:
    return sorted(_FOLDER.glob("*.sql"))


def _part(text: str, engine: str) -> str:
    pieces = _HEAD.split(text)
    if len(pieces) == 1:
        return text
    sections = zip(pieces[1::2], pieces[2::2], strict=True)
    return next((sql.strip() for names, sql in sections if engine in names.split()), "")
