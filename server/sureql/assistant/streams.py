"""One answer under way per document: joined by who types along, ended for who does not."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from sureql.assistant.exchange import Stream
from sureql.inline.complete import Asked
from sureql.ports.errors import ModelError

RETURN = 0.5
"""Seconds in which an editor that has taken its request back while somebody types asks again."""


class Running:
    """An answer for the place `asked`, whose last `typed` is a half-typed word.

    `end` says where the answer may be cut, `finished` takes the text when all of it is there.
    """

    def __init__(
        self,
        asked: Asked,
        typed: str,
        source: Stream,
        end: Callable[[str], int | None],
        finished: Callable[[str], None],
    ) -> None:
        self.asked = asked
        self.typed = typed
        self.text = ""
        self.since = ""
        """What has been typed since, as far as is known."""
        self.length = len(asked.request.snapshot.text)
        self.began = time.monotonic()
        self.seconds = 0.0
        self.over = self.given_up = False
        self.joined = 0
        """How many requests of the editor have found it under way."""
        self._source = source
        self._end = end
        self._finished = finished
        self._more = asyncio.Event()
        self.task = asyncio.ensure_future(self._run())

    def cancel(self) -> None:
        """Close the connection now."""
        self.given_up = True
        self.task.cancel()

    def goes_along(self, now: Asked) -> bool:
        """Whether the text before the cursor still agrees with the answer as far as it has come."""
        key, then = self.asked.key, now.key
        if (key.uri, key.version, key.suffix) != (then.uri, then.version, then.suffix):
            return False
        before, earlier = now.spot.before, self.asked.spot.before
        return before.startswith(earlier) and self.agrees(before[len(earlier) :])

    def agrees(self, typed: str) -> bool:
        """Whether `typed`, written since it was asked, is what it says or may still say."""
        if not typed:
            return True
        for said in (self.text, self.text.lstrip(), self._behind_typed()):
            if said.startswith(typed) or typed.startswith(said):
                return True
        return False

    def ahead(self, typed: str) -> bool:
        """Whether the answer has gone beyond what was typed."""
        said = (self.text, self.text.lstrip(), self._behind_typed())
        return any(len(one) > len(typed) and one.startswith(typed) for one in said)

    async def more(self, seconds: float) -> None:
        """Wait for the next piece or the end, for at most some seconds."""
        self._more.clear()
        if not self.over:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), seconds)

    async def whole(self, seconds: float) -> bool:
        """Wait for the end, for at most some seconds; whether it came."""
        if not self.over and seconds > 0:
            await asyncio.wait([self.task], timeout=seconds)
        if self.task.done() and not self.task.cancelled():
            self.task.result()  # A mistake of ours must not pass unseen.
        return self.over

    def _behind_typed(self) -> str:
        # Models repeat the half-typed word.
        body, typed = self.text.lstrip(), self.typed
        return body[len(typed) :] if body.lower().startswith(typed.lower()) else body

    async def _run(self) -> None:
        try:
            async for piece in self._source:
                self.text += piece
                if not self.agrees(self.since):
                    self.given_up = True
                    return
                stop = self._end(self.text)
                if stop is not None:
                    self.text = self.text[:stop]
                    self._source.enough()
                    break
                self._more.set()
            self.seconds = time.monotonic() - self.began
            self._finished(self.text)
        except ModelError:
            # The exchange has told the status; ghost text does without.
            self.text = ""
        finally:
            self.over = True
            self._more.set()
            await self._source.aclose()


class Streams:
    """The answers under way, by document."""

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}

    def get(self, uri: str) -> Running | None:
        """The document's answer under way, None if there is none."""
        running = self._running.get(uri)
        return None if running is None or running.over else running

    @property
    def busy(self) -> bool:
        """Whether any answer is under way."""
        return any(not one.over for one in self._running.values())

    def put(self, uri: str, running: Running) -> None:
        """Take the place of the document's answer, which is ended."""
        self.end(uri)
        self._running[uri] = running

    def end(self, uri: str) -> None:
        """Nobody waits for the document's answer any more."""
        running = self._running.pop(uri, None)
        if running is not None and not running.over:
            running.cancel()

    def left(self, uri: str) -> None:
        """A request was taken back. Editors do so with every key, and ask again a moment later: who
        types what the answer says finds it still under way. Without a key since, it ends at once."""
        running = self.get(uri)
        if running is None:
            return
        if not running.since:
            self.end(uri)
            return
        joined = running.joined

        def give_up() -> None:
            if self.get(uri) is running and running.joined == joined:
                self.end(uri)

        asyncio.get_running_loop().call_later(RETURN, give_up)

    def edited(self, uri: str, text: str, start: int, old_end: int, new_end: int) -> None:
        """An edit made the document `text`: an answer that it contradicts ends at once."""
        running = self.get(uri)
        if running is None:
            return
        asked = running.asked.request.offset
        typed_on = (
            start == old_end and start >= asked and len(text) - running.length == new_end - asked
        )
        if not typed_on or not running.agrees(text[asked:new_end]):
            self.end(uri)
        else:
            running.since = text[asked:new_end]

    def close(self) -> None:
        """End all."""
        for uri in tuple(self._running):
            self.end(uri)
