"""The composition root: pairs what the core asks for with the adapters that provide it.

Used by the server and by the command line. Importing it imports everything that is slow to import.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sureql.catalog import model as catalog
from sureql.history import model as history
from sureql.ide.completion import complete as popup
from sureql.ide.diagnostics import runner
from sureql.inline import complete as ghost_text
from sureql.inline.cache import Cache
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.ports.judge import Judge
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.syntax.script import Script
from sureql.workers import catalogs, documents
from sureql.workers.requests import Loaded

if TYPE_CHECKING:
    from sureql.assistant.exchange import Exchange
    from sureql.settings.options import Options

NO_HISTORY = history.NOTHING
guess_dialect = documents.guess_dialect
dialect_of = documents.dialect_of


def no_catalog(dialect: str) -> catalog.Catalog:
    """The catalog of a file without any schema: nothing is known, so nothing is wrong."""
    return catalog.empty(dialect)


def open_catalog(loaded: Loaded) -> catalog.Catalog:
    """The schema that was left in a cache file; decoded as it is used."""
    return catalogs.opened(loaded.file) or no_catalog(loaded.dialect)


def judge(schema: catalog.Catalog) -> Judge | None:
    """The engine that answers for `schema`, None if there is none here."""
    return judges.for_catalog(schema)


def snapshot(uri: str, path: str, version: int, parsed: Script, base: catalog.Catalog) -> Snapshot:
    """One version of a document with the schema it is checked against."""
    return Snapshot(uri, path, version, parsed, base)


def complete(seen: Snapshot, offset: int, past: history.History) -> tuple[Item, ...]:
    """Up to three ghost texts at `offset`, as if the user had asked for them."""
    request = Request(seen, offset, past, invoked=True, judge=judge(seen.base))
    return ghost_text.complete(request, Cache())


def exchange(options: Options, variables: Mapping[str, str]) -> Exchange | None:
    """The model that the user has named, on the user's terms; None if there is none."""
    raise NotImplementedError


def warm_up() -> None:
    """Do once what a first keystroke does, so that the user's own is quick."""
    seen = snapshot("", "", 0, script.of(_SAMPLE, dialects.get("postgres")), no_catalog("postgres"))
    popup.complete(seen, len(_SAMPLE))
    ghost_text.complete(Request(seen, len(_SAMPLE), NO_HISTORY), Cache())
    runner.document(seen)
    collect_rarely()


def collect_rarely() -> None:
    """What is alive now stays: looking through it at every full collection would be felt in typing,
    and would make a forked process copy it."""
    gc.freeze()
    # Full collections stop everything for tens of milliseconds: the server runs them in pauses.
    # The others look through 50,000 objects at most, which takes some eight milliseconds.
    gc.set_threshold(10_000, 5, 400)


_SAMPLE = "SELECT a.b, count(*) FROM a JOIN c ON c.id = a.id WHERE a.b = 1 GROUP BY "
