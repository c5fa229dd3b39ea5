"""Parts of the protocol's edge on their own."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.waiting import PATIENCE
from sureql.lsp import dispatch, stream, uris
from sureql.lsp.dispatch import Handler, Kind
from sureql.lsp.latest import Latest

JUNK = st.binary(max_size=30).filter(lambda data: b"content-length" not in data.lower())
BODIES = st.binary(min_size=1, max_size=50)


@given(st.lists(st.tuples(JUNK, BODIES), max_size=5), st.integers(1, 40))
def test_frames_survive_any_cut_and_junk_between_them(
    messages: list[tuple[bytes, bytes]], size: int
) -> None:
    data = b"".join(
        junk + b"\r\nContent-Length: %d\r\nContent-Type: x\r\n\r\n" % len(body) + body
        for junk, body in messages
    )
    frames = stream.Frames()
    found = [body for at in range(0, len(data), size) for body in frames.feed(data[at : at + size])]
    assert found == [body for _, body in messages]


def test_header_lines_are_read_as_clients_write_them() -> None:
    data = b"content-length:2\n\n{}Content-Type: a\r\nContent-Length: 3\r\n\r\n[1]"
    assert list(stream.Frames().feed(data)) == [b"{}", b"[1]"]


def test_endless_junk_takes_no_memory() -> None:
    frames = stream.Frames()
    for _ in range(100):
        assert list(frames.feed(b"x" * 100_000)) == []
    assert len(frames._buffer) < 10_000
    assert list(frames.feed(b"\r\nContent-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}")) == [b"{}"]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a%20b/%C3%A9.sql", "/home/a b/é.sql"),
        ("file:///c%3A/Users/x/q.sql", "c:\\Users\\x\\q.sql"),
        ("file:///C:/Users/x/q.sql", "c:\\Users\\x\\q.sql"),
        ("file://server/share/q.sql", "\\\\server\\share\\q.sql"),
        ("file://localhost/a.sql", "/a.sql"),
        ("file:///a%2520b.sql", "/a%20b.sql"),
        ("file:///a#b.sql", "/a#b.sql"),
        ("file:///a%23b%3Fc.sql", "/a#b?c.sql"),
        ("file:///a%00b.sql", ""),
        ("untitled:Untitled-1", ""),
        ("git:/a.sql?x", ""),
        ("file://[broken", ""),
        ("", ""),
    ],
)
def test_uris_to_paths(uri: str, path: str) -> None:
    assert uris.to_path(uri) == path


@pytest.mark.parametrize(
    "path",
    ["/home/a b/é#?%20.sql", "c:\\Users\\x y\\q.sql", "\\\\server\\share\\q.sql", "/", "/a:b.sql"],
)
def test_paths_come_back(path: str) -> None:
    uri = uris.from_path(path)
    assert uri.startswith("file:")
    assert uris.to_path(uri) == path


def test_a_uri_given_as_a_path_stays() -> None:
    assert uris.from_path("untitled:Untitled-1") == "untitled:Untitled-1"


async def test_the_older_answer_is_there_before_the_newer_work_begins() -> None:
    latest, log = Latest(), []

    async def work(name: str) -> str:
        log.append(f"begin {name}")
        await asyncio.sleep(0)
        return name

    first = latest.begin("a", work("1"), "old")
    first.add_done_callback(lambda _: log.append("answered 1"))
    second = latest.begin("a", work("2"), "old")
    other = latest.begin("b", work("3"), "old")
    assert first.done()
    assert [await first, await second, await other] == ["old", "2", "3"]
    assert log.index("answered 1") < log.index("begin 2")


async def test_a_cancelled_answer_ends_its_work() -> None:
    latest, ended = Latest(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            ended.set()

    answer = latest.begin("a", work(), None)
    await asyncio.sleep(0)
    answer.cancel()
    await asyncio.wait_for(ended.wait(), PATIENCE)
    assert await latest.begin("a", asyncio.sleep(0, "next"), None) == "next"


class NoSession:
    """What the dispatcher needs of a session."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()


@pytest.mark.parametrize("kind", [Kind.SYNC, Kind.ASYNC, Kind.WORKER])
async def test_a_failing_handler_is_logged_and_answered_with_nothing(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(session: Any, params: Any) -> Any:
        raise ZeroDivisionError("oops")

    handler = Handler("some/method", kind, broken, empty=list)
    with caplog.at_level(logging.ERROR):
        outcome = dispatch.begin(handler, NoSession())({})  # type: ignore[arg-type]
        assert (outcome if kind is Kind.SYNC else await outcome) == []
    assert "some/method failed" in caplog.text
    assert "oops" in caplog.text


def test_every_handler_is_found_once() -> None:
    found = [handler.method for handler in dispatch.discover()]
    assert len(found) == len(set(found))
    assert {"initialize", "textDocument/completion", "textDocument/inlineCompletion"} <= set(found)
