"""What becomes of ghost texts, kept on this machine: what was shown, accepted, and is still there."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sureql.inline import outcomes
from sureql.inline.outcomes import Accepted, Offer, Outcome, Tracker
from sureql.ports.ledger import Event
from sureql.privacy import redaction

if TYPE_CHECKING:
    from sureql.inline.model import Item
    from sureql.lsp.open_document import OpenDocument, View
    from sureql.lsp.session import Session
    from sureql.ports.ledger import Ledger
    from sureql.text.document import Replaced

log = logging.getLogger(__name__)

LONGEST_BEFORE = 4_000
"""Characters of the text before an accepted one that are kept with it, for training data."""


class Learning:
    """All ghost texts of a session."""

    def __init__(self, session: Session, ledger: Ledger | None) -> None:
        self._session = session
        self._ledger = ledger
        self._tracker = Tracker()
        self._prefix = secrets.token_hex(4)
        """Tells this session's items from those of others."""
        self._told = False
        self._latency: dict[str, float] = {}
        self._before: dict[str, str] = {}
        self._looking: set[str] = set()

    def offered(self, view: View, items: Sequence[Item], latency: float) -> tuple[str, ...]:
        """Items that are about to be sent, found in `latency` milliseconds; a name for each."""
        uri = view.document.uri
        known = set(self._latency)
        found = self._tracker.offered(uri, items, time.monotonic())
        for offer in found:
            if offer.name not in known:
                self._latency[offer.name] = latency
                start = max(0, offer.start - LONGEST_BEFORE)
                self._before[offer.name] = view.document.text[start : offer.start]
                self._write(Outcome("offered", offer))
        while len(self._latency) > outcomes.MOST_KEPT:
            oldest = next(iter(self._latency))
            del self._latency[oldest], self._before[oldest]
        return tuple(offer.name for offer in found)

    def shown(self, params: Any) -> None:
        """The editor says so."""
        self._told = True
        self._write_all(self._tracker.told_shown(_name(params)))

    def part_accepted(self, params: Any) -> None:
        """The editor says how much of an item was accepted, in UTF-16 units."""
        length = params.get("acceptedLength") if isinstance(params, dict) else None
        if isinstance(length, int):
            self._write_all(self._tracker.told_part(_name(params), length))

    def edited(self, document: OpenDocument, changes: Sequence[Replaced]) -> None:
        """A document was edited."""
        now, text = time.monotonic(), document.sql.text
        found = self._tracker.edited(document.uri, text, changes, now, told=self._told)
        self._write_all(found)
        if any(one.what == "accepted" for one in found) and document.uri not in self._looking:
            self._looking.add(document.uri)
            self._session.spawn(self._look_later(document.uri), "Looking after accepted text")

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._write_all(self._tracker.dismissed(uri))

    async def _look_later(self, uri: str) -> None:
        passed = 0
        try:
            for seconds in outcomes.CHECKS:
                await asyncio.sleep(seconds - passed + 0.1)
                passed = seconds
                if (document := self._session.documents.get(uri)) is None:
                    return
                due = self._tracker.due(uri, document.sql.text, time.monotonic())
                for accepted, after, share in due:
                    self._write_retained(accepted, after, share)
        finally:
            self._looking.discard(uri)

    def _write_all(self, found: Iterable[Outcome]) -> None:
        for one in found:
            self._write(one)

    def _write(self, one: Outcome) -> None:
        self._session.assisting.became(one)
        offer = one.offer
        latency = self._latency.get(offer.name, 0.0)
        event = replace(self._event(offer, one.what, one.characters), latency=latency)
        if "accepted" not in one.what or self._ledger is None:
            self._keep(event)
            return
        told = replace(event, text=offer.item.insert, prompt=self._before.get(offer.name, ""))
        if redaction.is_warm():
            self._keep(_redacted(told))
        else:
            self._session.spawn(self._write_later(event, told), "Remembering accepted text")

    async def _write_later(self, event: Event, told: Event) -> None:
        # The first time it takes a tenth of a second, in which somebody types.
        try:
            await asyncio.to_thread(redaction.warm_up)
        except asyncio.CancelledError:
            self._keep(event)
            raise
        self._keep(_redacted(told))

    def _write_retained(self, accepted: Accepted, seconds: int, share: float) -> None:
        event = self._event(accepted.offer, "retained", round(len(accepted.text) * share))
        self._keep(replace(event, seconds=seconds, share=share))

    def _event(self, offer: Offer, what: str, characters: int) -> Event:
        verdict = offer.item.verdict
        level = verdict.level.value if verdict.level else ""
        checked = f"{verdict.outcome.value} {level}".strip()
        item, source = f"{self._prefix}-{offer.name}", offer.item.source
        return Event(time.time(), item, what, source, checked, "", characters=characters)

    def _keep(self, event: Event) -> None:
        log.info("Ghost text %s: %s", event.item, event.what)
        if self._ledger is not None:
            self._ledger.happened(event)


def _redacted(event: Event) -> Event:
    text, prompt = redaction.clean(event.text).text, redaction.clean(event.prompt).text
    return replace(event, text=text, prompt=prompt)


def _name(params: Any) -> str:
    item = params.get("item") if isinstance(params, dict) else None
    data = item.get("data") if isinstance(item, dict) else None
    name = data.get("id") if isinstance(data, dict) else None
    return str(name) if name else ""
