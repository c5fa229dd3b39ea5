"""The SQL of one open host file, kept in step with its text."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from sureql.text import document
from sureql.text.document import Document, Replaced

if TYPE_CHECKING:
    from sureql.hosts.finding import Accepts
    from sureql.hosts.projected import Projected
    from sureql.hosts.reading import Reading

LONG = 10_000
"""Characters above which a host file is read off the event loop when it is opened."""
SLICE = 0.004
"""Seconds of reading after which the event loop has its turn."""
SHARE = 4
"""How much longer than reading a whole file takes the user must not have typed before it is read again."""
LARGEST = 3_000_000
"""Characters above which no SQL is looked for: a bundle or data, not a program."""


class Hosted:
    """Mutable: follows the editor."""

    def __init__(self, language: str, opened: Document) -> None:
        self.language = language
        self._wanted = True
        self._document = opened
        self._accepts: Accepts = _nothing
        self._known_by = ""
        """What `accepts` knows: the version of the schema."""
        self._reading: Reading | None = None
        """None if the text is binary."""
        self._busy = False
        self._begun = 0
        """Readings off the event loop."""
        self._pending: list[tuple[str, Replaced]] = []
        self._projected: Projected | None = None
        self._took = 0.0
        """Seconds that the last reading of the whole file took."""

    @property
    def projected(self) -> Projected:
        """The SQL of the newest version."""
        from sureql.hosts import projected

        if self._projected is None or self._projected.host is not self._document:
            embedding = self._current().embedding
            self._projected = projected.of(self._document, embedding, self._projected)
        return self._projected

    def knows(self, version: str, wanted: bool) -> bool:
        """True if bare strings are told from the schema of that version, if they are `wanted`."""
        return self._known_by == version and self._wanted == wanted

    def accept(self, accepts: Accepts, version: str, wanted: bool) -> None:
        """From now on `accepts` tells which bare strings are SQL: the schema has this version. No SQL
        is looked for if it is not `wanted`."""
        self._accepts, self._known_by, self._wanted = accepts, version, wanted
        self._reading = self._projected = None

    def reopen(self, opened: Document) -> None:
        """The client opened it again without closing it first."""
        self._document, self._reading, self._projected = opened, None, None

    def follow(self, new: Document, what: Replaced) -> Replaced:
        """Take in one edit: what it did to the SQL, nothing at its end if it was elsewhere."""
        before = self._projected.text if self._projected else ""
        self._document = new
        if self._busy:
            self._pending.append((new.text, what))
            return Replaced(0, 0, 0)
        if self._reading is not None and self._wanted:
            binary = "\0" in new.text[what.start : what.new_end]
            self._reading = None if binary else self._reading.edited(new.text, what)
        after = self.projected.text
        if after == before:
            return Replaced(len(after), len(after), len(after))
        return document.difference(before, after)

    def put_off(self) -> None:
        """Until `read` is done no SQL is known: it takes longer than the event loop may wait."""
        self._begun += 1
        self._busy, self._pending = True, []

    async def read(self) -> None:
        """Read a long file, a little at a time; edits may arrive meanwhile."""
        self.put_off()
        begun, accepts = self._begun, self._accepts
        try:
            found = await self._whole()
            # Another reading that began meanwhile knows more.
            if begun == self._begun and accepts is self._accepts:
                for new, what in self._pending:
                    found = found.edited(new, what)
                binary = "\0" in self._document.text
                self._reading, self._projected = None if binary else found, None
        finally:
            if begun == self._begun:
                self._busy, self._pending = False, []

    async def settle(self) -> bool:
        """Read all of the file again if the edits since have left something open. True if its SQL is another
        then. An edit meanwhile ends this."""
        known = self._reading
        if known is None or self._busy or not self._wanted or not known.due:
            return False
        await asyncio.sleep(SHARE * self._took)
        if self._reading is not known:
            return False
        found = known.settled_by(await self._whole())
        if self._reading is not known:
            return False
        self._reading, self._projected = found, None
        return found.embedding.regions != known.embedding.regions

    async def _whole(self) -> Reading:
        from sureql.hosts import reading

        steps = reading.steps(self._document.text, self.language, self._accepts)
        took = 0.0
        while True:
            begun = time.perf_counter()
            try:
                next(steps)
                while time.perf_counter() < begun + SLICE:
                    next(steps)
            except StopIteration as done:
                self._took = took + time.perf_counter() - begun
                found: Reading = done.value
                return found
            took += time.perf_counter() - begun
            await asyncio.sleep(0)

    def _current(self) -> Reading:
        from sureql.hosts import reading

        text = self._document.text
        wanted = self._wanted and not self._busy and len(text) <= LARGEST
        if wanted and self._reading is not None and self._reading.embedding.host == text:
            return self._reading
        if not wanted or "\0" in text:
            return reading.of("", self.language, self._accepts)
        self._reading = reading.of(text, self.language, self._accepts)
        return self._reading


def _nothing(_: str) -> bool:
    return False
