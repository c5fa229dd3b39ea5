"""What can be named at the cursor, by a full parse and by the token scan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from semantics import shapes
from support import cases, schemas
from support.fixture import Case
from sureql.semantics import scan, visible
from sureql.semantics.model import Visible
from sureql.syntax import cursor, dialects


def _both(case: Case) -> tuple[Visible, Visible]:
    dialect = dialects.get(case.options["dialect"])
    catalog = schemas.catalog(case.options["schema"], dialect.name)
    source = case.source
    context = cursor.at(source.text, source.cursor, dialect)
    found = visible.at(source.text, context, catalog, dialect)
    return found, scan.visible(source.text, context, catalog, dialect)


@cases.parametrize("semantics/visible/exact.sql")
def test_a_parse_and_the_scan_agree(case: Case) -> None:
    exact, scanned = _both(case)
    assert exact.exact
    cases.check(case, "visible", shapes.visible(exact))
    assert shapes.visible(scanned) == shapes.visible(exact)


@cases.parametrize("semantics/visible/broken.sql")
def test_broken_text_is_scanned(case: Case) -> None:
    found, _ = _both(case)
    assert not found.exact
    cases.check(case, "visible", shapes.visible(found))


def test_typing_on_changes_nothing() -> None:
    dialect, catalog = dialects.get("postgres"), schemas.catalog("music")
    seen = []
    for typed in ("", "a", "ar", "artist"):
        text = f"SELECT x.{typed} FROM artist AS x, (SELECT name AS n FROM genre) AS g"
        found = visible.at(text, cursor.at(text, 9 + len(typed), dialect), catalog, dialect)
        place = found.sources[1].definition
        assert place is not None
        assert place.of(text) == "g"
        seen.append(shapes.visible(found))
    assert len(set(seen)) == 1


@pytest.mark.parametrize("offset", range(60))
def test_every_cut_has_an_answer(offset: int) -> None:
    text = "WITH c AS (SELECT a. FROM (SELECT 'x FROM b) JOIN USING (ORDER"
    dialect, catalog = dialects.get("postgres"), schemas.catalog("music")
    context = cursor.at(text, offset, dialect)
    assert isinstance(visible.at(text, context, catalog, dialect), Visible)
    cut = cursor.at(text[:offset], offset, dialect)
    assert isinstance(visible.at(text[:offset], replace(cut), catalog, dialect), Visible)
