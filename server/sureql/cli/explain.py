"""`sureql explain`: the statements of a file in plain words."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text as Styled

from sureql.cli import CLEAN, files, project, there
from sureql.cli.files import Text
from sureql.cli.printable import as_json, printable
from sureql.cli.project import Project
from sureql.ide.explain import told
from sureql.ide.explain.wording import harmless
from sureql.ports.errors import ConfigurationError
from sureql.workers.context import Context
from sureql.workers.jobs import explain_statement
from sureql.workers.requests import Explained, ExplainStatement, Where

_DIAGRAM = re.compile(r"(?:^#+ [^\n]*\n+)?^```mermaid\n.*?^```\n?", re.DOTALL | re.MULTILINE)
# It is done right here: nobody listens, nobody cancels.
_ALONE = Context(report=lambda _: None, cancelled=lambda: False)


def run(options: argparse.Namespace) -> int:
    """Print one explanation, or one of every statement."""
    read = files.read_or_stdin(options.file)
    place = project.of(read.path, options.schema, options.dialect)
    text = place.sql(read)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    found: list[Explained] = []
    places: list[tuple[int, int]] = []
    wanted = [*there.statements(place, text, options.at, connected=options.plan)]
    plan = _written(options.plan_from, len(wanted))
    for _, where in wanted:
        one = explain_statement.run(ExplainStatement(where, options.plan, *plan), _ALONE)
        if options.reword:
            one = _reworded(place, text, where, one)
        found.append(one)
        places.append(text.place(where.offset))
        if one.no_plan:
            line, _ = places[-1]
            sys.stderr.write(f"sureql: {text.path}:{line}: no plan: {printable(one.no_plan)}\n")
    if options.format == "json":
        listed = [
            {**told.as_json(one.explanation), "line": line, "column": column}
            for one, (line, column) in zip(found, places, strict=True)
        ]
        sys.stdout.write(as_json(listed))
    elif options.format == "markdown":
        pages = "\n\n".join(one.explanation.markdown.strip() for one in found)
        sys.stdout.write(printable(pages) + "\n")
    else:
        _show(text, found, [line for line, _ in places])
    return CLEAN


def _written(name: str | None, statements: int) -> tuple[str | None, str]:
    """The plan in a file and what its numbers rest on. Raises SureqlError."""
    if name is None:
        return None, ""
    if statements > 1:
        raise ConfigurationError(
            f"A plan is that of one statement: say which of the {statements} with --at LINE:COL."
        )
    return files.read_or_stdin(name).content, "the plan that was given"


def _reworded(place: Project, text: Text, where: Where, found: Explained) -> Explained:
    """The same, with what a model says of it in front."""
    from sureql.cli import by_model  # Only who wants it waits for its library.

    told_of = found.explanation
    words, why = by_model.reworded(place, place.snapshot(text), where.offset, told_of)
    if why:
        sys.stderr.write(f"sureql: {printable(why)}\n")
    if not words:
        return found
    markdown = f"{harmless(' '.join(words))}\n\n{told_of.markdown}"
    return replace(found, explanation=replace(told_of, markdown=markdown))


def _show(text: Text, found: list[Explained], lines: list[int]) -> None:
    console = Console(highlight=False)
    for one, line in zip(found, lines, strict=True):
        if len(found) > 1:
            console.rule(Styled(f"{text.path}:{line}", "bold"), align="left", style="dim")
            console.print()
        # A terminal draws no diagrams.
        console.print(Markdown(printable(_DIAGRAM.sub("", one.explanation.markdown))))
