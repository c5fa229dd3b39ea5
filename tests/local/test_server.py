"""The server of a model that sureql runs itself: shared, stopped, killed, garbage."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from support.llama import WINDOW, Llama, model_file
from support.waiting import PATIENCE, eventually
from sureql.ports.errors import ModelRefused, ModelUnreachable
from sureql.providers.local import server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs file locks of POSIX")


@asynccontextmanager
async def _leases(
    count: int, cache: Path, lives_on: float = 0.0
) -> AsyncIterator[list[server.Lease]]:
    model = str(model_file())
    taken = [server.Lease(model, cache, lives_on=lives_on, window=WINDOW) for _ in range(count)]
    try:
        yield taken
    finally:
        for lease in taken:
            lease.leave()


def _process(cache: Path) -> psutil.Process:
    state = next(cache.glob("servers/*/state"))
    return psutil.Process(json.loads(state.read_text())["pid"])


async def _ends(process: psutil.Process) -> None:
    def ended() -> bool:
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    await eventually(ended)


async def _gone(cache: Path) -> None:
    # The system takes away the threads of an ended process, its locks and its port, a little later.
    await eventually(lambda: not server.running(model_file(), cache))


async def _longest_pause() -> float:
    """How long nothing else could run, until it is cancelled."""
    longest = 0.0
    before = time.monotonic()
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
            before = time.monotonic()
    return longest


def _get(llama: Llama, path: str, **headers: str) -> httpx2.Response:
    address = llama.base_url.removesuffix("/v1")
    return httpx2.get(f"{address}{path}", headers=headers, trust_env=False)


def test_only_who_has_the_key_gets_an_answer(llama: Llama) -> None:
    assert llama.base_url.startswith("http://127.0.0.1:")
    assert _get(llama, "/v1/models").status_code == 401
    assert _get(llama, "/v1/models", Authorization="Bearer guessed").status_code == 401
    allowed = _get(llama, "/v1/models", Authorization=f"Bearer {llama.key}")
    assert [one["id"] for one in allowed.json()["data"]] == [llama.model]


def test_the_key_is_not_shown(llama: Llama) -> None:
    assert llama.key not in repr(llama.endpoint)
    assert llama.key not in repr(llama)


def test_the_key_is_on_no_command_line(llama: Llama) -> None:
    assert llama.key not in " ".join(psutil.Process(llama.process).cmdline())


def test_pages_in_a_browser_are_shut_out(llama: Llama) -> None:
    answer = _get(llama, "/health", Origin="http://example.com")
    assert answer.headers.get("Access-Control-Allow-Origin") != "http://example.com"
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"
    assert _get(llama, "/").status_code in (401, 404)


def test_it_completes(llama: Llama) -> None:
    answer = httpx2.post(
        f"{llama.base_url}/completions",
        json={"prompt": "SELECT name FROM", "max_tokens": 4},
        headers={"Authorization": f"Bearer {llama.key}"},
        timeout=PATIENCE,
        trust_env=False,
    )
    assert answer.json()["choices"][0]["text"]


async def test_all_share_one_server_until_the_last_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    async with _leases(3, tmp_path) as (first, second, third):
        # At once, as when several windows of an editor open.
        found = await asyncio.gather(*(one.endpoint() for one in (first, second, third)))
        assert len({(one.base_url, one.key) for one in found}) == 1
        state = next(tmp_path.glob("servers/*/state"))
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
        process = _process(tmp_path)
        assert "OPENAI_API_KEY" not in process.environ()
        assert "PATH" in process.environ()
        first.leave()
        second.leave()
        await asyncio.sleep(4 * 0.25)
        assert process.is_running()
        third.leave()
        await _ends(process)
        assert not state.exists()


async def test_a_server_that_was_killed_is_started_anew(tmp_path: Path) -> None:
    async with _leases(1, tmp_path) as (lease,):
        ticking = asyncio.create_task(_longest_pause())
        begun = time.monotonic()
        before = await lease.endpoint()
        took = time.monotonic() - begun
        ticking.cancel()
        # Starting leaves the event loop free, whatever else the machine does.
        assert await ticking < max(1.0, took / 2)
        process = _process(tmp_path)
        process.kill()
        await _ends(process)
        await _gone(tmp_path)
        after = await lease.endpoint()
        assert after.key != before.key
        assert _process(tmp_path).pid != process.pid


async def test_it_ends_when_its_only_user_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys, time; from pathlib import Path; from sureql.providers.local import server\n"
        "lease = server.Lease(sys.argv[1], Path(sys.argv[2]), lives_on=0)\n"
        "asyncio.run(lease.endpoint()); print('ready', flush=True); time.sleep(60)"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", program, str(model_file()), str(tmp_path)], stdout=subprocess.PIPE
    )
    assert user.stdout is not None
    try:
        assert await asyncio.to_thread(user.stdout.readline) == b"ready\n"
        process = _process(tmp_path)
    finally:
        user.kill()
        user.wait()
        user.stdout.close()
    await _ends(process)


async def test_it_lives_on_for_who_comes_back_soon(tmp_path: Path) -> None:
    async with _leases(2, tmp_path, lives_on=60.0) as (first, second):
        before = await first.endpoint()
        first.leave()
        await asyncio.sleep(3 * 0.25)
        assert await second.endpoint() == before
        process = _process(tmp_path)
    os.kill(process.pid, signal.SIGTERM)
    await _ends(process)


async def _refused(model: Path, cache: Path) -> str:
    lease = server.Lease(str(model), cache, lives_on=0)
    with pytest.raises((ModelRefused, ModelUnreachable)) as caught:
        await lease.endpoint()
    lease.leave()
    return str(caught.value)


async def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "page.gguf").write_text("<!doctype html>")
    assert "is no GGUF model" in await _refused(tmp_path / "page.gguf", tmp_path)


async def test_a_model_that_is_cut_short(tmp_path: Path) -> None:
    with model_file().open("rb") as whole:
        (tmp_path / "half.gguf").write_bytes(whole.read(3_000_000))
    said = await _refused(tmp_path / "half.gguf", tmp_path)
    assert said.startswith("half.gguf cannot be run: ")
    assert "corrupted or incomplete" in said


async def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    assert "sureql model fetch smollm2" in await _refused(Path("smollm2"), tmp_path)
    assert "sureql model list" in await _refused(Path("nonesuch"), tmp_path)
    assert "There is no model at" in await _refused(tmp_path / "gone.gguf", tmp_path)


async def test_too_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_free_memory", lambda: 50_000_000)
    assert "50 MB are free" in await _refused(model_file(), tmp_path)
    assert not list(tmp_path.glob("servers/*/state"))


async def test_a_folder_that_others_can_write_to(tmp_path: Path) -> None:
    async with _leases(1, tmp_path) as (lease,):
        folder = server._folder(model_file(), tmp_path)
        folder.chmod(0o777)
        with pytest.raises(ModelRefused, match="belongs to somebody else"):
            await lease.endpoint()


def test_what_people_write_is_not_in_the_log(llama: Llama) -> None:
    answer = httpx2.post(
        f"{llama.base_url}/completions",
        json={"prompt": "SELECT", "max_tokens": 1, "grammar": 'root ::= "their_words" ('},
        headers={"Authorization": f"Bearer {llama.key}"},
        timeout=PATIENCE,
        trust_env=False,
    )
    assert answer.status_code == 400
    assert "their_words" not in llama.log.read_text()


async def test_the_address_stays_unless_somebody_else_has_it(tmp_path: Path) -> None:
    async with _leases(1, tmp_path) as (lease,):
        first = await lease.endpoint()
        process = _process(tmp_path)
        assert lease.last().base_url == first.base_url
        lease.leave()
        await _ends(process)
        await _gone(tmp_path)
        again = await lease.endpoint()
        assert again.base_url == first.base_url
        assert again.key != first.key
        process = _process(tmp_path)
        lease.leave()
        await _ends(process)
        await _gone(tmp_path)
        port = int(first.base_url.split(":")[2].split("/")[0])
        other = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
        async with other:
            assert (await lease.endpoint()).base_url != first.base_url
