"""Formatting by another program, made safe: what it may see, and which of its changes are kept.

The program gets the text with everything replaced that it may not understand: templates and
parameters by names, statements that do not parse by a plain query. Of what it returns, a statement
is taken over only if it says the same as before, comments included.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sureql.syntax import lexer, parse, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Script, Statement
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

Program = Callable[[str], str | tuple[int, ...]]
"""Formats a text, or gives the lines (from 0) that it cannot parse."""

_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Held:
    """A text in which names stand for some places, and what stood there. `lines` are the first lines
    of its statements."""

    text: str
    places: tuple[tuple[str, str], ...]
    lines: tuple[int, ...]


def edits(
    parsed: Script,
    program: Program,
    chosen: Span | None = None,
    settled: Collection[str] = (),
) -> tuple[TextEdit, ...]:
    """What `program` changes in a document, or in its statements that overlap `chosen`.

    Statements in `settled` are known to be formatted: the program is spared them.
    """
    shown = {
        index
        for index, part in enumerate(parsed.statements)
        if (chosen is None or (part.start <= chosen.end and chosen.start <= part.end))
        and part.text not in settled
        and is_plain(part, parsed.dialect)
    }
    for _ in range(_MOST_ROUNDS):
        if not shown:
            break
        held = _hold(parsed, shown)
        found = program(held.text)
        if isinstance(found, str):
            after = script.of(_restored(parsed, held, found), parsed.dialect)
            if len(after.statements) != len(parsed.statements):
                break
            return _taken(parsed, after, shown, gaps=chosen is None)
        # What the program cannot read it does not see again.
        unreadable = {bisect_right(held.lines, line) - 1 for line in found}
        if not unreadable & shown:
            break
        shown -= unreadable
    return ()


def _hold(parsed: Script, shown: Collection[int]) -> _Held:
    out: list[str] = []
    places: list[tuple[str, str]] = []
    lines: list[int] = []
    position = line = 0

    def put(text: str) -> None:
        nonlocal line
        out.append(text)
        line += text.count("\n")

    def name(start: int, end: int, prefix: str) -> None:
        nonlocal position
        put(parsed.text[position:start].replace("\r\n", "\n"))
        held = f"sureql_held_{len(places)}_"
        # As long as what it stands for, so that lines break where they would.
        held += "x" * (end - start - len(held) - len(prefix))
        places.append((held, parsed.text[start:end]))
        put(prefix + held)
        position = end

    for index, part in enumerate(parsed.statements):
        put(parsed.text[position : part.start].replace("\r\n", "\n"))
        position = part.start
        lines.append(line)
        if index not in shown:
            name(part.start, part.end, _select_like(part))
            continue
        for span in foreign(part, parsed.dialect):
            name(part.start + span.start, part.start + span.end, "")
    put(parsed.text[position:].replace("\r\n", "\n"))
    return _Held("".join(out), tuple(places), tuple(lines))


def _restored(parsed: Script, held: _Held, formatted: str) -> str:
    upper = held.text.upper()
    for name, original in held.places:
        lead = r"\bSELECT\s+" if f"SELECT {name}".upper() in upper else r"\b"
        # The original may hold backslashes, which mean something in a replacement.
        literal = original.replace("\\", r"\\")
        formatted = re.sub(rf"{lead}{name}\b", literal, formatted, flags=re.IGNORECASE)
    if "\r\n" in parsed.text:
        formatted = re.sub(r"\r?\n", "\r\n", formatted)
    return formatted


def _select_like(part: Statement) -> str:
    # Formatters follow the first keyword's case, which must not be one of ours.
    word = re.search(r"[^\W\d]+", part.masked)
    return "select " if word and word[0].islower() else "SELECT "


def foreign(part: Statement, dialect: Dialect) -> list[Span]:
    """Templates and parameters of a statement."""
    parameters = (
        token.span for token in lexer.code(part.text, dialect) if token.kind is Kind.PARAMETER
    )
    found = list(part.holes)
    found += [span for span in parameters if not any(hole.overlaps(span) for hole in found)]
    return sorted(found)


def is_plain(part: Statement, dialect: Dialect) -> bool:
    """True if the statement parses, and its templates stand where a name can stand."""
    if any(not hole.of(part.masked).strip() for hole in part.holes):
        return False
    parsed = parse.parse(part.masked, dialect)
    if parsed.problem is not None or parsed.refused:
        return False
    replaced = foreign(part, dialect)
    return not replaced or not any(
        token.start < span.end and span.start < token.end
        for token in lexer.tokens(part.masked, dialect)
        if token.kind in (Kind.COMMENT, Kind.STRING)
        for span in replaced
    )


def _taken(
    before: Script, after: Script, indexes: Collection[int], gaps: bool
) -> tuple[TextEdit, ...]:
    """The edits for statements that say the same, and, with `gaps`, for what is between them."""
    found = []
    old_end = new_end = 0
    for index, (old, new) in enumerate(zip(before.statements, after.statements, strict=True)):
        if gaps:
            found += _gap(before, after, Span(old_end, old.start), Span(new_end, new.start))
        old_end, new_end = old.end, new.end
        if index in indexes and old.text != new.text and _same(old, new, before.dialect):
            found.append(TextEdit(old.span, new.text))
    if gaps:
        old_rest, new_rest = Span(old_end, len(before.text)), Span(new_end, len(after.text))
        found += _gap(before, after, old_rest, new_rest)
    return tuple(found)


def _gap(before: Script, after: Script, old: Span, new: Span) -> list[TextEdit]:
    written, wanted = old.of(before.text), new.of(after.text)
    same = "".join(written.split()) == "".join(wanted.split())
    return [TextEdit(old, wanted)] if same and written != wanted else []


def _same(old: Statement, new: Statement, dialect: Dialect) -> bool:
    if _comments(old.text, dialect) != _comments(new.text, dialect):
        return False
    if _words(old.text, dialect) == _words(new.text, dialect):
        return True
    first, second = parse.parse(old.masked, dialect).tree, parse.parse(new.masked, dialect).tree
    return first is not None and first == second


def _comments(text: str, dialect: Dialect) -> list[str]:
    return [
        "".join(token.text.split())
        for token in lexer.tokens(text, dialect)
        if token.kind is Kind.COMMENT
    ]


def _words(text: str, dialect: Dialect) -> list[str]:
    exact = (Kind.STRING, Kind.QUOTED, Kind.PARAMETER)
    return [
        token.text if token.kind in exact else token.upper for token in lexer.code(text, dialect)
    ]
