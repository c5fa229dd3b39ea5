"""Measures everything and writes RESULTS.md: `python -m benchmarks.run [--quick]`."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks import check, client, hosts, measure, model, workspace
from benchmarks.measure import Series, Session

HERE = Path(__file__).parent
SUREQL = (sys.executable, "-m", "sureql", "lsp")
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
BARE = (sys.executable, str(HERE / "bare_server.py"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `value` is what the limit is compared with."""

    what: str
    median: str
    p95: str
    limit: str
    value: float
    most: float

    @property
    def text(self) -> str:
        verdict = "yes" if self.value <= self.most else "**missed**"
        return f"| {self.what} | {self.median} | {self.p95} | {self.limit} | {verdict} |"


def _row(what: str, series: Series, most_ms: float) -> Row:
    median, p95 = series.median * 1e3, series.p95 * 1e3
    limit = f"≤ {most_ms:g} ms"
    return Row(what, f"{median:.1f} ms", f"{p95:.1f} ms", limit, p95, most_ms)


def _memory(what: str, measured: tuple[float, list[str]]) -> Row:
    megabytes, shares = measured
    what = f"{what} ({', '.join(shares)} MB)"
    return Row(what, f"{megabytes:.0f} MB", "", "≤ 200 MB", megabytes, 200)


async def _start_up(root: Path, environment: dict[str, str], tries: int, how: str = "") -> Row:
    async def once(command: tuple[str, ...]) -> float:
        begun = time.perf_counter()
        one = await client.start(command, environment, root)
        await one.request("initialize", client.initialize(root))
        took = time.perf_counter() - begun
        await one.close()
        return took

    ours, bare = Series(), Series()
    for _ in range(tries):
        # By turns, so that a busy moment of the machine hits both.
        bare.values.append(await once(BARE))
        ours.values.append(await once(SUREQL))
    ratio = ours.median / bare.median
    times = f"({ours.median:.2f} s ÷ {bare.median:.2f} s)"
    what = f"start → `initialize` ÷ bare pygls server{how} {times}"
    high = ours.p95 / bare.p95
    return Row(what, f"{ratio:.2f}", f"{high:.2f}", "≤ 1.2", ratio, 1.2)


async def _session(root: Path, environment: dict[str, str]) -> Session:
    one = await client.start(SUREQL, environment, root)
    await one.request("initialize", client.initialize(root))
    one.notify("initialized", {})
    session = Session(one, root)
    uri = session.open("SELECT nam FROM customer;")
    # An unknown name is reported once the schema is there.
    await session.published(uri, 1, 0, lambda count: count == 1)
    await asyncio.sleep(2)
    return session


