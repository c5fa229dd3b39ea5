"""Measures SQL in the strings of a long program: 10,000 lines of Python with 500 statements.

An edit is what the main loop does for one didChange message: the new text, and the SQL in step with it.
Beside it stands what tree-sitter alone takes to parse the same edit, its old tree at hand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import tree_sitter_python
from tree_sitter import Language, Parser

from benchmarks import measure, workspace
from benchmarks.measure import WARMING, Series, Session
from sureql.hosts import reading
from sureql.lsp import open_document
from sureql.lsp.open_document import OpenDocument
from sureql.syntax import dialects
from sureql.text.document import Change, Position
from sureql.text.encodings import Encoding

FUNCTION = '''def report_{number}(connection, least, names=()):
    """What report {number} says – of {number} rows."""
    found, seen = [], set()
    for name in names:
        if name in seen or not name.strip():
            continue
        seen.add(name)
    rows = connection.execute(
        """
{statement}        """,
        (least, {number}),
    )
    for row in rows:
        found.append({{"name": row[0], "rest": [one for one in row[1:] if one]}})
    return found
'''
FUNCTIONS, LINES = 500, 20
"""Statements of a file, and lines of the function around each."""
OUTSIDE, INSIDE = (2, 15), (9, 8)
"""Line of a function and column at which a letter is typed: in code, and in SQL."""


@dataclass(slots=True)
class Edits:
    """Seconds of each edit, and of tree-sitter's parsing of those outside SQL."""

    outside: Series = field(default_factory=Series)
    inside: Series = field(default_factory=Series)
    bare: Series = field(default_factory=Series)
    found: Series = field(default_factory=Series)
    """From the program's text to its SQL, which is done a little at a time when it is opened."""


def program(first: int, wrong_every: int) -> tuple[str, int]:
    """A program, and how many errors are in its SQL; no two `first` give equal texts."""
    wrong = [number % wrong_every == 0 for number in range(FUNCTIONS)]
    functions = (
        FUNCTION.format(number=number, statement=workspace.statement(first + number, wrong[number]))
        for number in range(FUNCTIONS)
    )
    return "".join(functions), sum(wrong)


def edits(tries: int) -> Edits:
    """Letters typed here and there in a program, in this process."""
    text, _ = program(0, 10)
    document = open_document.opened("file:///reports.py", text, 1, "python")
    assert len(document.sql.text) > 100 * FUNCTIONS
    dialect = dialects.get("postgres")
    found = Edits()
    for _ in range(3):
        begun = time.perf_counter()
        reading.of(text, "python", lambda _: False)
        found.found.values.append(time.perf_counter() - begun)
    parser = Parser(Language(tree_sitter_python.language()))
    for number in range(tries + WARMING):
        function = 7 + 37 * number % (FUNCTIONS - 10)
        outside, bare = _typed(document, parser, LINES * function + OUTSIDE[0], OUTSIDE[1])
        # The statements are made anew for whatever is asked next.
        document.script(dialect)
        inside, _ = _typed(document, parser, LINES * function + INSIDE[0], INSIDE[1])
        document.script(dialect)
        if number >= WARMING:
            found.outside.values.append(outside)
            found.inside.values.append(inside)
            found.bare.values.append(bare)
    return found


def _typed(document: OpenDocument, parser: Parser, line: int, column: int) -> tuple[float, float]:
    """What a typed letter takes us, and tree-sitter alone."""
    old = document.document.text
    tree = parser.parse(old.encode())
    place = Position(line, column)
    version = document.document.version + 1
    begun = time.perf_counter()
    (_,) = document.apply([Change("x", place, place)], version, Encoding.UTF16)
    took = time.perf_counter() - begun

    new = document.document.text
    offset = len("".join(old.splitlines(keepends=True)[:line])) + column
    assert new[offset] == "x"
    at = len(new[:offset].encode())
    begun = time.perf_counter()
    tree.edit(at, at, at + 1, (line, column), (line, column), (line, column + 1))
    parser.parse(new.encode(), tree)
    return took, time.perf_counter() - begun


async def opened(session: Session, tries: int) -> tuple[Series, Series]:
    """A program opened until the last error in its SQL is known, and the longest stall meanwhile."""
    programs = (program(1_000 * (number + 1), 10) for number in range(tries))
    return await measure.opened(session, programs, "python")
