"""Places in fixtures, and prompts as text that people can read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from support import schemas
from support.fixture import MARKER, Case
from sureql.catalog.model import Catalog
from sureql.ports.provider import Task, Turn
from sureql.ports.recall import Snippet
from sureql.prompt import build, tokens
from sureql.prompt.model import Limits, Neighbour, Place, Problem, Prompt
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.span import Span


async def within(work: Awaitable[Any], seconds: float) -> Any:
    """As the server does it."""
    try:
        return await asyncio.wait_for(work, seconds)
    except Exception:
        return None


class Past:
    """An index of statements with the same answer to every question."""

    def __init__(self, found: Iterable[Snippet]) -> None:
        self.found = tuple(found)
        self.asked: list[str] = []

    async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
        self.asked.append(text)
        return self.found[:most]


def snapshot(text: str, schema: Catalog, dialect: str = "postgres") -> Snapshot:
    rules = dialects.get(dialect)
    return Snapshot("test:///main.sql", "", 1, script.of(text, rules), schema)


def at(marked: str, schema: Catalog, **more: Any) -> Place:
    """The place of the marker in a text."""
    offset = marked.index(MARKER)
    text = marked.replace(MARKER, "")
    return Place(snapshot(text, schema, schema.dialect), offset, **more)


def continuation(place: Place, limits: Limits | None = None, grammar: bool = False) -> Prompt:
    """The prompt for what comes next, with estimated tokens."""
    work = build.continuation(place, limits or Limits(), within, tokens.estimate, grammar)
    return asyncio.run(work)


def of(case: Case) -> Prompt:
    """The prompt for a case. Its files: `schema.sql` instead of a shared schema, `tab….sql` other
    open documents, `past….sql` what an index finds. `trigger` says what is asked for, if not what
    comes next: `intent <words>`, `generate <words>` or `fix <message>` for the span."""
    schema = _schema(case)
    source = case.files.get("main.sql") or case.source
    place = Place(
        snapshot(source.text, schema, case.dialect),
        source.markers[0],
        neighbours=tuple(
            Neighbour(f"test:///{name}", name, found.text)
            for name, found in case.files.items()
            if name.startswith("tab")
        ),
        problems=tuple(
            Problem(Span(one.start, one.end), "wrong", one.label) for one in source.annotations
        ),
        recall=_recall(case),
        hidden=tuple(case.options.get("settings", "").split()),
    )
    limits = Limits(tokens=int(case.options.get("limit", "2048")))
    kind, _, words = case.options.get("trigger", "continue").partition(" ")
    rest = (limits, within, tokens.estimate)
    match kind:
        case "intent":
            return asyncio.run(build.intent(place, words, *rest))
        case "generate":
            turns = [
                Turn(("user", "assistant")[number % 2], said)
                for number, said in enumerate(words.split(" | "))
            ]
            return asyncio.run(build.generate(place, turns, *rest))
        case "fix":
            span = Span(*source.span)
            return asyncio.run(build.fix(place, span, [Problem(span, "wrong", words)], *rest))
    return asyncio.run(build.continuation(place, *rest, grammar=False))


def shown(prompt: Prompt) -> str:
    """Every part but the rules, which are the same everywhere, and what was left out."""
    if prompt.withheld:
        return prompt.withheld
    lines: list[str] = []
    around = ("document before", "statement", "statement after", "document after")
    for part in prompt.parts:
        if part.source != "rules" and not (prompt.ask.prefix and part.source in around):
            lines += [f"# {part.source}", part.text]
    if prompt.ask.task is Task.CONTINUE:
        lines += ["# document", f"{prompt.ask.prefix}{MARKER}{prompt.ask.suffix}"]
    if prompt.left_out:
        lines += ["# left out", *prompt.left_out]
    return "\n".join(lines)


def _schema(case: Case) -> Catalog:
    own = case.files.get("schema.sql")
    if own is not None:
        return schemas.of(own.text, case.dialect)
    return schemas.catalog(case.options.get("schema", "music"), case.dialect)


def _recall(case: Case) -> Past | None:
    found = [
        Snippet(source.text, "history" if name == "past.sql" else name, 0.9 - 0.1 * number)
        for number, (name, source) in enumerate(
            (name, source) for name, source in case.files.items() if name.startswith("past")
        )
    ]
    return Past(found) if found else None
