"""The diagnostics of a whole workspace: open documents as they are, all other files by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sureql.lsp import cache_place, uris
from sureql.ports.errors import SureqlError
from sureql.text import document
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.lsp.session import Session

Items = list[dict[str, Any]]


async def send(session: Session, known: dict[str, str], give: Callable[[Items], None]) -> None:
    """Hand reports to `give`, as they come. `known` are the results by URI that the client has."""
    await session.ready.wait()
    give(list(session.publishing.of_open(known)))
    open_paths = {one.path for one in session.documents.values()}
    reported: set[str] = set(session.documents)
    results = {uris.to_path(uri): result for uri, result in known.items()}

    def take(checked: requests.CheckedFile) -> None:
        reported.add(uris.from_path(checked.path))
        give([_report(session, checked)])

    try:
        roots = requests.FindFiles(tuple(session.configuration.folders))
        paths = await session.worker.call("find_files", roots, priority=2)
        left = [(path, _place(session, path)) for path in paths if path not in open_paths]
        while left:
            here = [(path, results[path]) for path, _ in left if path in results]
            request = requests.CheckFiles(tuple(left), tuple(here))
            # Whatever else the worker is asked goes first.
            done = await session.worker.call("check_files", request, priority=2, on_report=take)
            left = left[done:]
    except SureqlError:
        return  # The worker is gone: what was found is answered, and the client asks again.
    # What the client still shows of files that are gone is taken away.
    shown = {**known, **dict.fromkeys(session.publishing.newly_closed(), "")}
    give([_empty(uri) for uri in shown if uri not in reported])


def _place(session: Session, path: str) -> requests.Place:
    configuration = session.configuration
    wanted = configuration.wanted(path)
    if not configuration.options(path).diagnostics.enabled:
        wanted = replace(wanted, only=frozenset())
    return requests.Place(
        configuration.root_of(path),
        configuration.schema(path),
        configuration.dialect(path),
        str(cache_place.folder()),
        wanted,
    )


def _report(session: Session, checked: requests.CheckedFile) -> dict[str, Any]:
    uri = uris.from_path(checked.path)
    place = {"uri": uri, "version": None, "resultId": checked.result}
    if checked.diagnostics is None:
        return {**place, "kind": "unchanged"}
    text = document.of(uri, checked.text)
    items = session.publishing.converted(text, checked.diagnostics, True, checked.more)
    return {**place, "kind": "full", "items": items}


def _empty(uri: str) -> dict[str, Any]:
    return {"uri": uri, "version": None, "kind": "full", "items": []}
