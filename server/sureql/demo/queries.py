"""The demo's scenes about whole queries: one made faster, with its evidence, and one explained."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sureql.demo.client import Client
from sureql.demo.document import Document
from sureql.demo.screen import Screen

# For each invoice, all invoices of its customer are read again.
SLOW = """\
SELECT c.last_name, i.invoice_date, i.total
FROM customer c
JOIN invoice i ON i.customer_id = c.customer_id
WHERE i.total > (
    SELECT avg(p.total) FROM invoice p
    WHERE p.customer_id = i.customer_id
)
ORDER BY i.total DESC;
"""
EXPLAINED = """\
SELECT c.country, count(*) AS customers,
       sum(i.total) AS revenue
FROM customer c
LEFT JOIN invoice i
  ON i.customer_id = c.customer_id AND i.status = 'paid'
GROUP BY c.country
ORDER BY revenue DESC
LIMIT 10;
"""
START = {"line": 0, "character": 0}
PATIENCE = 30.0
"""Seconds that a search may take."""


async def optimised(client: Client, root: Path, screen: Screen) -> list[str]:
    """A faster form of a query and why it may be believed; what could not be shown."""
    screen.scene("Optimise", "a faster query, and why it returns the same rows")
    document = Document(client, root / "queries" / "slow.sql", screen.typing)
    await document.type(SLOW, 0)
    with screen.waiting("Trying it on generated databases ..."):
        best = await _first_form(client, document)
    if best is None:
        return ["a faster query"]
    screen.change(SLOW.rstrip("\n;"), best["sql"])
    screen.note(best["title"])
    for line in best["evidence"]:
        screen.aside(line)
    return []


async def explained(client: Client, root: Path, screen: Screen) -> list[str]:
    """A query in plain words; what could not be shown."""
    screen.scene("Explain", "every sentence comes from the query or the schema")
    document = Document(client, root / "queries" / "explained.sql", screen.typing)
    await document.type(EXPLAINED, 0)
    screen.text(document)
    found = await _asked(client, "sureql.explain", document)
    if not found.get("summary"):
        return ["an explanation"]
    said = [found["summary"], found["grain"], *(f"- {one['text']}" for one in found["steps"])]
    screen.markdown("\n\n".join(one for one in said if one))
    return []


async def _first_form(client: Client, document: Document) -> dict[str, Any] | None:
    """The first form that was checked: the search goes on for others, which is not waited for."""
    argument = {"uri": document.uri, "position": START, "partialResultToken": "forms"}
    params = {"command": "sureql.optimize", "arguments": [argument]}
    whole = asyncio.create_task(client.request("workspace/executeCommand", params, PATIENCE))
    part = asyncio.create_task(
        client.heard("$/progress", lambda told: told["token"] == "forms", PATIENCE)
    )
    done, _ = await asyncio.wait((whole, part), return_when=asyncio.FIRST_COMPLETED)
    found = part.result()["value"] if part in done else whole.result()
    for task in (whole, part):
        task.cancel()
    return next(iter(found["candidates"]), None)


async def _asked(client: Client, command: str, document: Document) -> dict[str, Any]:
    argument = {"uri": document.uri, "position": START}
    params = {"command": command, "arguments": [argument]}
    found: dict[str, Any] = await client.request("workspace/executeCommand", params, PATIENCE)
    return found
