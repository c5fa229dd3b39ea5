"""`sureql optimize`: faster forms of the statements of a file, each with its evidence."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.status import Status
from rich.text import Text as Styled

from sureql.cli import CLEAN, UNUSABLE, files, project, there
from sureql.cli.files import Text
from sureql.cli.printable import as_json, printable
from sureql.ide.optimise import admission, told
from sureql.ide.optimise.model import Candidate, IndexAdvice
from sureql.ports.errors import ConfigurationError
from sureql.syntax.script import Statement
from sureql.text.edits import apply_edits, lines_like, moved
from sureql.workers.context import Context
from sureql.workers.jobs import optimise_statement
from sureql.workers.requests import OptimiseStatement, Searched

Offer = tuple[Statement, Candidate | IndexAdvice]


def run(options: argparse.Namespace) -> int:
    """Print, or apply, what was found."""
    if options.seconds <= 0:
        raise ConfigurationError("--seconds takes a number above 0.")
    read = files.read_or_stdin(options.file)
    if options.apply is not None and read.path == Path(files.STDIN):
        raise ConfigurationError("--apply writes a file: name one instead of `-`.")
    place = project.of(read.path, options.schema, options.dialect)
    text = place.sql(read)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    offers: list[Offer] = []
    looked = False
    for statement, where in there.statements(place, text, options.at, connected=True):
        request = OptimiseStatement(where, options.seconds, time=options.time)
        with Console(stderr=True).status("Looking for faster forms ...") as status:
            found = optimise_statement.run(request, _telling(status))
        notes, candidates = [*found.notes], [*found.candidates]
        looked |= not found.refused or (found.refused == admission.NO_QUERY and not options.at)
        # That a file holds other statements than queries is no news, unless that one was meant.
        if found.refused and (options.at or found.refused != admission.NO_QUERY):
            notes.append(found.refused)
        if place.options.model.configured and not options.no_model:
            from sureql.cli import by_model  # Only who has named a model waits for its library.

            proposed, why = by_model.rewritten(place, place.snapshot(text), where)
            notes += [why] if why else []
            candidates += [proposed] if proposed is not None else []
        offers += [(statement, one) for one in candidates]
        offers += [(statement, one) for one in found.indexes]
        line, _ = _place(text, statement)
        for note in notes:
            sys.stderr.write(f"sureql: {text.path}:{line}: {printable(note)}\n")
    if options.apply is not None:
        return _apply(text, offers, options.apply)
    if options.format == "json":
        listed = [_as_json(text, *offer) for offer in offers]
        sys.stdout.write(as_json(listed))
    elif offers or looked:
        _show(text, offers)
    return CLEAN


def _telling(status: Status) -> Context:
    def report(value: Any) -> None:
        if isinstance(value, Searched):
            status.update(Styled(f"{value.message} ..."))

    return Context(report=report, cancelled=lambda: False)


def _as_json(text: Text, statement: Statement, found: Candidate | IndexAdvice) -> dict[str, Any]:
    line, column = _place(text, statement)
    if isinstance(found, IndexAdvice):
        return {**told.index_as_json(found), "line": line, "column": column}
    sql = lines_like(text.content, found.sql.strip())
    return {**told.as_json(found), "sql": sql, "line": line, "column": column}


def _place(text: Text, statement: Statement) -> tuple[int, int]:
    return text.place(statement.first)


def _show(text: Text, offers: list[Offer]) -> None:
    console = Console(highlight=False)
    if not offers:
        console.print(told.NOTHING)
        return
    shown = None
    for number, (statement, found) in enumerate(offers, start=1):
        if statement is not shown:
            line, _ = _place(text, statement)
            console.print(Styled(f"{text.path}:{line}", "bold"))
            shown = statement
        title = Styled(f" {number} ", "bold reverse")
        body = Group(Styled(printable(found.title), "bold"), *_body(statement, found))
        console.print(Panel(body, title=title, title_align="left", expand=False))
    if any(isinstance(one, Candidate) and one.edits for _, one in offers):
        console.print(Styled("Apply one with --apply NUMBER.", "dim"))


def _body(statement: Statement, found: Candidate | IndexAdvice) -> list[Styled]:
    if isinstance(found, IndexAdvice):
        said = [Styled(printable(line), "dim") for line in told.index_evidence(found)]
        return [Styled(printable(found.ddl), "green"), Styled(""), *said]
    if found.edits:
        after = apply_edits(statement.text, found.edits)
        lines = list(
            difflib.unified_diff(
                statement.text.strip().splitlines(), after.strip().splitlines(), lineterm="", n=2
            )
        )[3:]
    else:
        lines = found.sql.splitlines()
    styles = {"+": "green", "-": "red", "@": "dim cyan"}
    body = [Styled(printable(line), styles.get(line[:1], "")) for line in lines]
    said = [Styled(printable(line), "dim") for line in told.evidence(found)]
    return [*body, Styled(""), *said]


def _apply(text: Text, offers: list[Offer], number: int) -> int:
    """Write the file with one offer; nothing else in it is touched."""
    if not 1 <= number <= len(offers):
        there_are = f"there are {len(offers)}" if offers else "nothing was found"
        raise ConfigurationError(f"There is no rewrite {number} to apply: {there_are}.")
    statement, found = offers[number - 1]
    if isinstance(found, IndexAdvice) or not found.edits:
        raise ConfigurationError(f"Number {number} is advice: it can't be applied to the query.")
    edits = moved(found.edits, statement.start)
    content = text.edited(edits)
    if content is None:
        raise ConfigurationError(f"Number {number} can't be written in the strings of this file.")
    if files.read(text.path).content != text.file.content:
        sys.stderr.write(f"sureql: {text.path} has changed meanwhile; nothing was written.\n")
        return UNUSABLE
    text.file.write(content)
    sys.stderr.write(f"sureql: {printable(found.title)}: written to {text.path}.\n")
    return CLEAN
