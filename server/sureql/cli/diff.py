"""`sureql diff`: do the queries of two files return the same rows?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sureql import app, settings
from sureql.catalog.model import Catalog
from sureql.cli import CLEAN, FINDINGS, files, project
from sureql.cli.files import Text
from sureql.cli.printable import as_json
from sureql.cli.project import Project
from sureql.cli.reports import verdict as report
from sureql.equivalence import compare, told
from sureql.equivalence.model import Kind, Means, OpenExecutor, Question, Verdict
from sureql.oracle import engines
from sureql.oracle.executors import open as executors
from sureql.ports.errors import ConfigurationError
from sureql.semantics import ddl, parsed
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import parse, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement

INCONCLUSIVE = 3
"""The exit code that says that nothing is known."""
_WORST = (Kind.DIFFERENT, Kind.INCONCLUSIVE, Kind.NO_DIFFERENCE, Kind.PROVED)
_CODES = {Kind.DIFFERENT: FINDINGS, Kind.INCONCLUSIVE: INCONCLUSIVE}


def run(options: argparse.Namespace) -> int:
    """Compare the statements of both files in order, and print what was found out."""
    if options.seconds <= 0:
        raise ConfigurationError("--seconds takes a number above 0.")
    first, second = _texts(options)
    place = project.of(_home(first, second).path, options.schema, options.dialect)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    home = _home(first, second)
    base = place.catalog(home.path)
    # Both are read as what the first one is, however the second one looks.
    dialect = place.dialect(home, base)
    before, after = (_snapshot(text, base, dialect) for text in (first, second))
    befores, afters = _queries(first, before), _queries(second, after)
    left, right = len(befores), len(afters)
    if left != right:
        raise ConfigurationError(
            f"{first.path} has {_counted(left)} and {second.path} has {_counted(right)}: "
            "they are compared in order, one with one."
        )
    pairs = list(zip(befores, afters, strict=True))
    verdicts = _compared(pairs, before, _opener(place, home, dialect), options)
    worst = min(verdicts, key=lambda one: _WORST.index(one.kind))
    if options.format == "json":
        found = told.as_json(worst)
        if len(verdicts) > 1:
            found["statements"] = [told.as_json(one) for one in verdicts]
        sys.stdout.write(as_json(found))
    else:
        report.write(verdicts, worst, (str(first.path), str(second.path)))
    return _CODES.get(worst.kind, CLEAN)


def _texts(options: argparse.Namespace) -> tuple[Text, Text]:
    if options.first == options.second == files.STDIN:
        raise ConfigurationError("Only one of the two can be `-`, which is standard input.")
    return files.read_or_stdin(options.first), files.read_or_stdin(options.second)


def _home(first: Text, second: Text) -> Text:
    """The file whose project both belong to."""
    return second if first.path == Path(files.STDIN) else first


def _snapshot(text: Text, base: Catalog, dialect: Dialect) -> Snapshot:
    full = text.path.resolve()
    return app.snapshot(full.as_uri(), str(full), 0, script.of(text.content, dialect), base)


def _queries(text: Text, snapshot: Snapshot) -> Sequence[Statement]:
    """The statements to compare: all but those that make the tables. Raises ConfigurationError for
    a text that is no SQL."""
    found = [
        one
        for one in snapshot.script.statements
        if one.kind and not ddl.may_change(one.masked, one.kind)
    ]
    if not found:
        raise ConfigurationError(f"There is no query in {text.path}.")
    for one in found:
        if parsed.tree(one.masked, snapshot.script.dialect) is None:
            problem = parse.parse(one.masked, snapshot.script.dialect).problem
            line, column = text.place(one.start + (problem.span.start if problem else 0))
            said = problem.message if problem else "This is not understood."
            raise ConfigurationError(f"{text.path}:{line}:{column}: {said}")
    return found


def _compared(
    pairs: Sequence[tuple[Statement, Statement]],
    snapshot: Snapshot,
    opener: OpenExecutor | None,
    options: argparse.Namespace,
) -> list[Verdict]:
    verdicts = []
    with Console(stderr=True).status("Comparing ...") as status:

        def tried(databases: int) -> None:
            status.update(f"Comparing ... {databases:,} databases")

        for first, second in pairs:
            if _templated(first) or _templated(second):
                hidden = "A template hides part of the statement."
                verdicts.append(Verdict(Kind.INCONCLUSIVE, reason=hidden))
                continue
            question = Question(
                first.text,
                second.text,
                snapshot.catalog_at(first),
                snapshot.script.dialect.name,
                options.seconds,
                columns=not options.any_names,
            )
            verdicts.append(compare.compare(question, Means(opener, tried=tried)))
    return verdicts


def _templated(statement: Statement) -> bool:
    return any(
        statement.text.startswith(("{", "${", "#{", "<"), hole.start) for hole in statement.holes
    )


def _opener(place: Project, text: Text, dialect: Dialect) -> OpenExecutor | None:
    """What runs the queries; None if the user wants no engine, or there is none."""
    chosen = place.options.judge
    if not chosen.enabled:
        return None
    sources = place.options.schema_of(place.below(text.path))
    folder = str(settings.cache_folder(os.environ))
    spec = engines.spec_for(dialect.name, sources, chosen.postgres, folder, chosen.deadline / 1000)
    return executors.opener(dialect.name, spec)


def _counted(count: int) -> str:
    return f"{count} quer{'y' if count == 1 else 'ies'}"
