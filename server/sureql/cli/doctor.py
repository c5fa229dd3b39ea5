"""`sureql doctor`: what was detected, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from sureql import __version__, app, settings
from sureql.catalog import wording
from sureql.catalog.model import Catalog
from sureql.cli import CLEAN, FINDINGS, examination, files, project
from sureql.cli.files import UnreadableError
from sureql.cli.finding import Finding
from sureql.cli.printable import printable
from sureql.hosts import grammars
from sureql.oracle import engines

_MARKS = {"ok": ("✓", "green"), "note": ("•", "cyan"), "warning": ("!", "yellow")}
_ENGINES = {
    "sqlite": "SQLite's own engine, in memory",
    "duckdb": "DuckDB, in memory",
    "postgres": "PostgreSQL's own engine",
}


def run(options: argparse.Namespace) -> int:
    """Report on the installation and on the project at a path."""
    path = Path(options.path)
    if not path.exists():
        raise UnreadableError(f"{path} does not exist.")
    findings = [*_installation(), *_project(path)]
    if options.format == "json":
        sys.stdout.write(
            json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2)
        )
        sys.stdout.write("\n")
    else:
        _show(findings)
    return FINDINGS if any(one.state == "warning" for one in findings) else CLEAN


def _installation() -> Iterator[Finding]:
    python = f"Python {platform.python_version()} on {platform.system()}"
    yield Finding("sureql", "ok", f"{__version__}, {python}, {Path(sys.argv[0]).resolve()}")
    parser = f"sqlglot {importlib.metadata.version('sqlglot')}"
    # The compiled parser is a distribution whose modules lie inside sqlglot's own package.
    if any(importlib.metadata.distributions(name="sqlglotc")):
        yield Finding("parser", "ok", f"{parser}, compiled")
    else:
        yield Finding(
            "parser",
            "note",
            f"{parser}, not compiled: large files are checked more slowly",
            "Use Python 3.11 or 3.12, for which a compiled parser exists.",
        )
    if importlib.util.find_spec("duckdb"):
        version = importlib.metadata.version("duckdb")
        yield Finding("duckdb", "ok", f"{version}: .duckdb files can be read")
    else:
        yield Finding(
            "duckdb",
            "note",
            "not installed: .duckdb files cannot be read",
            "uv tool install 'sureql[duckdb]'",
        )
    yield from _languages()
    yield from _cache()
    found = [name for name in ("nvim", "emacs", "hx", "code") if shutil.which(name)]
    if found:
        yield Finding("editors", "note", f"{', '.join(found)} on the PATH")
    if not shutil.which("sureql"):
        yield Finding(
            "PATH",
            "warning",
            "`sureql` is not on the PATH, so that editors will not find it",
            f"Add {Path(sys.argv[0]).resolve().parent} to the PATH.",
        )


def _languages() -> Iterator[Finding]:
    """The languages in whose strings SQL can be found."""
    needed = [
        one for one in grammars.names() if "grammar" in grammars.settings(one, grammars.INJECTIONS)
    ]
    read, missing = (
        [
            grammars.settings(one, grammars.INJECTIONS).get("shown as", one)
            for one in needed
            if (grammars.of(one) is not None) == here
        ]
        for here in (True, False)
    )
    yield Finding(
        "languages",
        "ok",
        f"SQL is found in the strings of {', '.join(dict.fromkeys(read)) or 'none'}",
    )
    if missing:
        yield Finding(
            "languages",
            "note",
            f"not installed: {', '.join(missing)}",
            "uv tool install 'sureql[hosts]'",
        )


def _cache() -> Iterator[Finding]:
    folder = settings.cache_folder(os.environ)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            yield Finding("cache", "ok", str(folder))
    except OSError as problem:
        yield Finding(
            "cache",
            "warning",
            f"{folder} cannot be written ({problem.strerror})",
            "Make it writable, or name another folder in SUREQL_CACHE.",
        )


def _project(path: Path) -> Iterator[Finding]:
    place = project.of(path)
    yield Finding("workspace", "ok", str(place.root))
    for problem in place.problems:
        yield Finding("settings", "warning", problem.message, "Correct it; the rest is used.")
    found = place.catalog(path)
    below = place.below(path)
    set_by_hand = bool(place.options.dialect_of(below))
    yield Finding("dialect", "ok", f"{found.dialect} ({'set' if set_by_hand else 'detected'})")
    yield from _schema(found)
    yield _judge(found)
    yield from examination.findings(place.options, os.environ)
    found_here = files.find([str(place.root)])
    count = sum(path.suffix.lower() in files.SUFFIXES for path, _ in found_here)
    yield Finding("history", "ok", f"learns from {count} .sql file{'s' if count != 1 else ''} here")


def _schema(found: Catalog) -> Iterator[Finding]:
    if not found.sources:
        yield Finding(
            "schema",
            "note",
            "none was found: keywords and your own names are completed, names are not checked",
            "Put DDL or migrations into the project, or set `schema` in sureql.toml.",
        )
        return
    relations = sum(len(schema.relations) for schema in found.schemas.values())
    shown = ", ".join(found.sources[:3]) + (", ..." if len(found.sources) > 3 else "")
    yield Finding("schema", "ok", f"{wording.relations(relations)} from {shown}")
    opened = [schema.name for schema in found.schemas.values() if not schema.closed]
    if found.project is not None:
        whole = found.project.complete
        yield Finding(
            "dbt",
            "ok" if whole else "note",
            f"project `{found.project.name}`"
            + ("" if whole else ": names that `ref` does not find are no errors"),
            "" if whole else "Run `dbt deps` to install its packages.",
        )
    elif opened and not found.closed:
        yield Finding(
            "schema",
            "note",
            f"{', '.join(opened)} may hold more than was read: unknown names there are no errors",
            "" if found.problems else "Add the missing DDL to make it complete.",
        )
    for gap in found.problems[:10]:
        yield Finding("schema", "warning", f"{gap.path}:{gap.line + 1}: {gap.message}")
    if len(found.problems) > 10:
        yield Finding("schema", "warning", f"and {len(found.problems) - 10} more")


def _judge(found: Catalog) -> Finding:
    engine = _ENGINES.get(found.dialect)
    if found.project is not None:
        return Finding("judge", "note", "dbt's models are resolved, and no engine is asked")
    if app.judge(found):
        return Finding("judge", "ok", f"{engine}, checks every suggestion")
    if engines.available(found.dialect):
        return Finding("judge", "ok", f"{engine}, checks statements")
    return Finding(
        "judge",
        "note",
        f"no engine for {found.dialect}: statements are parsed and their names resolved",
        f"Run `uv tool install 'sureql[{found.dialect}]'` to let one judge." if engine else "",
    )


def _show(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(one.topic) for one in findings)
    for one in findings:
        mark, style = _MARKS[one.state]
        console.print(
            Styled.assemble(
                (f"{mark} ", style), (one.topic.ljust(width), "bold"), f"  {printable(one.text)}"
            )
        )
        if one.advice:
            console.print(Styled.assemble(" " * (width + 4), (f"→ {printable(one.advice)}", "dim")))
