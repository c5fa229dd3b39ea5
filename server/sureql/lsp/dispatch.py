"""Handlers: how each is run, and the one guard around all of them."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException

from sureql.lsp import handlers

if TYPE_CHECKING:
    from sureql.lsp.session import Session

log = logging.getLogger(__name__)


class Kind(Enum):
    """How a handler is executed."""

    SYNC = "sync"
    """`run(session, params)` at once, in the order of arrival: it may change the session."""
    SNAPSHOT = "snapshot"
    """`run(session, view, params)`: a few milliseconds on the document as it was on arrival.
    It waits for its turn, so that messages which arrive meanwhile (cancellations) are read first."""
    LATEST = "latest"
    """As SNAPSHOT, but a newer request for the same document ends the older, which is answered
    with nothing first."""
    WORKER = "worker"
    """`await run(session, params)`: the worker process does the work."""
    ASYNC = "async"
    """`await run(session, params)`: waits for something else; a cancellation ends it."""


def nothing() -> Any:
    """The empty answer of most requests."""
    return None


@dataclass(frozen=True, slots=True)
class Handler:
    """One method of the protocol. `options` are announced to the client. `empty` makes the answer
    for a document that is not open, and the one given when the handler fails. `commands` are the
    names it is announced with as a command."""

    method: str
    kind: Kind
    run: Callable[..., Any]
    options: Any = None
    empty: Callable[[], Any] = nothing
    commands: tuple[str, ...] = ()


def discover() -> tuple[Handler, ...]:
    """The handler of every module in `handlers`."""
    names = sorted(module.name for module in pkgutil.iter_modules(handlers.__path__))
    return tuple(importlib.import_module(f"{handlers.__name__}.{name}").HANDLER for name in names)


def begin(handler: Handler, session: Session) -> Callable[[Any], Any]:
    """What the protocol calls when a message of the handler's method arrives."""
    match handler.kind:
        case Kind.SYNC:
            return lambda params: _guarded(handler, lambda: handler.run(session, params))
        case Kind.SNAPSHOT | Kind.LATEST:
            return lambda params: _begin_snapshot(handler, session, params)
        case Kind.WORKER | Kind.ASYNC:
            return lambda params: _awaited(handler, lambda: handler.run(session, params))


def _begin_snapshot(handler: Handler, session: Session, params: Any) -> Any:
    # The document is taken now: an edit may arrive before the handler's turn.
    held = _guarded(handler, lambda: session.hold(params.text_document.uri))
    if held is None:
        return handler.empty()

    async def answer() -> Any:
        await session.prepared(held.uri)
        async with session.turn():
            view = session.held(held)
            found = handler.empty() if view is None else handler.run(session, view, params)
        # What needs the worker for a part of its answer waits for it out of turn.
        return await found if inspect.isawaitable(found) else found

    work = _awaited(handler, answer)
    if handler.kind is Kind.LATEST:
        return session.latest.begin((handler.method, held.uri), work, handler.empty())
    return work


def _guarded(handler: Handler, run: Callable[[], Any]) -> Any:
    try:
        return run()
    except Exception:
        return _failed(handler)


def _awaited(handler: Handler, run: Callable[[], Awaitable[Any]]) -> Coroutine[Any, Any, Any]:
    async def answer() -> Any:
        try:
            return await run()
        except JsonRpcException:
            raise  # Meant for the client.
        except Exception:
            return _failed(handler)

    return answer()


def _failed(handler: Handler) -> Any:
    log.exception("%s failed; it was answered with nothing.", handler.method)
    return handler.empty()
