"""At most one request per key at work: a newer one ends the older, which is answered first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any


class Latest:
    """The request under way for each key."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, asyncio.Future[Any]] = {}

    def under_way(self, key: Hashable) -> bool:
        """Whether a request is waiting for its answer."""
        return key in self._answers

    def begin(
        self, key: Hashable, work: Coroutine[Any, Any, Any], superseded: Any
    ) -> asyncio.Future[Any]:
        """The future answer: `work`'s result, or `superseded` as soon as a newer request begins.

        The older answer is set before the newer work can even start; an exception is raised by it.
        Cancelling the answer ends the work.
        """
        older = self._answers.get(key)
        if older is not None and not older.done():
            if isinstance(superseded, Exception):
                older.set_exception(superseded)
            else:
                older.set_result(superseded)
        task = asyncio.ensure_future(work)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[key] = answer

        def worked(done: asyncio.Task[Any]) -> None:
            if answer.done():
                return
            if done.cancelled():
                answer.cancel()
            elif (error := done.exception()) is not None:
                answer.set_exception(error)
            else:
                answer.set_result(done.result())

        def answered(_: asyncio.Future[Any]) -> None:
            task.cancel()
            if self._answers.get(key) is answer:
                del self._answers[key]

        task.add_done_callback(worked)
        answer.add_done_callback(answered)
        return answer
