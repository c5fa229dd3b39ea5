"""Annotations of GitHub Actions: a workflow command per finding."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sureql.cli.checker import Result
from sureql.cli.reports.plain import plain

_LEVELS = {"error": "error", "warning": "warning"}
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(results: Sequence[Result]) -> None:
    """Print a line for each finding."""
    for result in results:
        for one in result.found:
            (line, column), (end_line, end) = result.text.between(one.span)
            places = f"line={line},endLine={end_line}"
            if line == end_line:
                # GitHub takes columns only within one line.
                places += f",col={column},endColumn={end}"
            path = plain(result.text.path.as_posix().translate(_PROPERTY))
            title = f"sureql ({one.code})".translate(_PROPERTY)
            message = plain(one.message.translate(_MESSAGE))
            level = _LEVELS.get(one.severity, "notice")
            sys.stdout.write(f"::{level} file={path},{places},title={title}::{message}\n")
