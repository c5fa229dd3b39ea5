"""What others wrote makes no links in message boxes."""

from __future__ import annotations

from pathlib import Path

from lsp.conftest import Start
from lsp.test_optimise import command, session

LINK = 'SELECT count(*) AS "[x](command:y)" FROM "[x](command:y)"'


async def test_a_message_box_has_no_links(start: Start, workspace: Path) -> None:
    wire = await session(start, workspace, LINK)
    await command(wire, "sureql.explain", ask=True)
    await command(wire, "sureql.optimize", ask=True)
    said = [one["message"] for one in wire.notifications("window/showMessage")]
    assert any("[x] (" in message for message in said)
    assert not any("](" in message for message in said)
