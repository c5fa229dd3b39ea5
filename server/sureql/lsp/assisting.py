"""The model of each folder's configuration, and what may be told to it about a place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from sureql.lsp import withheld
from sureql.ports.errors import ModelError

if TYPE_CHECKING:
    from sureql.assistant.budget import Meter
    from sureql.assistant.exchange import Exchange
    from sureql.assistant.ghost import Ghost
    from sureql.assistant.health import Health
    from sureql.inline.outcomes import Outcome
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session
    from sureql.prompt.model import Host, Neighbour, Place, Problem
    from sureql.settings.options import Budget, Model, Options, Privacy
    from sureql.text.document import Replaced

DISMISSED = 5.0
"""Seconds for which a text that was not wanted is not shown again at its place."""
MOST_NEIGHBOURS = 20
LARGEST_NEIGHBOUR = 100_000
MOST_PROBLEMS = 10
EXPERIENCE = 30 * 86_400.0
"""Seconds for which it counts what became of a model's ghost texts."""
NEOVIM_WAITS, OTHERS_WAIT = 0.2, 0.05
"""Seconds that Neovim 0.12 waits before it asks, and that our plugin for older ones does."""

Terms = tuple["Model", "Budget", "Privacy", int]
"""Everything of a configuration that makes a model another one."""


class _Assistant:
    """A model with all that belongs to it. `wishes` is what whole statements are asked of."""

    def __init__(self, exchange: Exchange, wishes: Exchange, ghost: Ghost) -> None:
        self.exchange = exchange
        self.wishes = wishes
        self.ghost = ghost
        self.finding_out: list[asyncio.Task[None]] = []
        """What is being asked about the endpoint itself."""


