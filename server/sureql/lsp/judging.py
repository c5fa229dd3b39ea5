"""The engines that judge: one process each, started when a document first needs it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sureql.lsp import cache_place
from sureql.ports.errors import JudgeError, SureqlError, WorkerGone
from sureql.workers import requests
from sureql.workers.client import Worker

if TYPE_CHECKING:
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.oracle.engine import EngineSpec

log = logging.getLogger(__name__)

NAMES = {"postgres": "PostgreSQL", "duckdb": "DuckDB", "sqlite": "SQLite"}
SILENCE = 5.0
"""Seconds without a sign of life after which an engine's process is ended."""
START = 60.0
"""Seconds that an engine may take to start."""
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds until an engine that failed is tried again, each time longer."""
MOST_DEATHS = 2
"""A statement that took the process down this often is not shown to the engine again."""


@dataclass(slots=True)
class Referee:
    """One engine in its process. `state`: idle, starting, ready, failed."""

    spec: EngineSpec
    worker: Worker = field(default_factory=lambda: Worker(("--urgent",)))
    state: str = "idle"
    message: str = ""
    failures: int = 0
    again: float = 0.0


class Judging:
    """All engines of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._referees: dict[EngineSpec, Referee] = {}
        self._deaths: Counter[tuple[str, str]] = Counter()

    def engine(self, view: View) -> EngineSpec | None:
        """The engine that judges a document, None if there is none here or it is switched off."""
        document = self._session.documents.get(view.snapshot.uri)
        sources = self._session.schemas.scope(document).request.sources if document else ()
        return self._spec(view.snapshot.script.dialect.name, view.path, sources)

    def _spec(self, dialect: str, path: str, sources: Sequence[str]) -> EngineSpec | None:
        from sureql.oracle import engines

        chosen = self._session.configuration.options(path).judge
        if not chosen.enabled:
            return None
        folder = str(cache_place.folder())
        return engines.spec_for(dialect, sources, chosen.postgres, folder, chosen.deadline / 1000)

    def ready(self, spec: EngineSpec) -> bool:
        """True if the engine can be asked now; else it is being started, or rests."""
        referee = self._referees.setdefault(spec, Referee(spec))
        now = asyncio.get_running_loop().time()
        if referee.state == "idle" or (referee.state == "failed" and now >= referee.again):
            referee.state = "starting"
            self._session.spawn(self._start(referee), "Starting an engine")
        return referee.state == "ready"

    def words(self, dialect: str, path: str, sources: Sequence[str]) -> str:
        """What the status says about the engine for documents of `dialect`; '' before it is needed."""
        if not self._session.configuration.options(path).judge.enabled:
            return "no engine judges: it is switched off"
        spec = self._spec(dialect, path, sources)
        if spec is None:
            return f"no engine here for {dialect}: names and syntax are checked without one"
        name, referee = NAMES.get(dialect, dialect), self._referees.get(spec)
        if in_memory(spec) or (referee and referee.state == "ready"):
            return f"{name} judges"
        if referee is None or referee.state == "idle":
            return ""
        return referee.message if referee.state == "failed" else f"{name} is starting"

    async def check(
        self,
        request: requests.CheckStatements,
        texts: dict[int, str],
        take: Callable[[requests.Checked], None],
    ) -> None:
        """Let the engine of `request` check statements, whose `texts` are given by index. What it
        does not answer stays as it is."""
        spec = request.engine
        assert spec is not None
        if not self.ready(spec):
            return
        referee = self._referees[spec]
        left = [i for i in request.statements if not self._suspect(spec, texts[i])]
        suspicious = request.singly or any(self._deaths[spec.dialect, texts[i]] for i in left)
        told: set[int] = set()

        def note(part: requests.Checked) -> None:
            told.update(index for index, _ in part.diagnostics)
            take(part)

        try:
            while left:
                asked = requests.CheckStatements(
                    request.document, tuple(left), request.wanted, spec, suspicious
                )
                rest = await referee.worker.call(
                    "check_statements",
                    asked,
                    priority=0 if request.singly else 1,
                    on_report=note,
                    silence=SILENCE,
                )
                left = list(rest)
        except WorkerGone:
            if (culprit := next((i for i in left if i not in told), None)) is not None:
                # Others of a batch may be named wrongly; none is left out for one death.
                self._deaths[spec.dialect, texts[culprit]] += 1
            self._failed(referee, f"{NAMES.get(spec.dialect, spec.dialect)} has stopped")
        except JudgeError as error:
            self._failed(referee, str(error))
        except SureqlError as error:
            log.warning("Judging failed: %s", error)
        else:
            referee.failures = 0

    def worker_of(self, spec: EngineSpec | None) -> Worker | None:
        """The process of an engine that is ready, for other jobs that want its judgement."""
        referee = self._referees.get(spec) if spec else None
        return referee.worker if referee and referee.state == "ready" else None

    async def close(self) -> None:
        """End all engines and their processes."""
        await asyncio.gather(*(one.worker.close() for one in self._referees.values()))

    def _suspect(self, spec: EngineSpec, text: str) -> bool:
        return self._deaths[spec.dialect, text] >= MOST_DEATHS

    async def _start(self, referee: Referee) -> None:
        self._session.schemas.tell()
        try:
            await referee.worker.call("open_engine", referee.spec, silence=START)
        except SureqlError as error:
            self._failed(referee, str(error))
            return
        referee.state = "ready"
        self._session.schemas.tell()
        self._session.checking.engine_started(referee.spec)

    def _failed(self, referee: Referee, message: str) -> None:
        log.warning("%s", message)
        pause = PAUSES[min(referee.failures, len(PAUSES) - 1)]
        referee.state, referee.message = "failed", message.rstrip(".")
        referee.failures += 1
        referee.again = asyncio.get_running_loop().time() + pause
        self._session.schemas.tell()
        self._session.spawn(self._try_again(referee, pause), "Waiting for an engine")

    async def _try_again(self, referee: Referee, pause: float) -> None:
        await asyncio.sleep(pause)
        self.ready(referee.spec)


def in_memory(spec: EngineSpec) -> bool:
    """True for the engine that judges wherever it is asked, without a process of its own."""
    return spec.dialect == "sqlite"
