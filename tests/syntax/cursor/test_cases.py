"""What the token scan says at single places: one line of a fixture is one case.

`SELECT <|> FROM t => select | expression | sources=t` asserts the clause and what is expected, and
then whatever is named. `first` are the first keywords in order, `has` and `not` some that must and
must not be among them, `keywords` all of them. Frames are written as `schema.table:alias(columns)`
with `()` for functions, `/join` or `/target` for roles, and derived tables by their text.
`outer` are the sources of all enclosing levels, `outerctes` the CTEs of all enclosing levels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sureql.syntax import cursor, dialects
from sureql.syntax.cursor import CursorContext, Frame, NamePath, RawSource

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cursor"


def load() -> list[tuple[str, str, str, str]]:
    """Every case: its id, dialect, statement with cursor, and expectation."""
    found = []
    for path in sorted(FIXTURES.glob("*.txt")):
        dialect = "postgres"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("dialect: "):
                dialect = line.removeprefix("dialect: ")
            elif line.strip() and not line.startswith("#"):
                statement, expected = line.split("=> ", 1)
                where = f"{path.stem}:{number}: {line[:60]}"
                statement = statement[:-1].replace("\\n", "\n")
                found.append((where, dialect, statement, expected))
    return found


CASES = load()


@pytest.mark.parametrize(
    ("dialect", "statement", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_place(dialect: str, statement: str, expected: str) -> None:
    text = statement.replace("<|>", "")
    context = cursor.at(text, statement.index("<|>"), dialects.get(dialect))
    clause, expect, *more = (part.strip() for part in expected.split(" | "))
    assert (context.clause.value, context.expect.value) == (clause, expect)
    for check in more:
        key, _, wanted = check.partition("=")
        if key in LISTS:
            LISTS[key](context.keywords, [phrase for phrase in wanted.split(", ") if phrase])
        else:
            assert READERS[key](context, text) == wanted, key


def test_there_are_many_cases() -> None:
    assert len(CASES) > 400


def _first(keywords: tuple[str, ...], wanted: list[str]) -> None:
    assert list(keywords[: len(wanted)]) == wanted


def _has(keywords: tuple[str, ...], wanted: list[str]) -> None:
    assert set(wanted) <= set(keywords), keywords


def _not(keywords: tuple[str, ...], wanted: list[str]) -> None:
    assert not set(wanted) & set(keywords), keywords


def _all(keywords: tuple[str, ...], wanted: list[str]) -> None:
    assert list(keywords) == wanted


LISTS: dict[str, Callable[[tuple[str, ...], list[str]], None]] = {
    "first": _first,
    "has": _has,
    "not": _not,
    "keywords": _all,
}


def _path(path: NamePath | None) -> str:
    return ".".join(path.parts) if path is not None else ""


def _source(source: RawSource, text: str) -> str:
    shown = f"({source.body.of(text)})" if source.body is not None else _path(source.name) or "?"
    shown += "()" if source.function else ""
    shown += f":{source.alias}" if source.alias else ""
    shown += f"({','.join(source.columns)})" if source.columns else ""
    return shown + (f"/{source.role}" if source.role != "from" else "")


def _outer(frame: Frame) -> list[Frame]:
    return [frame.parent, *_outer(frame.parent)] if frame.parent is not None else []


def _ctes(frame: Frame) -> list[str]:
    return [cte.name + (f"({','.join(cte.columns)})" if cte.columns else "") for cte in frame.ctes]


READERS: dict[str, Callable[[CursorContext, str], str]] = {
    "typed": lambda context, text: context.typed,
    "word": lambda context, text: context.word.of(text),
    "quote": lambda context, text: context.quote,
    "unclosed": lambda context, text: "" if context.unclosed else "closed",
    "qualifier": lambda context, text: _path(context.qualifier),
    "sources": lambda context, text: " ".join(
        _source(source, text) for source in context.frame.sources
    ),
    "outer": lambda context, text: " ".join(
        _source(source, text) for frame in _outer(context.frame) for source in frame.sources
    ),
    "ctes": lambda context, text: " ".join(_ctes(context.frame)),
    "outerctes": lambda context, text: " ".join(
        name for frame in _outer(context.frame) for name in _ctes(frame)
    ),
    "projection": lambda context, text: ";".join(
        span.of(text) for span in context.frame.projection
    ),
    "target": lambda context, text: _path(context.target),
    "compared": lambda context, text: _path(context.compared),
    "written": lambda context, text: " ".join(_path(path) for path in context.written),
    "call": lambda context, text: (
        f"{_path(context.call.name)} {context.call.index}" if context.call is not None else ""
    ),
    "kind": lambda context, text: context.statement_kind,
    "position": lambda context, text: str(context.position),
    "depth": lambda context, text: str(context.depth),
}
