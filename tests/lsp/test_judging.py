"""Real engines judge what is written, each in a process of its own that may die at any moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from lsp.conftest import Start
from lsp.test_corrections import applied, corrected
from lsp.test_pull import ASKING, pull, pulled
from lsp.wire import CAPABILITIES, Wire
from support.waiting import eventually
from sureql.lsp.judging import Judging
from sureql.settings.options import Options

DDL = """CREATE TABLE artist (artist_id integer PRIMARY KEY, name varchar NOT NULL, born date);
"""
# Only the engine knows what is wrong with these.
ONLY_JUDGED = {
    "duckdb": "SELECT date_trunc('bogus', born) FROM artist;",
    "postgres": "SELECT count(DISTINCT *) FROM artist;",
    "sqlite": "SELECT max(DISTINCT name, 2) OVER () FROM artist;",
}
NAMES = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "sqlite": "SQLite"}


def project(folder: Path, dialect: str, settings: str = "") -> str:
    """A workspace with one table; the URI of a query file in it."""
    (folder / "schema.sql").write_text(DDL)
    (folder / "sureql.toml").write_text(f"dialect = '{dialect}'\n{settings}")
    return (folder / "q.sql").as_uri()


def errors(wire: Wire, uri: str) -> list[str]:
    return [one["code"] for one in wire.diagnostics(uri) or () if one["severity"] == 1]


def status(wire: Wire) -> str:
    found = wire.notifications("didChangeStatus")
    return str(found[-1]["message"]) if found else ""


async def judges(wire: Wire, dialect: str) -> None:
    await wire.until(lambda: f"{NAMES[dialect]} judges" in status(wire))


def below(wire: Wire) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(wire.process.pid).children(recursive=True)
    return found


def judge_of(wire: Wire) -> psutil.Process:
    [judge] = [one for one in below(wire) if runs(one) and "--urgent" in one.cmdline()]
    return judge


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


async def gone(processes: list[psutil.Process]) -> None:
    await eventually(lambda: not any(runs(one) for one in processes))


def insert(line: int, character: int, text: str) -> dict[str, Any]:
    place = {"line": line, "character": character}
    return {"range": {"start": place, "end": place}, "text": text}


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
async def test_the_engine_has_the_last_word(start: Start, workspace: Path, dialect: str) -> None:
    uri = project(workspace, dialect)
    wire = await start(workspace)
    wire.open(uri, f"{ONLY_JUDGED[dialect]}\nSELECT nme FROM artist;\n")
    await judges(wire, dialect)
    await wire.until(lambda: len(errors(wire, uri)) == 2)
    assert "unknown-column" in errors(wire, uri)
    # A statement that is written now is judged without waiting for the whole file.
    wire.change(uri, 2, insert(2, 0, ONLY_JUDGED[dialect].replace("SELECT", "SELECT 1,")))
    await wire.until(lambda: len(errors(wire, uri)) == 3)
    wire.change(uri, 3, {"text": "SELECT name FROM artist;"})
    await wire.until(lambda: errors(wire, uri) == [])
    assert await wire.end() == 0


async def test_parameters_show_their_types(start: Start, workspace: Path) -> None:
    uri = project(workspace, "postgres")
    capabilities = {
        **CAPABILITIES,
        "workspace": {**CAPABILITIES["workspace"], "inlayHint": {"refreshSupport": True}},
    }
    wire = await start(workspace, capabilities=capabilities)
    wire.open(uri, "SELECT 1;\nSELECT name FROM artist WHERE born > $1 AND artist_id = $2;")
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": whole}
    assert await wire.request("textDocument/inlayHint", params) == []
    refresh = "workspace/inlayHint/refresh"
    await wire.until(lambda: any(one["method"] == refresh for one in wire.asked))
    while not (hints := await wire.request("textDocument/inlayHint", params)):
        await asyncio.sleep(0.05)
    hints = await wire.request("textDocument/inlayHint", params)
    assert [(one["position"]["character"], one["label"]) for one in hints] == [
        (39, ": date"),
        (58, ": integer"),
    ]
    hover = await wire.request("textDocument/hover", wire.at(uri, 1, 38))
    assert "$1 date" in hover["contents"]["value"]
    wire.configuration = {"judge": {"types": False}}
    wire.notify("workspace/didChangeConfiguration", {"settings": None})
    while await wire.request("textDocument/inlayHint", params):
        await asyncio.sleep(0.05)
    assert await wire.end() == 0


@pytest.mark.parametrize(
    ("dialect", "settings", "words"),
    [
        ("mysql", "", "no engine here for mysql: names and syntax are checked without one"),
        ("duckdb", "[judge]\nenabled = false", "no engine judges: it is switched off"),
    ],
)
async def test_the_status_says_who_judges(
    start: Start, workspace: Path, dialect: str, settings: str, words: str
) -> None:
    uri = project(workspace, dialect, settings)
    wire = await start(workspace)
    wire.open(uri, ONLY_JUDGED.get(dialect, "SELECT name FROM artist;"))
    await wire.until(lambda: words in status(wire))
    await asyncio.sleep(0.5)
    assert errors(wire, uri) == []
    assert not any("--urgent" in one.cmdline() for one in below(wire))
    assert await wire.end() == 0


async def test_a_judge_that_is_killed_is_replaced(start: Start, workspace: Path) -> None:
    uri = project(workspace, "duckdb")
    wire = await start(workspace)
    wire.open(uri, ONLY_JUDGED["duckdb"])
    await judges(wire, "duckdb")
    await wire.until(lambda: len(errors(wire, uri)) == 1)
    first = judge_of(wire)
    first.kill()
    wire.change(uri, 2, insert(0, 45, "\nSELECT nme FROM artist;"))
    # Everything but the engine goes on meanwhile.
    await wire.until(lambda: "unknown-column" in errors(wire, uri))
    await judges(wire, "duckdb")
    wire.change(uri, 3, insert(1, 23, "\n" + ONLY_JUDGED["duckdb"].replace("born", "born ")))
    await wire.until(lambda: len(errors(wire, uri)) == 3)
    assert judge_of(wire) != first
    assert await wire.end() == 0


async def test_an_engine_that_hangs_holds_nobody_up(start: Start, workspace: Path) -> None:
    uri = project(workspace, "duckdb")
    wire = await start(workspace)
    wire.open(uri, "SELECT name FROM artist;\n")
    await judges(wire, "duckdb")
    stuck = judge_of(wire)
    stuck.suspend()
    for version in range(2, 12):
        wire.change(uri, version, insert(1, 0, f"SELECT nme{version} FROM artist;\n"))
    await wire.until(lambda: len(errors(wire, uri)) == 10)
    await wire.labels(uri, 1, 8)
    await wire.until(
        lambda: any(
            "has stopped" in one["message"] for one in wire.notifications("didChangeStatus")
        )
    )
    await gone([stuck])
    assert await wire.end() == 0


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
async def test_no_process_is_left_behind(start: Start, workspace: Path, dialect: str) -> None:
    uri = project(workspace, dialect)
    wire = await start(workspace)
    wire.open(uri, "SELECT name FROM artist;\n" * 50 + ONLY_JUDGED[dialect])
    await judges(wire, dialect)
    # It is judging right now.
    wire.change(uri, 2, insert(0, 0, "".join(f"SELECT {n} FROM artist;\n" for n in range(500))))
    await asyncio.sleep(0.35)
    processes = below(wire)
    assert len(processes) >= 2
    assert await wire.end() == 0
    await gone(processes)


async def test_no_judge_outlives_a_server_that_is_killed(start: Start, workspace: Path) -> None:
    uri = project(workspace, "postgres")
    wire = await start(workspace)
    wire.open(uri, ONLY_JUDGED["postgres"])
    await judges(wire, "postgres")
    processes = below(wire)
    wire.process.kill()
    await gone(processes)


async def test_hostile_statements_cost_only_themselves(start: Start, workspace: Path) -> None:
    uri = project(workspace, "duckdb")
    wire = await start(workspace)
    bombs = [
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000 + ";",
        "SELECT " + "1+" * 3_000 + "1;",
        "SELECT " + "-" * 6_001 + "1;",
        "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT * FROM r) SELECT * FROM r;",
        "SELECT 1 FROM " + ", ".join(f"range(1000000000) t{n}" for n in range(9)) + ";",
    ]
    wire.open(uri, "\n".join(bombs) + "\n" + ONLY_JUDGED["duckdb"])
    await judges(wire, "duckdb")
    line = len(bombs)
    await wire.until(
        lambda: any(one["range"]["start"]["line"] == line for one in wire.diagnostics(uri) or ())
    )
    assert await wire.end() == 0


async def test_of_ten_thousand_diagnostics_the_worst_are_shown(
    start: Start, workspace: Path
) -> None:
    uri = project(workspace, "sqlite")
    wire = await start(workspace)
    line = "SELECT nme, name = NULL FROM artist;\n"
    wire.open(uri, "SELECT name FROM artist WHERE born = NULL;\n" + line * 5_000)
    # They come in parts.
    await wire.until(lambda: errors(wire, uri) == ["unknown-column"] * 1000)
    found = wire.diagnostics(uri) or []
    assert len(found) == 1001
    assert found[0]["severity"] == 3
    assert found[0]["message"].endswith("more problems in this file are not shown.")
    assert found[0]["range"]["start"]["line"] == 0
    assert {one["severity"] for one in found[1:]} == {1}
    lines = [one["range"]["start"]["line"] for one in found[1:]]
    assert lines == sorted(lines)
    assert lines[-1] <= 1001
    assert await wire.end() == 0


async def test_what_the_engine_accepts_is_not_corrected(start: Start, workspace: Path) -> None:
    uri = project(workspace, "duckdb", "[save]\nfix_all = true\n")
    capabilities = {
        **CAPABILITIES,
        "textDocument": {
            **CAPABILITIES["textDocument"],
            "synchronization": {"willSaveWaitUntil": True},
        },
    }
    wire = await start(workspace, capabilities=capabilities)
    text = "SELECT artist_ids FROM artist;\n"
    wire.open(uri, text)
    await judges(wire, "duckdb")
    await wire.until(lambda: errors(wire, uri))
    assert applied(text, await corrected(wire, uri)) == "SELECT artist_id FROM artist;\n"
    assert await wire.end() == 0


async def test_an_editor_that_asks_is_told_what_the_engine_found(
    start: Start, workspace: Path
) -> None:
    uri = project(workspace, "duckdb")
    wire = await start(workspace, capabilities=ASKING)
    wire.open(uri, "SELECT 1;\n" * 300 + ONLY_JUDGED["duckdb"])
    await pull(wire, uri)
    refresh = "workspace/diagnostic/refresh"
    await wire.until(lambda: any(one["method"] == refresh for one in wire.asked))
    report = await pulled(wire, uri, ["refused"], severity=1)
    assert report["items"][-1]["range"]["start"]["line"] == 300
    assert await wire.end() == 0


async def test_what_the_client_can_show_of_a_diagnostic(start: Start, workspace: Path) -> None:
    uri = project(workspace, "sqlite")
    full = {
        **CAPABILITIES,
        "textDocument": {
            **CAPABILITIES["textDocument"],
            "publishDiagnostics": {
                "relatedInformation": True,
                "codeDescriptionSupport": True,
                "tagSupport": {"valueSet": [1, 2]},
            },
        },
    }
    text = "WITH unused AS (SELECT 1) SELECT name FROM artist a JOIN artist b USING (born);"
    for capabilities, shown in ((full, True), ({}, False)):
        wire = await start(workspace, capabilities=capabilities)
        wire.open(uri, text)
        await wire.until(
            lambda w=wire: (  # type: ignore[misc]
                {"unused-cte", "ambiguous-column"}
                <= {one["code"] for one in w.diagnostics(uri) or ()}
            )
        )
        found = {one["code"]: one for one in wire.diagnostics(uri) or ()}
        assert found["unused-cte"].get("tags") == ([1] if shown else None)
        described = found["unused-cte"].get("codeDescription")
        assert bool(described) is shown
        if described:
            assert Path(described["href"].removeprefix("file://")).read_text().startswith("#")
        assert bool(found["ambiguous-column"].get("relatedInformation")) is shown
        assert await wire.end() == 0


@pytest.mark.parametrize(
    ("dialect", "sources", "settings", "expected"),
    [
        ("postgres", (), {}, ("", False)),
        ("postgres", (), {"postgres": "postgresql:///scratch"}, ("postgresql:///scratch", False)),
        ("postgres", ("postgresql://me@host/db",), {}, ("postgresql://me@host/db", True)),
        (
            "postgres",
            ("postgresql://me@host/db",),
            {"postgres": "postgresql:///scratch"},
            ("postgresql://me@host/db", True),
        ),
        ("duckdb", (), {"postgres": "postgresql:///scratch"}, ("", False)),
        ("mysql", (), {}, None),
        ("duckdb", (), {"enabled": False}, None),
    ],
)
def test_which_engine_judges(
    dialect: str,
    sources: tuple[str, ...],
    settings: dict[str, Any],
    expected: tuple[str, bool] | None,
) -> None:
    options = Options(judge=replace(Options().judge, deadline=70, **settings))
    scope = SimpleNamespace(request=SimpleNamespace(sources=sources))
    session: Any = SimpleNamespace(
        configuration=SimpleNamespace(options=lambda path: options),
        schemas=SimpleNamespace(scope=lambda document: scope),
        documents={"uri": object()},
    )
    snapshot = SimpleNamespace(
        uri="uri", script=SimpleNamespace(dialect=SimpleNamespace(name=dialect))
    )
    view: Any = SimpleNamespace(snapshot=snapshot, path="/a.sql")
    engine = Judging(session).engine(view)
    assert (engine and (engine.url, engine.live)) == expected
    assert engine is None or engine.deadline == 0.07
