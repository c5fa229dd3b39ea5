"""Popup situations end to end: a document with a cursor, and the items an editor would show.

`items first` lists the first items in order, `items near` items among the first five, `items
absent` items that must not be offered; `items none` is silence. `accepted` is the document after
the first item, or the named one, has been accepted.
"""

from __future__ import annotations

import pytest

from support import cases, schemas
from support.fixture import Case
from sureql.ide.completion import complete
from sureql.ide.model import Completion
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.edits import TextEdit, apply_edits

NEAR = 5


@cases.parametrize("completion")
def test_situation(case: Case) -> None:
    items = offered(case)
    labels = [item.label for item in items]
    for expected in case.expectations:
        wanted = expected.body.split("\n") if expected.body else []
        if expected.kind == "accepted":
            assert accepted(case, items, expected.detail) == expected.body, labels[:8]
        elif expected.detail == "first":
            assert labels[: len(wanted)] == wanted, labels[:8]
        elif expected.detail == "near":
            assert set(wanted) <= set(labels[:NEAR]), labels[:8]
        elif expected.detail == "absent":
            assert not set(wanted) & set(labels)
        elif expected.detail == "none":
            assert labels == []
        else:
            pytest.fail(f"unknown expectation `{expected.kind} {expected.detail}`")


def offered(case: Case) -> tuple[Completion, ...]:
    """The items as an editor shows them: those that fit the typed text, in the server's order."""
    source = case.source
    schema = schemas.catalog(case.options["schema"], case.dialect)
    document = script.of(source.text, dialects.get(case.dialect))
    snapshot = Snapshot("file:///q.sql", "/q.sql", 1, document, schema)
    items, _ = complete.complete(snapshot, source.cursor)
    assert [item.rank for item in items] == list(range(len(items)))
    for item in items:
        assert item.replace.start <= source.cursor <= item.replace.end
    return items


def accepted(case: Case, items: tuple[Completion, ...], label: str) -> str:
    chosen = next((item for item in items if label in ("", item.label)), None)
    assert chosen is not None, [item.label for item in items[:8]]
    return apply_edits(case.source.text, [TextEdit(chosen.replace, chosen.insert)])
