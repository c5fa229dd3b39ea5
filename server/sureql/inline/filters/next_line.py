"""Drops or cuts a proposal whose lines stand on the next lines of the document already."""

from __future__ import annotations

from sureql.inline.filters.around import Around


def apply(insert: str, around: Around) -> str | None:
    """Compared without blanks and letter case."""
    following = [_plain(line) for line in around.after.split("\n")[:4]]
    following = [line for line in following if line]
    if not following:
        return insert
    lines = insert.split("\n")
    if _plain(lines[0]) == following[0] and len(lines) == 1:
        return None
    kept: list[str] = []
    for line in lines:
        if kept and _plain(line) and _plain(line) == following[0]:
            break
        kept.append(line)
    text = "\n".join(kept).rstrip("\n")
    return text if len(text.strip()) > len(around.typed) else None


def _plain(line: str) -> str:
    return " ".join(line.lower().rstrip(";,").split())
