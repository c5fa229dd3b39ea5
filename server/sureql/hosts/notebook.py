"""Notebooks as files: JSON whose cells' lines are strings, in which code stands, in which SQL stands."""

from __future__ import annotations

import json
import json.decoder
import json.scanner
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from sureql.hosts import building, quoting
from sureql.hosts.literals import Piece, Said
from sureql.hosts.model import Kind, Literal, Origin, Quoting, Region, Segment
from sureql.text.span import Span

Reader = Callable[[str, str], tuple[Region, ...]]
"""The regions of a cell's code, which is of a language by its editors' name for it."""

_HOW = Quoting('"', "json")


class _Placed(str):
    """A JSON string that knows where its text stands in the file."""

    place = Span(0, 0)


def regions(text: str, read: Reader) -> tuple[Region, ...]:
    """The SQL of all cells of a notebook's file; none if it is not valid."""
    try:
        notebook = _decoder().decode(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(_regions(text, notebook, read))


def _regions(text: str, notebook: Any, read: Reader) -> Iterator[Region]:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return
    usual = _language(notebook.get("metadata"), "kernelspec", "language") or "python"
    for cell in notebook["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        parts = _parts(text, cell.get("source"))
        if not parts:
            continue
        language = _language(cell.get("metadata"), "vscode", "languageId") or usual
        whole = building.region(parts, Origin.CELL)
        if language == "sql":
            yield whole
            continue
        for inner in read(whole.text, language):
            yield _within(whole, inner)


def _language(metadata: Any, part: str, key: str) -> str:
    inside = metadata.get(part) if isinstance(metadata, dict) else None
    found = inside.get(key) if isinstance(inside, dict) else None
    return str(found).lower() if isinstance(found, str) else ""


def _parts(text: str, source: Any) -> list[Said | Piece]:
    """The lines of a cell, as literals that are joined."""
    lines = source if isinstance(source, list) else [source]
    return [_said(text, line.place) for line in lines if isinstance(line, _Placed)]


def _said(text: str, place: Span) -> Said:
    pieces, position = [], place.start
    for start, end, meaning in quoting.decoded(place.of(text), _HOW):
        start, end = start + place.start, end + place.start
        if start > position:
            pieces.append(Piece(Kind.PLAIN, text[position:start], Span(position, start)))
        pieces.append(Piece(Kind.ESCAPE, meaning, Span(start, end)))
        position = end
    if position < place.end:
        pieces.append(Piece(Kind.PLAIN, text[position : place.end], Span(position, place.end)))
    return Said(place, _HOW, tuple(pieces))


def _within(outer: Region, inner: Region) -> Region:
    """A region of the text that `outer` says, as one of the file. Text of a literal inside a literal
    would have to be written twice over, so that only what is in one can be changed."""
    start = _place(outer, inner.host.start, after=True)
    end = max(start, _place(outer, inner.host.end, after=False))
    segments: list[Segment] = []
    for one in inner.segments:
        host = one.host.shift(inner.host.start)
        if one.kind is not Kind.PLAIN:
            first = _place(outer, host.start, after=True)
            place = Span(first, max(first, _place(outer, host.end, after=False)))
            segments.append(Segment(one.kind, one.sql, place.shift(-start)))
            continue
        index = max(0, bisect_right(outer.segments, host.start, key=_sql_start) - 1)
        for part in outer.segments[index:]:
            if part.sql.start >= host.end:
                break
            shared = Span(max(part.sql.start, host.start), min(part.sql.end, host.end))
            if shared.start < shared.end:
                sql = shared.shift(one.sql.start - host.start)
                place = part.host
                if part.kind is Kind.PLAIN:
                    place = shared.shift(part.host.start - part.sql.start)
                segments.append(Segment(part.kind, sql, place.shift(outer.host.start - start)))
    literals = tuple(_literals(outer, inner, start)) if inner.origin is Origin.CELL else ()
    host, said = Span(start, end), tuple(segments)
    return inner._replace(host=host, segments=said, literals=literals)


def _literals(outer: Region, inner: Region, start: int) -> Iterator[Literal]:
    """The file's literals of a region that is plain text of the cell."""
    for one in outer.literals:
        sql = Span(max(one.sql.start, inner.host.start), min(one.sql.end, inner.host.end))
        if sql.start < sql.end or sql == inner.host:
            first = _place(outer, sql.start, after=True)
            place = Span(first, max(first, _place(outer, sql.end, after=False)))
            yield Literal(sql.shift(-inner.host.start), place.shift(-start), one.quoting)


def _place(outer: Region, at: int, *, after: bool) -> int:
    """Where an offset of the text that `outer` says stands in the file."""
    for one in outer.segments:
        if at < one.sql.end or (at == one.sql.end and not after) or one is outer.segments[-1]:
            if one.kind is Kind.PLAIN:
                return outer.host.start + one.host.start + min(at - one.sql.start, len(one.host))
            edge = one.host.start if at <= one.sql.start else one.host.end
            return outer.host.start + edge
    return outer.host.start


def _sql_start(segment: Segment) -> int:
    return segment.sql.start


def _decoder() -> json.JSONDecoder:
    """A decoder of JSON that keeps where the values that are strings stand."""
    decoder = json.JSONDecoder()

    def placed(text: str, start: int, strict: bool = True) -> tuple[str, int]:
        value, end = json.decoder.scanstring(text, start, strict)  # type: ignore[attr-defined]
        found = _Placed(value)
        found.place = Span(start, end - 1)
        return found, end

    decoder.parse_string = placed  # type: ignore[attr-defined]
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    return decoder