async def run(quick: bool) -> list[str]:
    """All measurements; the lines of the report."""
    few = 1 if quick else 10
    before = os.getloadavg()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "shop"
        root.mkdir()
        workspace.create(root, "postgres")
        environment = {
            **os.environ,
            "SUREQL_CACHE": str(Path(place) / "cache"),
            "SUREQL_CONFIG": str(Path(place) / "none.toml"),
        }
        # Without an engine first: what everybody has.
        unjudged = {**environment, "SUREQL_JUDGE_ENABLED": "false"}
        session = await _session(root, unjudged)
        idle = await measure.idle_wait(session, 2)
        popup = await measure.typing(session, "textDocument/completion", 1 if quick else 4)
        ghost = await measure.typing(session, "textDocument/inlineCompletion", 1 if quick else 4)
        edited = await measure.edit_to_diagnostics(session, 5 * few)
        used = measure.memory(session)
        file, stalls = await measure.whole_file(session, max(2, few // 2))
        program, stalls_of_it = await hosts.opened(session, max(2, few // 3))
        cancelled = await measure.cancellation(session, 3 * few)
        at_last = measure.memory(session)
        await session.client.close()
        start = await _start_up(root, unjudged, max(2, few))
        named = Path(place) / "named.toml"
        named.write_text('[model]\nname = "none"\nbase_url = "http://127.0.0.1:9/v1"\n')
        with_model = {**unjudged, "SUREQL_CONFIG": str(named)}
        start_with = await _start_up(root, with_model, max(2, few), ", with a model named")
        judged = [await _judged(Path(place), name, environment, few) for name in ENGINES]
        command = check.row(Path(place), environment, 30 if quick else 300)
        assisted = await model.measured(Path(place), 10 if quick else 60, 5 if quick else 60)
    rows = [
        _row("popup at every typed letter", popup, 20),
        _row("ghost text at every typed letter", ghost, 30),
        _row("edit in 5,000 lines → the statement's diagnostics", edited, 60),
        *(row for rows in judged for row in rows),
        _row("new file of 5,000 lines → all diagnostics", file, 2_000),
        _row("longest wait for the main loop meanwhile", stalls, 30),
        *_programs(hosts.edits(5 * few), program, stalls_of_it),
        _row("cancel → answer", cancelled, 10),
        start,
        start_with,
        _memory("memory of all processes (PSS) after typing and one file of 5,000 lines", used),
        _memory(f"the same after {max(2, few // 2)} more such files", at_last),
        Row(*command),
        *_assisted(assisted),
    ]
    return _report(rows, idle, before)


async def _judged(place: Path, dialect: str, environment: dict[str, str], few: int) -> list[Row]:
    """An engine's judgement of an edit, and a whole file with the engine at work."""
    root = place / dialect
    root.mkdir()
    workspace.create(root, dialect)
    session = await _session(root, environment)
    edit = await measure.judged_edit(session, workspace.JUDGED[dialect], 3 * few)
    file, stalls = await measure.whole_file(session, max(2, few // 3))
    await session.client.close()
    name = ENGINES[dialect]
    return [
        _row(f"edit → {name}'s own judgement", edit, 30),
        _row(f"new file of 5,000 lines → all diagnostics, {name} judging", file, 3_000),
        _row(f"longest wait for the main loop meanwhile, {name} judging", stalls, 30),
    ]


def _programs(edits: hosts.Edits, opened: Series, stalls: Series) -> list[Row]:
    """SQL in the strings of a long program."""
    ratio = edits.outside.median / edits.bare.median
    program = f"10,000 lines of Python with {hosts.FUNCTIONS} statements"
    alone = f"{ratio:.2f} × tree-sitter alone, {edits.bare.median * 1e3:.1f} ms"
    return [
        _row(f"edit in {program}, outside SQL ({alone})", edits.outside, 2),
        _row("the same inside SQL", edits.inside, 5),
        _row(f"{program} opened → its SQL is found", edits.found, 1_000),
        _row("the same → all diagnostics", opened, 2_000),
        _row("longest wait for the main loop meanwhile", stalls, 30),
    ]


def _assisted(found: model.Measured) -> list[Row]:
    """Ghost text with a model, which is an endpoint of ours on this machine."""
    pause = f"{model.PAUSE * 1000:g} ms"
    asked = f"requests to a model for {model.KEYS} keystrokes, {model.BETWEEN * 1000:g} ms apart"
    grown, minute = found.grown, "what a minute of typing with a slow model leaves behind"
    held = f"{grown.files} files, {grown.connections} connections"
    return [
        _row(
            f"ghost text of a model − the bare HTTP call − the pause of {pause}", found.overhead, 15
        ),
        _row("the same asked for without a pause, in which our engine works", found.at_once, 30),
        _row("cancelled → the model's stream is closed", found.closed, 10),
        _row("longest wait for the main loop while a model answers", found.stalls, 30),
        _count(asked, found.asked, 25),
        _count(
            "stale items shown, and requests not answered, meanwhile",
            found.stale + found.unanswered,
            0,
        ),
        Row(f"{minute} ({held})", f"{grown.megabytes:.1f} MB", "", "≤ 10 MB", grown.megabytes, 10),
        _count("the same, files and connections", grown.files + grown.connections, 0),
    ]


def _count(what: str, found: int, most: int) -> Row:
    return Row(what, f"{found}", "", f"≤ {most}", found, most)


def _report(rows: list[Row], idle: float, before: tuple[float, float, float]) -> list[str]:
    after = os.getloadavg()
    load = f"{before[0]:.1f} before and {after[0]:.1f} after, on {psutil.cpu_count()} cores"
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    missed = [row.what for row in rows if row.value > row.most]
    python = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return [
        "# Speed and memory",
        "",
        "Written by `python -m benchmarks.run`: a client types into a real server over its pipes,",
        "on a schema of 30 tables with 20 files of past queries. Times include the protocol, and",
        "the client shares the machine with the server.",
        "",
        f"{when}, {python}. Load average {load}. With nothing to do, the longest wait for an",
        f"answer was {idle * 1e3:.1f} ms.",
        "",
        "| what | median | p95 | limit (p95) | kept |",
        "|---|---|---|---|---|",
        *(row.text for row in rows),
        "",
        f"Missed: {'; '.join(missed)}." if missed else "No limit was missed.",
        "",
        "The ratio of start-up times is compared by medians of alternating starts.",
    ]


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    report = "\n".join(asyncio.run(run(quick))) + "\n"
    if quick:
        sys.stdout.write(report)
    else:
        (HERE / "RESULTS.md").write_text(report)


if __name__ == "__main__":
    main()
