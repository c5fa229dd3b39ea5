"""`sureql model`: models that sureql runs itself, and the keys of those that it does not."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from sureql import settings
from sureql.cli import CLEAN, UNUSABLE, project
from sureql.ports.errors import ModelRefused
from sureql.providers import keys
from sureql.providers.local import catalogue, download, fetch, gguf, server, shelf


@dataclass(frozen=True, slots=True)
class Listed:
    """`state` is here, running or fetchable; `size` is in bytes; `path` is '' if it is not here."""

    name: str
    title: str
    state: str
    size: int
    licence: str
    experimental: bool
    quality: str
    path: str


def run(options: argparse.Namespace) -> int:
    """Fetch, list or remove models, or keep a key."""
    cache = settings.cache_folder(os.environ)
    match options.action:
        case "fetch":
            return _fetch(options, cache)
        case "list":
            return _list(options.format, cache)
        case "remove":
            fetch.remove(options.name, cache)
            sys.stdout.write(f"Removed {options.name}.\n")
        case "login":
            return _logout() if options.remove else _login()
    return CLEAN


def _fetch(options: argparse.Namespace, cache: Path) -> int:
    with _bar() as progress:
        got = fetch.fetch(
            options.source, cache, progress, name=options.name or "", sha256=options.sha256 or ""
        )
    if not got.anew:
        sys.stdout.write(f"{got.name} is here already and whole.\n")
        return CLEAN
    sys.stdout.write(
        f"{got.name} is here, {_megabytes(got.file.stat().st_size)}. To use it, put this into your "
        f"own settings ({settings.user_file(os.environ)}):\n\n    [model]\n    local = "
        f"{json.dumps(got.name)}\n"
    )
    if not server.can_run():
        sys.stdout.write(f"\nTo run it, sureql needs an extra: {server.EXTRA}\n")
    return CLEAN


def _list(form: str, cache: Path) -> int:
    found = list(_models(cache))
    if form == "json":
        text = json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2)
        sys.stdout.write(text + "\n")
        return CLEAN
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "model", "", "size", "licence"):
        table.add_column(heading, justify="right" if heading == "size" else "left")
    for one in found:
        cells = (one.name, one.title, one.state, _megabytes(one.size), one.licence)
        table.add_row(*(escape(cell) for cell in cells))
    console = Console(highlight=False)
    console.print(table)
    for one in found:
        if one.quality:
            console.print(f"\n{escape(one.name)}, as measured: {escape(one.quality)}")
    console.print("\nModels run here are experimental.")
    return CLEAN


def _models(cache: Path) -> Iterator[Listed]:
    here = {file.stem: file for file in shelf.here(cache)}
    for known in catalogue.ENTRIES:
        file = here.pop(known.name, None)
        yield Listed(
            name=known.name,
            title=known.title,
            state="fetchable" if file is None else _state(file, cache),
            size=known.size,
            licence=known.licence,
            experimental=True,
            quality=known.quality,
            path="" if file is None else str(file),
        )
    for name, file in here.items():
        try:
            about = gguf.check(file)
        except ModelRefused:
            about = gguf.About(name="broken: remove it")
        yield Listed(
            name=name,
            title=about.name or about.architecture,
            state=_state(file, cache),
            size=file.stat().st_size,
            licence=about.licence or "not said",
            experimental=True,
            quality="",
            path=str(file),
        )


def _state(file: Path, cache: Path) -> str:
    return "running" if server.running(file, cache) else "here"


def _login() -> int:
    base_url = _endpoint()
    host = keys.host_of(base_url)
    if sys.stdin.isatty():
        key = getpass.getpass(f"Key for {host} (it is not shown): ", stream=sys.stderr)
    else:
        key = sys.stdin.readline()
    if not (key := key.strip()):
        sys.stderr.write("sureql: no key was given; nothing was changed.\n")
        return UNUSABLE
    keys.keep(base_url, key)
    sys.stdout.write(f"The key for {host} is in the system's keyring.\n")
    return CLEAN


def _logout() -> int:
    base_url = _endpoint()
    host = keys.host_of(base_url)
    removed = keys.forget(base_url)
    sys.stdout.write(
        f"The key for {host} was removed.\n" if removed else f"There was no key for {host}.\n"
    )
    return CLEAN


def _endpoint() -> str:
    model = project.of(Path()).options.model
    if model.local:
        raise ModelRefused("A model that sureql runs itself needs no key: model.local is set.")
    return model.base_url


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"


@contextmanager
def _bar() -> Iterator[download.Progress]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None, visible=False)

        def show(what: str, done: int, size: int) -> None:
            bars.update(task, description=what, completed=done, total=size or None, visible=True)

        yield show
