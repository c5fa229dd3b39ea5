"""Long programs are read a little at a time: whoever types must not wait for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lsp.conftest import Start
from lsp.test_hosts import items, opened
from sureql.hosts import reading
from sureql.lsp import hosted, open_document
from sureql.lsp.hosted import Hosted
from sureql.text import document
from sureql.text.document import Change, Position
from sureql.text.encodings import Encoding

FUNCTION = """def number_{0}(con):
    return con.execute("SELECT title FROM album WHERE album_id = {0}")


"""
LONG = "".join(FUNCTION.format(number) for number in range(150))
BROKEN = f'x = """\n{LONG * 4}'


async def test_no_whole_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also not for an edit, or another schema, that comes while it is being read."""
    assert len(LONG) > hosted.LONG
    # One step of reading for each turn of the event loop.
    monkeypatch.setattr(hosted, "SLICE", 0.0)
    monkeypatch.setattr(reading, "_PART", 1_000)
    read = reading.of
    here: list[int] = []

    def watched(text: str, language: str, accepts: reading.Accepts) -> reading.Reading:
        here.append(len(text))
        return read(text, language, accepts)

    monkeypatch.setattr(reading, "of", watched)
    one = open_document.opened("file:///app.py", LONG, 1, "python")
    assert one.hosted is not None
    one.hosted.put_off()
    assert one.sql.text == ""
    first = asyncio.create_task(one.hosted.read())
    await asyncio.sleep(0)
    place = Position(0, 0)
    one.apply([Change("import os\n", place, place)], 2, Encoding.UTF16)
    one.hosted.accept(lambda _: False, "another", True)
    second = asyncio.create_task(one.hosted.read())
    await asyncio.sleep(0)
    one.apply([Change("# Twice.\n", place, place)], 3, Encoding.UTF16)
    turns = 0
    while not (first.done() and second.done()):
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    assert max(here, default=0) == 0
    assert one.sql.text.count("album_id") == 150
    assert one.sql.position_at(0, Encoding.UTF16).line == 3


async def test_what_an_edit_left_open_is_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "SHARE", 0)
    one = Hosted("python", document.of("file:///app.py", BROKEN, 1, "python"))
    await one.read()
    assert one.projected.text.count("album_id") < 600
    edit(one, 7, '"""')
    assert await one.settle()
    assert one.projected.text.count("album_id") == 600
    assert not await one.settle(), "There is nothing more to find."


async def test_an_edit_ends_what_would_be_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted, "SHARE", 0)
    one = Hosted("python", document.of("file:///app.py", BROKEN, 1, "python"))
    await one.read()
    edit(one, 7, '"""')
    later = asyncio.create_task(one.settle())
    await asyncio.sleep(0)
    edit(one, 0, "y")
    assert not await later
    assert one.projected.text.count("album_id") < 600
    assert one.projected.host.text.startswith("yx")
    assert await one.settle()
    assert one.projected.text.count("album_id") == 600


async def test_a_binary_file_has_no_sql() -> None:
    one = Hosted("python", document.of("file:///app.py", f"{LONG}# \0", 1, "python"))
    assert not one.projected.text
    await one.read()
    assert not one.projected.text
    edit(one, 0, "x = 1\n")
    assert not one.projected.text


def test_a_file_that_becomes_binary_has_no_sql_until_it_is_text_again() -> None:
    one = Hosted("python", document.of("file:///app.py", LONG, 1, "python"))
    before = one.projected.text
    edit(one, 0, "x\0")
    assert before and not one.projected.text
    edit(one, 5, "y")
    assert not one.projected.text
    edit(one, 0, "", length=2)
    assert one.projected.text == before


def edit(one: Hosted, offset: int, new: str, length: int = 0) -> None:
    """Write something into a file, over as many characters, as an editor does."""
    old = one.projected.host
    places = [old.position_at(at, Encoding.UTF16) for at in (offset, offset + length)]
    made, (what,) = old.apply([Change(new, *places)], old.version + 1, Encoding.UTF16)
    one.follow(made, what)


async def test_a_long_program_that_was_broken_is_checked_once_it_is_mended(
    start: Start, workspace: Path
) -> None:
    wire = await start(workspace)
    wrong = 'def wrong(con):\n    con.execute("SELECT titel FROM album")\n'
    uri = opened(wire, workspace / "app.py", f'x = """\n{LONG}{wrong}')
    await wire.loaded()
    await wire.until(lambda: wire.diagnostics(uri) is not None)
    assert wire.diagnostics(uri) == []
    behind = {"line": 0, "character": 7}
    wire.change(uri, 2, {"range": {"start": behind, "end": behind}, "text": '"""'})
    await wire.codes(uri, ["unknown-column"])


async def test_an_older_reading_does_not_win() -> None:
    made = document.of("file:///app.py", LONG, 1, "python")
    one = Hosted("python", made)
    first = asyncio.create_task(one.read())
    await asyncio.sleep(0)
    one.reopen(document.of("file:///app.py", FUNCTION.format(1), 2, "python"))
    await asyncio.gather(first, one.read())
    assert one.projected.text.count("album_id") == 1


async def test_a_long_program_has_ghost_text(start: Start, workspace: Path) -> None:
    """Opened before the schema is there, and typed into at once."""
    wire = await start(workspace)
    typed = 'db.execute("SELECT ti'
    uri = opened(wire, workspace / "app.py", f'{LONG}{typed} FROM album")\n')
    start_of_file = {"line": 0, "character": 0}
    edit = {"range": {"start": start_of_file, "end": start_of_file}, "text": "# A comment.\n"}
    wire.change(uri, 2, edit)
    await wire.loaded()
    line = LONG.count("\n") + 1
    assert [one["insertText"] for one in await items(wire, uri, line, len(typed))] != []
