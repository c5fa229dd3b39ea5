"""References and renames over fixtures, and renames of everything in many statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from ide.test_diagnostics import snapshot
from support import cases, real_engines
from support.fixture import Case
from sureql.ide import highlights, references, rename
from sureql.ide.diagnostics import runner
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects
from sureql.text.edits import apply_edits


def outcome(found: Snapshot, offset: int, new: str) -> rename.Outcome:
    """What a rename ends with."""
    last = list(rename.at(found, offset, new))[-1]
    assert last is not None
    return last


@cases.parametrize("ide/rename")
def test_rename(case: Case) -> None:
    source, (expected,) = case.source, case.expectations
    found = snapshot(source.text, case.dialect, case.options["schema"])
    new = "" if expected.detail == '""' else expected.detail
    done = outcome(found, source.cursor, new)
    if isinstance(done, rename.Refused):
        actual = f"refused: {done.message}"
    else:
        actual = apply_edits(source.text, done)
    cases.check(case, "rename", actual)


@cases.parametrize("ide/references")
def test_references(case: Case) -> None:
    source = case.source
    found = snapshot(source.text, case.dialect)
    subject = references.at(found, source.cursor)
    places = [one for part in references.places(found, subject) for one in part] if subject else []
    labelled = [
        (one.span.start, one.span.end, "defines" if one.defines else "names") for one in places
    ]
    assert labelled == [(one.start, one.end, one.label) for one in source.annotations]
    assert list(highlights.at(found, source.cursor)) == places


SCHEMAS = {"postgres": "music", "sqlite": "music_sqlite", "duckdb": "shop"}


@cache
def statements(dialect: str) -> list[str]:
    """The statements without errors that other tests are made of."""
    found = [
        snapshot(statement.text, dialect, SCHEMAS[dialect])
        for folder in ("semantics", "ide/rewrites", "ide/explain", "hover")
        for case in cases.load(folder)
        if (case.dialect, case.options.get("schema")) == (dialect, SCHEMAS[dialect])
        for statement in snapshot(case.source.text, dialect).script.statements
    ]
    return [one.text for one in found if one.text.strip() and not errors(one)]


def errors(found: Snapshot) -> list[str]:
    return [one.code for one in runner.document(found) if one.severity == "error"]


def renamed(text: str, dialect: str) -> Iterator[tuple[str, str]]:
    """`text` with each thing that it makes renamed, and the thing's name."""
    found = snapshot(text, dialect, SCHEMAS[dialect])
    read = references.of(found, found.script.statements[0])
    seen = set()
    for one in read.occurrences if read is not None else ():
        subject = references.at(found, one.span.start)
        if one.meaning.place is None or one.meaning in seen or subject is None:
            continue
        seen.add(one.meaning)
        done = outcome(found, one.span.start, "zz_new")
        if not isinstance(done, rename.Refused) and done:
            yield apply_edits(text, done), subject.name


@pytest.mark.parametrize("dialect", ["postgres", "sqlite", "duckdb"])
def test_what_was_renamed_can_be_renamed_back(dialect: str) -> None:
    count = 0
    for text in statements(dialect):
        for new, name in renamed(text, dialect):
            after = snapshot(new, dialect, SCHEMAS[dialect])
            assert errors(after) == [], new
            back = outcome(after, new.index("zz_new"), dialects.get(dialect).write(name))
            assert not isinstance(back, rename.Refused) or "two columns" in back.message, new
            count += 1
    assert count > 10


@pytest.mark.parametrize("dialect", ["postgres", "sqlite", "duckdb"])
def test_engines_take_what_was_renamed(dialect: str) -> None:
    pairs = [
        (text, new)
        for text in statements(dialect)
        if text.lstrip().upper().startswith(("SELECT", "WITH"))
        for new, _ in renamed(text, dialect)
    ]
    with real_engines.opened(dialect, SCHEMAS[dialect]) as engine:
        # Names are resolved, and nothing runs that may take its time.
        before = engine.results([], [f"EXPLAIN {text}" for text, _ in pairs])
        after = engine.results([], [f"EXPLAIN {new}" for _, new in pairs])
    taken = [isinstance(one, Counter) for one in before]
    assert sum(taken) > 10
    for (text, new), was, now in zip(pairs, before, after, strict=True):
        assert isinstance(was, str) or not isinstance(now, str), (text, new, now)
