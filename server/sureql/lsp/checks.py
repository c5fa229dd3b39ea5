"""The checks of one version of a document: here, by the worker, by an engine, by a style linter."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sureql.ide import model
from sureql.lsp import judging
from sureql.ports.errors import SureqlError, WorkerGone
from sureql.workers import requests

if TYPE_CHECKING:
    from sureql.ide.diagnostics.selection import Selection
    from sureql.ide.model import Diagnostic, Fix
    from sureql.lsp.findings import Findings
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.oracle.engine import EngineSpec
    from sureql.text.span import Span

LONGEST = 8_000
"""Characters above which a statement is left to the worker."""
SHORT = 400
"""Characters up to which all fixes of a statement are found out at once."""


@dataclass(frozen=True, slots=True)
class Check:
    """`findings` takes in what is found. `publish` shows it now, `publish_part` when it is time."""

    session: Session
    view: View
    findings: Findings
    publish: Callable[[], None]
    publish_part: Callable[[], None]

    @property
    def engine(self) -> EngineSpec | None:
        return self.session.judging.engine(self.view)

    @property
    def wanted(self) -> Selection:
        return self.session.configuration.wanted(self.view.path, self.view.in_host)

    def near(self, offset: int | None, distance: int) -> range:
        """The statement at `offset` and those up to `distance` places from it, by index."""
        statements = self.view.snapshot.script.statements
        at = self.view.snapshot.script.at(offset or 0)
        middle = bisect_left(statements, at.start, key=lambda one: one.end)
        return range(max(0, middle - distance), min(len(statements), middle + distance + 1))

    def by_distance(self, offset: int | None) -> list[int]:
        """All statements, nearest to `offset` first."""
        starts = [one.start for one in self.view.snapshot.script.statements]
        return sorted(range(len(starts)), key=lambda index: abs(starts[index] - (offset or 0)))

    def here(self, chosen: Sequence[int], mended: bool = False) -> None:
        """Check statements at once, with the engine that needs no process. Fixes are found out for
        who wants them `mended`, else by the worker, later: typing must not wait for them."""
        from sureql import app  # At first use: `initialize` must not wait.
        from sureql.ide.diagnostics import runner

        engine = self.engine
        judge = app.judge if engine and judging.in_memory(engine) else None
        keyed = self.findings.keyed(self.view.snapshot)
        for index in chosen:
            statement, key = keyed[index]
            if len(statement.text) > LONGEST:
                continue
            seen = self.view.snapshot
            look, take = runner.bare, self.findings.checked_bare
            if mended:
                look, take = runner.unfiltered, self.findings.checked
            found = look(seen, statement, judge, self.wanted)
            take(key, tuple(model.shifted(diagnostic, -statement.start) for diagnostic in found))

    def mended(self, chosen: Sequence[int]) -> None:
        """Find out what is not known about statements, with all fixes of the short ones."""
        keyed = self.findings.keyed(self.view.snapshot)
        short = [index for index in chosen if len(keyed[index][0].text) <= SHORT]
        self.here([i for i in short if not self.findings.mended(keyed[i][1])], mended=True)
        self.here([i for i in chosen if self.findings.known(keyed[i][1]) is None])

    def mended_at(
        self, chosen: Sequence[int], found: Sequence[Diagnostic], place: Span
    ) -> list[Diagnostic]:
        """`found` at a place in the chosen statements, with the fixes that are not known yet: of a
        long statement nobody may have looked for all."""
        from sureql.ide.diagnostics import runner
        from sureql.ide.diagnostics.mending import checked

        keyed = self.findings.keyed(self.view.snapshot)
        fixes: dict[tuple[str, Span], tuple[Fix, ...]] = {}
        for statement, key in (keyed[index] for index in chosen):
            many = len(self.findings.known(key) or ()) > checked.limit(len(statement.text))
            lacking = any(not one.fixes and one.span.meets(statement.span) for one in found)
            if not lacking or (self.findings.mended(key) and not many):
                continue
            if len(statement.text) <= LONGEST:
                fixes |= runner.fixes_at(self.view.snapshot, statement, place, self.wanted)
        return [
            one if one.fixes else replace(one, fixes=fixes.get((one.code, one.span), ()))
            for one in found
        ]

    async def by_worker(self, chosen: Sequence[int]) -> bool:
        """Let the worker check statements; False if it could not."""
        keyed = self.findings.keyed(self.view.snapshot)
        engine = self.engine
        here = engine if engine and judging.in_memory(engine) else None
        sent = self.session.schemas.sent(self.view)

        def take(part: requests.Checked) -> None:
            for index, found in part.diagnostics:
                self.findings.checked(keyed[index][1], found)
            self.publish_part()

        left = tuple(chosen)
        while left:
            request = requests.CheckStatements(sent, left, self.wanted, here)
            rest = await self._ask("check_statements", request, take)
            if rest is None:
                return False
            left = rest
        return True

    async def by_engine(self, chosen: Sequence[int], urgent: bool) -> None:
        """Let an engine in a process of its own judge statements; nothing if there is none."""
        engine = self.engine
        if engine is None or judging.in_memory(engine):
            self.findings.forget_judged()
            return
        if not self.session.judging.ready(engine):
            return
        keyed = self.findings.keyed(self.view.snapshot)
        sent = self.session.schemas.sent(self.view)

        def take(part: requests.Checked) -> None:
            types = dict(part.types)
            for index, found in part.diagnostics:
                self.findings.judged(keyed[index][1], found, types.get(index, ()))
            if urgent:
                self.publish()
            else:
                self.publish_part()

        request = requests.CheckStatements(sent, tuple(chosen), self.wanted, engine, urgent)
        texts = {index: keyed[index][0].text for index in chosen}
        await self.session.judging.check(request, texts, take)

    async def style(self) -> None:
        """Let the workspace's style linter check the file, if it has one."""
        view, configuration = self.view, self.session.configuration
        tool = configuration.options(view.path).lint.tool
        if view.in_host:
            self.findings.styled(view.snapshot, await self._spliced())
            return
        if tool == "off" or not view.path:
            return
        sent, root = self.session.schemas.sent(view), configuration.root_of(view.path)
        found = await self._ask("lint_file", requests.LintFile(sent, root, tool), None)
        wanted = self.wanted
        self.findings.styled(view.snapshot, [one for one in found or () if wanted.wants(one.code)])

    async def _spliced(self) -> Sequence[Diagnostic]:
        """What a program puts into the text of its SQL."""
        from sureql.hosts.projected import Projected
        from sureql.ide.spliced import findings

        document, dialect = self.view.document, self.view.snapshot.script.dialect
        if not isinstance(document, Projected) or not self.wanted.wants(findings.CODE):
            return ()
        if not any(region.holes for region in document.embedding.regions):
            return ()
        request = requests.FindSpliced(document.embedding, dialect.name)
        return await self._ask("find_spliced", request, None) or ()

    async def _ask(self, job: str, request: object, take: Callable[[Any], None] | None) -> Any:
        """The worker's answer; None if the job fails or the worker dies twice."""
        for _ in range(2):
            try:
                return await self.session.worker.call(job, request, on_report=take)
            except WorkerGone:
                continue
            except SureqlError:
                return None
        return None
