"""The embedded server: shared, stopped with its last user, and found again when it is gone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from oracle.postgres_server import LENIENT, Server, cache_folder
from support import schemas
from support.waiting import wait_until
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.oracle.postgres import embedded
from sureql.oracle.postgres.engine import PostgresEngine
from sureql.ports.errors import JudgeError
from sureql.ports.judge import Judge, Ruling

REFUSED, UNJUDGED = Ruling.REFUSED, Ruling.UNJUDGED
WRONG = "SELECT nam FROM artist"
DEADLINE = 0.4
IS_ROOT = os.geteuid() == 0

USER = """
import sys
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
engine = engines.opened(EngineSpec("postgres", cache=sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
engine.close()
"""


@pytest.fixture
def cache() -> Iterator[str]:
    with cache_folder() as folder:
        yield folder


@contextmanager
def user(cache: str, account: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server."""
    path = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [python_for(account), "-c", USER, cache],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=account,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": "/nonexistent"},
    )
    try:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def python_for(account: str | None) -> str:
    """An interpreter that the user may run: ours may be in a home."""
    for program in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        command = [program, "-c", "pass"]
        with suppress(OSError):
            if subprocess.run(command, user=account, cwd="/", check=False).returncode == 0:
                return program
    pytest.skip(f"there is no Python for the user {account}")


def server_of(cache: str) -> psutil.Process | None:
    """The running server whose files are in a folder."""
    for file in Path(cache).glob("postgres-*/data/postmaster.pid"):
        with suppress(OSError, ValueError, psutil.Error):
            found = psutil.Process(int(file.read_text().split()[0]))
            if str(file.parent) in " ".join(found.cmdline()):
                return found
    return None


def keeper_of(cache: str) -> psutil.Process:
    server = server_of(cache)
    assert server is not None
    parent = server.parent()
    assert parent is not None and any("keeper.py" in part for part in parent.cmdline())
    return parent


def answers(judge: Judge) -> float:
    """Ask until the server answers; the longest time that one question took."""
    longest = 0.0

    def answered() -> bool:
        nonlocal longest
        start = time.monotonic()
        found = judge.judge(WRONG)
        longest = max(longest, time.monotonic() - start)
        assert found.ruling in (REFUSED, UNJUDGED)
        assert found.message
        return found.ruling is REFUSED

    wait_until(answered)
    return longest


def opened(cache: str) -> PostgresEngine:
    return PostgresEngine(EngineSpec("postgres", cache=cache, deadline=DEADLINE))


def judge_of(engine: PostgresEngine) -> Judge:
    return engine.judge_for(schemas.catalog("music"))


def test_is_opened_like_every_engine(postgres: Server) -> None:
    assert engines.available("postgres")
    engine = engines.opened(EngineSpec("postgres", cache=postgres.cache))
    assert engine.judge_for(schemas.catalog("music")).dialect == "postgres"
    engine.close()


def test_is_shared_and_stops_with_the_last_user_however_it_ends(cache: str) -> None:
    with user(cache) as first:
        server = server_of(cache)
        assert server is not None
        with user(cache) as second:
            assert server_of(cache) == server
            first.kill()
            first.wait()
            time.sleep(0.6)
            assert server_of(cache) == server
            second.kill()
            second.wait()
            wait_until(lambda: server_of(cache) is None)
    engine = opened(cache)
    answers(judge_of(engine))
    assert server_of(cache) is not None
    engine.close()
    wait_until(lambda: server_of(cache) is None)


def test_databases_of_the_dead_are_dropped(postgres: Server) -> None:
    def databases() -> set[str]:
        rows = postgres.ask("SELECT datname FROM pg_database WHERE datname LIKE 'sureql%'")
        return {str(name) for (name,) in rows}

    before = databases()
    with user(postgres.cache) as other:
        (left,) = databases() - before
        other.kill()
        other.wait()
    assert left in databases()
    engine = opened(postgres.cache)
    assert left not in databases()
    assert before < databases()
    engine.close()
    assert databases() == before


def test_a_hung_server_costs_no_more_than_the_deadline(cache: str) -> None:
    engine = opened(cache)
    judge = judge_of(engine)
    answers(judge)
    server = server_of(cache)
    assert server is not None
    stopped = [server, *server.children(recursive=True)]
    for process in stopped:
        process.suspend()
    start = time.monotonic()
    for _ in range(100):
        assert judge.judge(WRONG).ruling is UNJUDGED
    # Only the first question waits; the machine may be busy.
    assert time.monotonic() - start < 50 * DEADLINE
    for process in stopped:
        with suppress(psutil.Error):
            process.resume()
    assert answers(judge) < 50 * DEADLINE
    engine.close()


def test_one_hung_connection_is_given_up(cache: str) -> None:
    engine = opened(cache)
    judge = judge_of(engine)
    answers(judge)
    server = server_of(cache)
    assert server is not None
    hung = [child for child in server.children() if "sureql_" in " ".join(child.cmdline())]
    for child in hung:
        child.suspend()
    assert judge.judge(WRONG).ruling is UNJUDGED
    assert answers(judge) < 50 * DEADLINE
    for child in hung:
        child.resume()
    engine.close()


def test_a_killed_connection_is_made_anew(cache: str) -> None:
    engine = opened(cache)
    judge = judge_of(engine)
    answers(judge)
    session = engine._session
    assert session is not None
    assert engine._lease is not None
    control = embedded.ensure(engine._lease)
    control.run(
        [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{session.database}'"
        ],
        LENIENT,
    )
    control.close()
    assert judge.judge(WRONG).ruling is UNJUDGED
    answers(judge)
    engine.close()


def test_what_could_not_be_built_in_time_is_built_later(postgres: Server) -> None:
    engine = opened(postgres.cache)
    judge = judge_of(engine)
    answers(judge)
    session = engine._session
    assert session is not None
    with psycopg.connect(postgres.url(session.database)) as other:
        # Tables cannot be made while nobody may write to the list of columns.
        other.execute("LOCK TABLE pg_attribute IN EXCLUSIVE MODE")
        start = time.monotonic()
        assert judge.judge("SELECT title FROM album").ruling is UNJUDGED
        assert time.monotonic() - start < 50 * DEADLINE
        assert judge.judge(WRONG).ruling is REFUSED
    wait_until(lambda: judge.judge("SELECT title FROM album").ruling is Ruling.ACCEPTED)
    assert engine._session is session
    engine.close()


@pytest.mark.parametrize("killed", ["server", "keeper", "both"])
def test_a_killed_server_is_started_anew(cache: str, killed: str) -> None:
    engine = opened(cache)
    judge = judge_of(engine)
    answers(judge)
    keeper, server = keeper_of(cache), server_of(cache)
    assert server is not None
    if killed != "server":
        keeper.kill()
    if killed != "keeper":
        server.kill()
        wait_until(lambda: judge.judge(WRONG).ruling is UNJUDGED)
    assert answers(judge) < 50 * DEADLINE
    engine.close()
    # Also a server without a keeper is stopped with its last user.
    wait_until(lambda: server_of(cache) is None)


def test_stale_files_are_no_hindrance(cache: str) -> None:
    engine = opened(cache)
    engine.close()
    wait_until(lambda: server_of(cache) is None)
    data = Path(cache) / f"postgres-{os.geteuid()}" / "data"
    # The number of a process that has nothing to do with it.
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{data}\n1\n5432\n{data}\n\n0 0\nready\n")
    (data / ".s.PGSQL.5432").write_text("")
    engine = opened(cache)
    answers(judge_of(engine))
    engine.close()
    assert psutil.pid_exists(os.getppid())


def test_files_of_another_version_or_half_made_ones_are_made_anew(cache: str) -> None:
    folder = Path(cache) / f"postgres-{os.geteuid()}"
    for half_made in (True, False):
        if half_made:
            (folder / "data").mkdir(parents=True)
            (folder / "data" / "PG_VERSION").write_text("18\n")
            folder.chmod(0o711)
        else:
            (folder / "made").write_text("pginstall17")
        engine = opened(cache)
        answers(judge_of(engine))
        engine.close()
        wait_until(lambda: server_of(cache) is None)


def test_says_that_the_disk_is_full(cache: str) -> None:
    small = Path(cache) / "small"
    small.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=12M,mode=755", "tmpfs", str(small)]
    if not IS_ROOT or subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with pytest.raises(JudgeError, match=r"disk of .*small.* is full"):
            opened(str(small))
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_says_why_it_cannot_be_started(cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_programs", lambda folder: Path(cache) / "nowhere")
    with pytest.raises(JudgeError, match=r"cannot be started: .*nowhere"):
        opened(cache)


@pytest.mark.skipif(not IS_ROOT, reason="only root can be two users")
def test_two_users_do_not_collide(cache: str) -> None:
    python_for("nobody")
    Path(cache).chmod(0o1777)
    engine = opened(cache)
    judge = judge_of(engine)
    with user(cache, "nobody"):
        assert {path.name.partition("-")[0] for path in Path(cache).iterdir()} == {"postgres"}
        assert len(list(Path(cache).iterdir())) == 2
        answers(judge)
    engine.close()


@pytest.mark.skipif(not IS_ROOT, reason="only root can make what belongs to another user")
def test_a_folder_of_another_user_is_not_used(cache: str) -> None:
    folder = Path(cache) / "postgres-0"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    with pytest.raises(JudgeError, match="belongs to somebody else"):
        opened(cache)


@pytest.mark.skipif(not IS_ROOT, reason="only root can make what belongs to another user")
@pytest.mark.parametrize(("owner", "mode"), [(65534, 0o755), (0, 0o777)])
def test_a_folder_that_others_can_exchange_is_not_used(cache: str, owner: int, mode: int) -> None:
    place = Path(cache) / "place"
    place.mkdir()
    place.chmod(mode)
    os.chown(place, owner, owner)
    with pytest.raises(JudgeError, match="belongs to somebody else"):
        opened(str(place))


@pytest.mark.skipif(not IS_ROOT, reason="only root cannot run the server itself")
def test_no_folder_is_opened_to_others(
    cache: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As root the server runs as another user, who must not need to get into root's home.
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(embedded, "_SHARED", (cache,))
    folders = [*map(Path, embedded._HOMES), home, *home.parents]
    before = {path: path.stat().st_mode for path in folders if path.exists()}
    engine = opened(str(home / ".cache" / "sureql"))
    answers(judge_of(engine))
    server = server_of(cache)
    assert server is not None
    assert server.uids().effective != 0
    data = Path(cache) / "postgres-0" / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    engine.close()
    assert {path: path.stat().st_mode for path in before} == before
    assert not list(home.iterdir())


@pytest.mark.skipif(not IS_ROOT, reason="only root's programs may be out of the server's reach")
def test_programs_in_a_home_are_copied(cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_may_be_run", lambda program: False)
    engine = opened(cache)
    answers(judge_of(engine))
    server = server_of(cache)
    assert server is not None
    assert server.exe().startswith(str(Path(cache) / "postgres-0" / "programs"))
    engine.close()


def test_a_path_that_is_too_long_for_a_socket(cache: str) -> None:
    deep = Path(cache) / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        folder.chmod(0o755)
    engine = opened(str(deep))
    answers(judge_of(engine))
    assert engine._lease is not None
    sockets = Path(engine._lease.sockets)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    engine.close()
    wait_until(lambda: not sockets.exists())
    assert server_of(str(deep)) is None
