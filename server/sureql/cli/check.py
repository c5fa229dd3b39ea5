"""`sureql check`: what is wrong in files, and the safe fixes of it."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sureql import settings
from sureql.cli import CLEAN, FINDINGS, UNUSABLE, codes, files, pool, project
from sureql.cli.checker import Checker, Result, Wishes
from sureql.cli.files import Text, UnreadableError
from sureql.cli.project import Project
from sureql.cli.reports import github, json, sarif, text
from sureql.cli.reports.plain import plain
from sureql.ports.errors import ConfigurationError
from sureql.storage import check_cache

REPORTS = {"text": text.write, "json": json.write, "sarif": sarif.write, "github": github.write}
STDIN = "-"


def run(options: argparse.Namespace) -> int:
    """Check, fix or show what fixing would change."""
    if options.diff and options.format != "text":
        raise ConfigurationError(f"--diff prints text: leave out --format {options.format}.")
    wishes = Wishes(
        fix=options.fix or options.diff,
        judge=not options.no_judge,
        only=codes.expanded(options.select) if options.select else None,
        off=codes.expanded(options.ignore) if options.ignore else frozenset(),
    )
    said = _Said()
    tasks = _tasks(options, said)
    results = _results(tasks, wishes, options)
    for result in results:
        for note in result.notes:
            said.once(note)
    if options.diff:
        changed = [_show_diff(result) for result in results]
        return FINDINGS if any(changed) else CLEAN
    if options.fix:
        _write(results)
        if STDIN in options.paths:
            return CLEAN if not _failing(results) else FINDINGS
    REPORTS[options.format](results)
    if any(result.failed for result in results):
        return UNUSABLE
    return FINDINGS if _failing(results) else CLEAN


@dataclass(slots=True)
class _Said:
    """What was said on standard error: each thing once."""

    _before: set[str] = field(default_factory=set)

    def once(self, message: str) -> None:
        if message not in self._before:
            self._before.add(message)
            sys.stderr.write(f"sureql: {plain(message)}\n")


def _tasks(options: argparse.Namespace, said: _Said) -> list[pool.Task]:
    """The files to check, each with its project; what is wrong with those is said."""
    if STDIN in options.paths:
        if len(options.paths) > 1:
            raise ConfigurationError("`-` is standard input: name no other file with it.")
        texts = [files.given(_standard_input(), options.stdin_filename)]
    else:
        found = list(files.find(options.paths))
        if not found:
            raise ConfigurationError(f"No .sql files in {', '.join(options.paths)}.")
        texts = [read for path, named in found if (read := _read(path, named, said))]
    opened: dict[Path, Project] = {}
    roots: dict[Path, Project] = {}
    tasks = []
    for each in texts:
        parent = each.path.absolute().parent
        if parent not in opened:
            place = project.of(each.path, options.schema, options.dialect)
            opened[parent] = roots.setdefault(place.root, place)
            for problem in place.problems:
                said.once(problem.message)
        place = opened[parent]
        # Loaded here, once: the processes find it in the cache.
        for trouble in place.loaded(each.path).problems if options.verbose else ():
            said.once(f"{trouble.path}:{trouble.line + 1}: {trouble.message}")
        place.loaded(each.path)
        if (sql := place.sql(each)).parts != ():
            tasks.append((place, sql))
    return tasks


def _results(
    tasks: Sequence[pool.Task], wishes: Wishes, options: argparse.Namespace
) -> list[Result]:
    use_cache = not (wishes.fix or options.no_cache or STDIN in options.paths)
    file = settings.cache_folder(os.environ) / "checks.sqlite"
    checker = Checker(wishes)
    keys = [checker.key(place, each) for place, each in tasks] if use_cache else []
    known = check_cache.read(file, keys)
    missing = [task for number, task in enumerate(tasks) if not (keys and keys[number] in known)]
    processes = options.jobs or (os.cpu_count() or 1 if len(missing) >= pool.WORTH else 1)
    fresh = {
        id(task): result
        for task, result in zip(
            missing, pool.run(missing, wishes, min(processes, len(missing))), strict=True
        )
    }
    if keys:
        made = {
            key: fresh[id(task)].found
            for key, task in zip(keys, tasks, strict=True)
            if id(task) in fresh and not (fresh[id(task)].notes or fresh[id(task)].failed)
        }
        check_cache.write(file, made)
    return [
        fresh[id(task)] if id(task) in fresh else Result(task[1], task[1], known[keys[number]])
        for number, task in enumerate(tasks)
    ]


def _read(path: Path, named: bool, said: _Said) -> Text | None:
    try:
        return files.read(path)
    except UnreadableError as problem:
        if named:
            raise
        said.once(f"left out: {problem}")
        return None


def _standard_input() -> str:
    return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")


def _write(results: Sequence[Result]) -> None:
    for result in results:
        if result.text.path == Path(STDIN):
            sys.stdout.write(result.text.file.content)
        elif result.text.file.content != result.before.file.content:
            result.text.file.write(result.text.file.content)


def _show_diff(result: Result) -> bool:
    name = str(result.before.path)
    lines = difflib.unified_diff(
        result.before.file.content.splitlines(keepends=True),
        result.text.file.content.splitlines(keepends=True),
        name,
        name,
    )
    changed = False
    for line in lines:
        changed = True
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return changed


def _failing(results: Sequence[Result]) -> bool:
    """True if something must be mended: hints and information are advice."""
    return any(one.severity in ("error", "warning") for result in results for one in result.found)
