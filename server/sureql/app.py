"""The composition root: pairs what the core asks for with the adapters that provide it.

Used by the server and by the command line. Importing it imports everything that is slow to import.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sureql import settings
from sureql.assistant.terms import Terms
from sureql.catalog import model as catalog
from sureql.history import model as history
from sureql.ide.completion import complete as popup
from sureql.ide.diagnostics import runner
from sureql.inline import complete as ghost_text
from sureql.inline.cache import Cache
from sureql.inline.model import Item, Request
from sureql.oracle import judges
from sureql.ports.errors import ModelError
from sureql.ports.judge import Judge
from sureql.ports.ledger import Event
from sureql.ports.provider import Endpoint, Provider, Wire
from sureql.prompt.model import Limits, Place
from sureql.semantics import bare
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.syntax.script import Script
from sureql.workers import catalogs, documents
from sureql.workers.requests import Loaded

if TYPE_CHECKING:
    from sureql.assistant.budget import Meter
    from sureql.assistant.exchange import Exchange
    from sureql.assistant.ghost import Ghost
    from sureql.assistant.meanings import Meanings
    from sureql.settings.options import Options
    from sureql.storage.ledger import RequestLedger

NO_HISTORY = history.NOTHING
OPENAI = "https://api.openai.com/v1"
LOCAL_TOKENS = 1000
"""The most tokens for a model that sureql runs itself: two cores read them in some five seconds, of
which all but the last are spent once."""
guess_dialect = documents.guess_dialect
dialect_of = documents.dialect_of


def no_catalog(dialect: str) -> catalog.Catalog:
    """The catalog of a file without any schema: nothing is known, so nothing is wrong."""
    return catalog.empty(dialect)


def open_catalog(loaded: Loaded) -> catalog.Catalog:
    """The schema that was left in a cache file; decoded as it is used."""
    return catalogs.opened(loaded.file) or no_catalog(loaded.dialect)


def accepts(schema: catalog.Catalog) -> Callable[[str], bool]:
    """Tells which strings of a program are SQL although nothing around them says so: those that parse
    and name a table of `schema`."""
    return bare.accepts(schema)


def judge(schema: catalog.Catalog) -> Judge | None:
    """The engine that answers for `schema`, None if there is none here."""
    return judges.for_catalog(schema)


def snapshot(uri: str, path: str, version: int, parsed: Script, base: catalog.Catalog) -> Snapshot:
    """One version of a document with the schema it is checked against."""
    return Snapshot(uri, path, version, parsed, documents.schema_for(parsed.dialect, base))


def complete(
    seen: Snapshot,
    offset: int,
    past: history.History,
    options: Options | None = None,
    variables: Mapping[str, str] | None = None,
    path: str = "",
    tell: Callable[[str], object] = str,
) -> tuple[Item, ...]:
    """Up to three ghost texts at `offset`, as if the user had asked for them. A model is asked too
    if `options` name one: `tell` is called with what went wrong. `path` is the file's, relative to
    the workspace."""
    request = Request(seen, offset, past, invoked=True, judge=judge(seen.base))
    found = exchange(options, variables or {}) if options is not None else None
    if options is None or found is None:
        return ghost_text.complete(request, Cache())
    items, problem = asyncio.run(_with_model(found, request, options, path))
    if problem:
        tell(problem)
    return items


async def _with_model(
    found: Exchange, request: Request, options: Options, path: str
) -> tuple[tuple[Item, ...], str]:
    place = Place(request.snapshot, request.offset, hidden=options.privacy.ignore_tables)
    # Nobody types meanwhile: the answer may take its time.
    patient = replace(options.inline, wait=max(options.inline.wait, options.model.timeout))
    asked = ghost(found, found, replace(options, inline=patient))
    try:
        if found.provider.endpoint.own and found.provider.capabilities is None:
            # Without its grammar it would say nothing of use. What is wrong is told by its health.
            with contextlib.suppress(ModelError):
                await found.examine()
        return await asked.complete(request, Cache(), lambda: place, path), found.health.message
    finally:
        asked.close()
        await found.close()


def ledger(variables: Mapping[str, str]) -> RequestLedger:
    """What is remembered of requests to models and of ghost texts."""
    from sureql.storage.ledger import open_ledger

    return open_ledger(settings.cache_folder(variables))


def exchange(
    options: Options,
    variables: Mapping[str, str],
    *,
    meter: Meter | None = None,
    intent: bool = False,
) -> Exchange | None:
    """The model that the user has named, on the user's terms; None if there is none.

    `intent`: the one for whole statements. `meter` counts for a whole session. The first call
    imports what takes half a second, and the system's keyring may ask its user for a password: not
    for the event loop.
    """
    model = options.model
    if not model.configured:
        return None
    from sureql.assistant.exchange import Exchange
    from sureql.storage.answers import open_answers

    folder = settings.cache_folder(variables)
    provider = _provider(options, variables, folder / "endpoints.json", intent=intent)
    answers = open_answers(folder)
    return Exchange(provider, terms(options), ledger(variables), answers, meter=meter)


def meanings(options: Options, variables: Mapping[str, str], meter: Meter) -> Meanings | None:
    """The embeddings model that the user has named at the endpoint, on the user's terms; None if
    there is none. Not for the event loop, see `exchange`."""
    model = options.model
    if not (model.configured and model.embeddings) or model.local:
        return None  # What sureql runs itself writes, and no more.
    from sureql.assistant.meanings import Meanings

    named = replace(options, model=replace(model, name=model.embeddings))
    folder = settings.cache_folder(variables)
    provider = _provider(named, variables, folder / "endpoints.json", intent=False)
    return Meanings(provider, terms(options), ledger(variables), meter)


def _provider(
    options: Options, variables: Mapping[str, str], memory: Path, *, intent: bool
) -> Provider:
    model = options.model
    seconds = model.timeout / 1000
    family = "" if model.family == "auto" else model.family
    if model.local:
        from sureql.providers.local.provider import open_local

        folder = settings.cache_folder(variables)
        return open_local(model.local, folder, memory, timeout=seconds, family=family)
    from sureql.providers import keys
    from sureql.providers.openai_endpoint import open_endpoint

    base_url = model.base_url or OPENAI
    key, _ = keys.find(base_url, model.api_key_env, variables)
    endpoint = Endpoint(
        base_url,
        (model.intent_name if intent else "") or model.name,
        key,
        None if model.api == "auto" else Wire(model.api),
        family,
        model.headers,
        seconds,
    )
    return open_endpoint(endpoint, memory)


def terms(options: Options) -> Terms:
    """On what terms models are asked."""
    model, budget, privacy = options.model, options.budget, options.privacy
    return Terms(
        session_tokens=budget.session_tokens,
        day_tokens=budget.day_tokens,
        session_cost=budget.session_cost,
        day_cost=budget.day_cost,
        prices=(model.price_input, model.price_cached, model.price_output),
        local_only=privacy.local_only,
        offline=privacy.offline,
        redact=privacy.redact,
        mask_literals=privacy.mask_literals,
        log=privacy.log,
        ignore_paths=privacy.ignore_paths,
        ignore_tables=privacy.ignore_tables,
        patience=options.inline.wait / 1000,
    )


def meter() -> Meter:
    """Counts what a session spends."""
    from sureql.assistant.budget import Meter

    return Meter()


def ghost(
    found: Exchange,
    wishes: Exchange,
    options: Options,
    *,
    own: float = 0.0,
    past: Iterable[Event] = (),
) -> Ghost:
    """Ghost text with a model; whole statements are asked of `wishes`. `own`: seconds that the
    editor waits itself before it asks. `past` is what became of earlier ghost texts."""
    from sureql.assistant import ghost as ghosts
    from sureql.assistant.debounce import Debounce
    from sureql.assistant.ranking import trusted

    debounce = Debounce(time.monotonic, own=own, fixed=options.inline.debounce / 1000)
    small = found.provider.endpoint.small
    trust = trusted(ghosts.SMALL_PRIOR if small else ghosts.PRIOR, past)

    def held() -> bool:
        known = found.provider.capabilities
        return options.model.grammar and known is not None and bool(known.grammar)

    habits = ghosts.Habits(options.inline.wait / 1000, limits(options), held)
    return ghosts.Ghost(found, debounce, trust, habits, wishes)


def limits(options: Options) -> Limits:
    """How much is told for ghost text."""
    most = LOCAL_TOKENS if options.model.local else options.model.tokens
    return Limits(tokens=min(most, options.model.tokens))


def warm_up() -> None:
    """Do once what a first keystroke does, so that the user's own is quick."""
    seen = snapshot("", "", 0, script.of(_SAMPLE, dialects.get("postgres")), no_catalog("postgres"))
    popup.complete(seen, len(_SAMPLE))
    ghost_text.complete(Request(seen, len(_SAMPLE), NO_HISTORY), Cache())
    runner.document(seen)
    collect_rarely()


def warm_up_model() -> None:
    """Read what the first question to a model will need."""
    from sureql.privacy import redaction

    redaction.warm_up()
    # The client library takes half a second to import: better now than at the first key.
    importlib.import_module("sureql.providers.connection")
    importlib.import_module("sureql.providers.faults")
    collect_rarely()


def collect_rarely() -> None:
    """What is alive now stays: looking through it at every full collection would be felt in typing,
    and would make a forked process copy it."""
    gc.freeze()
    # Full collections stop everything for tens of milliseconds: the server runs them in pauses.
    # The others look through 50,000 objects at most, which takes some eight milliseconds.
    gc.set_threshold(10_000, 5, 400)


_SAMPLE = "SELECT a.b, count(*) FROM a JOIN c ON c.id = a.id WHERE a.b = 1 GROUP BY "
