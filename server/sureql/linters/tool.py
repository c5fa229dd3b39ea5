"""sqruff or sqlfluff as a program: which one, and one run of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sureql.linters import settings
from sureql.linters.settings import Sections
from sureql.ports.errors import LintError
from sureql.ports.provider import GIVEN_KEYS
from sureql.ports.style import UNPARSABLE, Remark

TIME_LIMIT = 20.0
LARGEST = 1_000_000
"""Characters; larger files are dumps, which nobody formats."""
FORMATTING = "layout,CP01,CP03,CP04,CP05"
"""The rules that change how SQL looks and not what it says: CP02 changes the case of names."""

# A comment in the file can change settings too; what only concerns rules may.
_INLINE = re.compile(r"^\s*--\s*sqlfluff:(?!rules|layout|indentation|max_line)")
_DIALECTS = {
    "": "ansi",
    "postgres": "postgres",
    "spark": "sparksql",
    "databricks": "databricks",
    "tsql": "tsql",
}
_KNOWN = frozenset(
    [
        "ansi",
        "athena",
        "bigquery",
        "clickhouse",
        "databricks",
        "db2",
        "doris",
        "duckdb",
        "exasol",
        "flink",
        "greenplum",
        "hive",
        "impala",
        "mariadb",
        "materialize",
        "mysql",
        "oracle",
        "postgres",
        "redshift",
        "snowflake",
        "sparksql",
        "sqlite",
        "starrocks",
        "teradata",
        "trino",
        "tsql",
        "vertica",
    ]
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, the workspace's settings for a file, and whether the workspace has any."""

    name: str
    program: tuple[str, ...]
    sections: Sections
    dialect: str
    configured: bool


_UNPARSABLE = re.compile(r"L:\s*(\d+) \| P:\s*\d+ \|\s*(?:\?{4}|PRS)")


def chosen(setting: str, root: Path, path: Path, dialect: str) -> Tool | None:
    """The tool for the file at `path`, None if there is none or the user wants none."""
    if setting == "off":
        return None
    sections, files = settings.found(root, path)
    wanted: tuple[str, ...] = ("sqruff", "sqlfluff")
    if any(file.name != ".sqruff" for file in files) and not any(
        f.name == ".sqruff" for f in files
    ):
        wanted = ("sqlfluff", "sqruff")
    if setting != "auto":
        wanted = (setting,)
    for name in wanted:
        if program := _program(name):
            known = _DIALECTS.get(dialect, dialect)
            known = known if known in _KNOWN else "ansi"
            return Tool(name, program, sections, known, bool(files))
    return None


def formatted(tool: Tool, text: str, rules: str = FORMATTING) -> str | tuple[int, ...]:
    """`text` after the fixes of `rules`, or the lines (from 0) that the tool cannot parse.

    Raises LintError if the tool fails.
    """
    fix = ["fix", "-"] if tool.name == "sqruff" else ["fix", "--quiet", "--nocolor", "-"]
    done = _run(tool, fix, text, rules)
    if lines := tuple(int(line) - 1 for line in _UNPARSABLE.findall(done.stderr)):
        return lines
    if done.returncode not in (0, 1) or (text.strip() and not done.stdout.strip()):
        raise LintError(f"{tool.name} failed: {_last_line(done.stderr)}")
    return done.stdout


def remarks(tool: Tool, text: str) -> tuple[Remark, ...]:
    """What the tool says about `text`, places that it cannot parse included (`UNPARSABLE`).

    Raises LintError if the tool fails.
    """
    lint = ["lint", "--format", "json", "-"]
    if tool.name == "sqruff":
        lint.insert(0, "--parsing-errors")
    done = _run(tool, lint, text, "")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise LintError(f"{tool.name} failed: {_last_line(done.stderr)}") from None
    if tool.name == "sqruff":
        return tuple(_of_sqruff(one) for listed in found.values() for one in listed)
    return tuple(_of_sqlfluff(one) for file in found for one in file["violations"])


def _of_sqruff(found: dict[str, Any]) -> Remark:
    start = found["range"]["start"]
    code = found.get("code") or UNPARSABLE[0]
    return Remark(code, found["message"], start["line"] - 1, start["character"] - 1)


def _of_sqlfluff(found: dict[str, Any]) -> Remark:
    line, column = found["start_line_no"] - 1, found["start_line_pos"] - 1
    return Remark(found["code"], found["description"], line, column)


def _run(tool: Tool, words: list[str], text: str, rules: str) -> subprocess.CompletedProcess[str]:
    if len(text) > LARGEST:
        raise LintError("The file is too large to be formatted.")
    # The tools end lines where Python does, which is in more places than SQL.
    if found := next((match for line in text.splitlines() if (match := _INLINE.match(line))), None):
        raise LintError(f"{tool.name} was not run: a comment sets `{found[0].strip()}…`.")
    with tempfile.TemporaryDirectory(prefix="sureql-") as folder:
        file = Path(folder) / "settings.cfg"
        file.write_text(settings.written(tool.sections, tool.dialect, rules), encoding="utf-8")
        options = ["--config", str(file), "--ignore-local-config", "--library-path", "none"]
        if tool.name == "sqruff":
            command = [*tool.program, *options, *words]
        else:
            command = [*tool.program, words[0], *options, "--templater", "raw", *words[1:]]
        try:
            # It runs in an empty folder: nothing of the workspace is loaded from the current one.
            return subprocess.run(
                command,
                input=text,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIME_LIMIT,
                cwd=folder,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            raise LintError(f"{tool.name} took longer than {TIME_LIMIT:.0f} s.") from None
        except OSError as error:
            raise LintError(f"{tool.name} cannot be started: {error.strerror}.") from None


def _environment() -> dict[str, str]:
    own = {name: text for name, text in os.environ.items() if name != GIVEN_KEYS}
    return {**own, "NO_COLOR": "1", "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}


def _program(name: str) -> tuple[str, ...]:
    beside = Path(sys.executable).parent / name
    if beside.exists():
        return (str(beside),)
    # Where the user's own PATH says; a relative entry would be the workspace's.
    places = [p for p in os.environ.get("PATH", "").split(os.pathsep) if Path(p).is_absolute()]
    found = shutil.which(name, path=os.pathsep.join(places))
    return (found,) if found else ()


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it printed nothing"
