"""`sureql explain`: the statements of a file in plain words."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from sureql.cli import CLEAN, files, project, there
from sureql.cli.files import Text
from sureql.cli.printable import printable
from sureql.cli.project import Project
from sureql.ide.explain import told
from sureql.workers.context import Context
from sureql.workers.jobs import explain_statement
from sureql.workers.requests import Explained, ExplainStatement, Where

_DIAGRAM = re.compile(r"(?:^#+ [^\n]*\n+)?^```mermaid\n.*?^```\n?", re.DOTALL | re.MULTILINE)
# It is done right here: nobody listens, nobody cancels.
_ALONE = Context(report=lambda _: None, cancelled=lambda: False)


def run(options: argparse.Namespace) -> int:
    """Print one explanation, or one of every statement."""
    text = files.read(Path(options.file))
    place = project.of(text.path, options.schema, options.dialect)
    for problem in place.problems:
        sys.stderr.write(f"sureql: {problem.message}\n")
    found: list[Explained] = []
    for _, where in there.statements(place, text, options.at, connected=options.plan):
        one = explain_statement.run(ExplainStatement(where, options.plan), _ALONE)
        if options.reword:
            one = _reworded(place, text, where, one)
        found.append(one)
        if one.no_plan:
            sys.stderr.write(f"sureql: no plan: {printable(one.no_plan)}\n")
    if options.format == "json":
        listed = [told.as_json(one.explanation) for one in found]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
    elif options.format == "markdown":
        sys.stdout.write("\n\n".join(one.explanation.markdown.strip() for one in found) + "\n")
    else:
        _show(found)
    return CLEAN


def _reworded(place: Project, text: Text, where: Where, found: Explained) -> Explained:
    """The same, with what a model says of it in front."""
    from sureql.cli import by_model  # Only who wants it waits for its library.

    told_of = found.explanation
    words, why = by_model.reworded(place, place.snapshot(text), where.offset, told_of)
    if why:
        sys.stderr.write(f"sureql: {printable(why)}\n")
    if not words:
        return found
    markdown = f"{' '.join(words)}\n\n{told_of.markdown}"
    return replace(found, explanation=replace(told_of, markdown=markdown))


def _show(found: list[Explained]) -> None:
    console = Console(highlight=False)
    for number, one in enumerate(found):
        if number:
            console.rule(style="dim")
        # A terminal draws no diagrams.
        console.print(Markdown(printable(_DIAGRAM.sub("", one.explanation.markdown))))