class Assisting:
    """Mutable, and touched only on the event loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[Terms, _Assistant | None] = {}
        self._making: dict[Terms, asyncio.Task[None]] = {}
        self._dismissed: deque[tuple[float, str, int, str]] = deque(maxlen=20)
        self._spoke = False
        self._meter: Meter | None = None

    def exchange(self, path: str, *, intent: bool = False) -> Exchange | None:
        """The model for the file at `path`; None if none is named, or nothing may be sent of the
        file. `intent`: the one for whole statements."""
        found = self._assistant(path)
        if found is None:
            return None
        return found.wishes if intent else found.exchange

    def ghost(self, path: str) -> Ghost | None:
        """What makes ghost text with the model for the file at `path`."""
        found = self._assistant(path)
        return None if found is None else found.ghost

    async def prepare(self, path: str = "") -> None:
        """Make the model for the file at `path` ready, if one is named."""
        self._assistant(path)
        if self._making:
            await asyncio.wait(self._making.values())

    def reconfigured(self) -> None:
        """Settings have changed: models that nobody names any more are let go of."""
        paths = ["", *self._session.configuration.folders]
        paths += [document.place for document in self._session.documents.values()]
        for path in paths:
            self._assistant(path)
        wanted = {_terms(self._session.configuration.options(path)) for path in paths}
        for terms in self._made.keys() - wanted:
            if (old := self._made.pop(terms)) is not None:
                old.ghost.close()
                self._session.spawn(_closed(old), "Closing connections")
        if not any(self._made.values()) and not self._making:
            self._say("Normal", "")

    def place(self, view: View, offset: int) -> Place:
        """A place in an open document with all that may be told about it."""
        from sureql.prompt.model import Place

        path = view.place
        privacy = self._session.configuration.options(path).privacy
        recent = self._session.recent.edits(time.monotonic())
        edits = (edit for edit in recent if self._may_tell(edit.path, privacy))
        return Place(
            view.snapshot,
            offset,
            self._neighbours(view, privacy),
            tuple(edits),
            self._problems(view, offset),
            self._session.recalling.recall(path),
            host=_host(view, offset),
            hidden=privacy.ignore_tables,
        )

    def relative(self, path: str) -> str:
        """The path that patterns are matched with and logs show."""
        root = self._session.configuration.root_of(path) if path else ""
        return PurePath(path).relative_to(root).as_posix() if root else PurePath(path).name

    def edited(self, document: OpenDocument, changes: Sequence[Replaced]) -> None:
        """A document was edited: an answer that the edit contradicts is given up at once."""
        text = document.sql.text
        for assistant in filter(None, self._made.values()):
            assistant.ghost.debounce.typed()
            for change in changes:
                assistant.ghost.edited(
                    document.uri, text, change.start, change.old_end, change.new_end
                )

    def at_rest(self) -> None:
        """Nobody has typed for a while: the moment to read the vocabulary that tokens are counted
        with, which holds up the loop for a twentieth of a second. Until then they are estimated. A model
        that sureql runs itself reads what is told first."""
        if any(self._made.values()):
            from sureql.prompt import tokens

            self._session.spawn(_in_thread(tokens.load), "Reading the vocabulary")
        document = next(reversed(self._session.documents.values()), None)
        found = self._assistant(document.place) if document is not None else None
        if document is not None and found is not None and found.exchange.provider.endpoint.own:
            view = self._session.view(document)
            path = self.relative(view.place) if view.place else ""
            place = self.place(view, len(view.document.text))
            self._session.spawn(found.ghost.warm(place, path), "Warming up the model")

    def closed(self, uri: str) -> None:
        """A document was closed."""
        for assistant in filter(None, self._made.values()):
            assistant.ghost.closed(uri)

    def became(self, outcome: Outcome) -> None:
        """What became of a ghost text."""
        offer = outcome.offer
        if outcome.what == "dismissed":
            kept = (time.monotonic(), offer.uri, offer.start, offer.item.insert)
            self._dismissed.append(kept)
        if offer.item.source != "model":
            return
        document = self._session.documents.get(offer.uri)
        ghost = self.ghost(document.place) if document is not None else None
        if ghost is None:
            return
        if outcome.what == "accepted":
            ghost.debounce.accepted()
            ghost.trust.accepted()
        elif outcome.what == "dismissed":
            ghost.debounce.refused()
            ghost.trust.dismissed()

    def dismissed(self, view: View, offset: int) -> frozenset[str]:
        """Texts that were shown at this place a moment ago and not wanted."""
        now, text = time.monotonic(), view.document.text
        return frozenset(
            insert.strip()
            for at, uri, start, insert in self._dismissed
            if now - at < DISMISSED
            and uri == view.document.uri
            and start <= offset
            and insert.startswith(text[start:offset])
        )

    async def close(self) -> None:
        """Let go of everything."""
        made = [one for one in self._made.values() if one is not None]
        for assistant in made:
            assistant.ghost.close()
        await asyncio.gather(*map(_closed, made), return_exceptions=True)

    def _assistant(self, path: str) -> _Assistant | None:
        options = self._session.configuration.options(path)
        if not options.model.configured or withheld.is_withheld(path, self._session.configuration):
            return None
        terms = _terms(options)
        if terms not in self._made and terms not in self._making:
            work = self._make(terms, options)
            self._making[terms] = self._session.spawn(work, "Preparing the model")
        return self._made.get(terms)

    async def _make(self, terms: Terms, options: Options) -> None:
        try:
            # Imports half a second's worth, and a keyring may ask its user.
            made = await asyncio.to_thread(self._prepared, options, self._spent())
        except ModelError as error:
            self._made[terms] = None
            self._say("Error", str(error))
            return
        finally:
            self._making.pop(terms, None)
        self._made[terms] = made
        for exchange in {made.exchange, made.wishes}:
            exchange.watch(self._feels)
            if exchange.provider.capabilities is None and _permits(exchange):
                work = self._session.spawn(_known(exchange), "Getting to know the model")
                made.finding_out.append(work)

    def _spent(self) -> Meter:
        """What the session has used of models, whichever settings name them."""
        from sureql.assistant.budget import Meter

        if self._meter is None:
            self._meter = Meter()
        return self._meter

    def _prepared(self, options: Options, meter: Meter) -> _Assistant:
        from sureql import app

        exchange = app.exchange(options, os.environ, meter=meter)
        assert exchange is not None
        other = options.model.intent_name and not options.model.local
        wishes = app.exchange(options, os.environ, meter=meter, intent=True) if other else exchange
        assert wishes is not None
        past = app.ledger(os.environ).events(time.time() - EXPERIENCE)
        ghost = app.ghost(exchange, wishes, options, own=self._own_delay(), past=past)
        app.warm_up_model()
        return _Assistant(exchange, wishes, ghost)

    def _own_delay(self) -> float:
        introduced = self._session.introduced
        client = introduced.client_info if introduced is not None else None
        if client is None or client.name.lower() != "neovim":
            return 0.0
        version = (client.version or "").split(".")
        new = (
            len(version) > 1 and version[1].isdigit() and (version[0], int(version[1])) >= ("0", 12)
        )
        return NEOVIM_WAITS if new else OTHERS_WAIT

    def _feels(self, health: Health) -> None:
        self._session.status.busy("model", health.busy)
        self._say(health.kind.capitalize(), health.message)

    def _say(self, kind: str, message: str) -> None:
        # Who has never said anything has nothing to take back.
        if message or self._spoke:
            self._spoke = True
            command = "sureql.showLog" if kind == "Error" else ""
            self._session.status.set("model", kind, message, command)

    def _may_tell(self, path: str, privacy: Privacy) -> bool:
        """Whether something of another document may be told where `privacy` holds: not if its own
        folder wants it otherwise."""
        configuration = self._session.configuration
        if configuration.options(path).privacy != privacy:
            return False
        return not withheld.is_withheld(path, configuration)

    def _neighbours(self, view: View, privacy: Privacy) -> tuple[Neighbour, ...]:
        from sureql.prompt.model import Neighbour

        found: list[Neighbour] = []
        for document in reversed(self._session.documents.values()):
            if document.uri == view.document.uri or len(found) == MOST_NEIGHBOURS:
                continue
            path, text = document.place, document.sql.text
            if len(text) <= LARGEST_NEIGHBOUR and self._may_tell(path, privacy):
                found.append(Neighbour(document.uri, self.relative(path) if path else "", text))
        return tuple(found)

    def _problems(self, view: View, offset: int) -> tuple[Problem, ...]:
        from sureql.prompt.model import Problem

        found = self._session.checking.known(view, view.snapshot.script.at(offset).span)
        errors = [one for one in found if one.severity == "error"]
        errors.sort(key=lambda one: abs(one.span.start - offset))
        return tuple(Problem(one.span, one.code, one.message) for one in errors[:MOST_PROBLEMS])


def _host(view: View, offset: int) -> Host | None:
    """The code around the SQL at `offset`, in a file of another language."""
    from sureql.hosts.projected import Projected
    from sureql.prompt.model import Host

    if not isinstance(view.document, Projected):
        return None
    embedding = view.document.embedding
    found = embedding.region_at(offset)
    return Host(embedding.language, embedding.host, found[0].host) if found else None


def _terms(options: Options) -> Terms:
    return options.model, options.budget, options.privacy, options.inline.wait


def _permits(exchange: Exchange) -> bool:
    from sureql.privacy import hiding

    terms, address = exchange.terms, exchange.provider.endpoint.base_url
    return not terms.offline and (not terms.local_only or hiding.is_on_this_machine(address))


async def _known(exchange: Exchange) -> None:
    # What fails here fails again when it is needed, and is told then.
    with contextlib.suppress(ModelError):
        await exchange.examine()


async def _in_thread(work: Callable[[], object]) -> None:
    await asyncio.to_thread(work)


async def _closed(assistant: _Assistant) -> None:
    for work in assistant.finding_out:
        work.cancel()
    await assistant.exchange.close()
    if assistant.wishes is not assistant.exchange:
        await assistant.wishes.close()
