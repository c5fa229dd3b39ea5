"""Pictures of statements: what is drawn, where it leads, and that it fits on a screen."""

from __future__ import annotations

import pytest

from ide.explain.test_explain import explained, of_case
from support import cases
from support.fixture import Case
from sureql.ide.explain import drawing, picture
from sureql.ide.explain.picture import Edge, Node, Picture


@cases.parametrize("ide/pictures")
def test_picture(case: Case) -> None:
    drawn = of_case(case).picture
    cases.check(case, "picture", drawing.text(drawn) if drawn is not None else "")


@pytest.mark.parametrize("case", cases.load("ide/explain"), ids=lambda case: case.title)
def test_every_picture_is_whole_and_fits(case: Case) -> None:
    drawn = of_case(case).picture
    if drawn is None:
        return
    keys = {one.key for one in drawn.nodes}
    assert len(keys) == len(drawn.nodes) <= picture.MOST
    assert all({edge.start, edge.end} <= keys for edge in drawn.edges)
    text = drawing.text(drawn)
    assert max(map(len, text.splitlines())) <= drawing.WIDTH
    for node in drawn.nodes:
        assert node.label.split(" ")[0] in text


def test_boxes_lead_to_what_they_stand_for() -> None:
    text = (
        "SELECT a.name FROM artist a JOIN album b ON b.artist_id = a.artist_id "
        "WHERE b.title IN (SELECT name FROM genre) AND (a.name > 'x') ORDER BY lower(a.name) LIMIT 3"
    )
    drawn = explained(text).picture
    assert drawn is not None
    assert {one.label: one.span.of(text) if one.span else "" for one in drawn.nodes} == {
        "result": "",
        "LIMIT": "3",
        "ORDER BY": "lower(a.name)",
        "WHERE": "b.title IN (SELECT name FROM genre) AND (a.name > 'x')",
        "JOIN": "artist a JOIN album b ON b.artist_id = a.artist_id",
        "artist": "artist",
        "album": "album",
        "genre": "genre",
    }


def test_what_is_large_is_shown_without_its_operations_and_what_is_huge_not_at_all() -> None:
    def of(tables: int) -> Picture | None:
        ctes = ", ".join(
            f"c{number} AS (SELECT name FROM artist WHERE artist_id > {number})"
            for number in range(tables)
        )
        joined = " UNION ALL ".join(f"SELECT name FROM c{number}" for number in range(tables))
        return explained(f"WITH {ctes} {joined}").picture

    middle = of(40)
    assert middle is not None
    assert {one.kind for one in middle.nodes} == {"result", "cte", "table"}
    assert of(80) is None


def test_a_picture_shows_no_control_characters_and_counts_wide_letters() -> None:
    nodes = (
        Node("a", "客户\x1b[31m", "table"),
        Node("b", "WHERE", "filter", "x\u202e = 1"),
        Node("c", "result", "result"),
    )
    text = drawing.text(Picture("data-flow", "", nodes, (Edge("a", "b"), Edge("b", "c"))))
    assert "\x1b" not in text
    assert "\u202e" not in text
    lines = text.splitlines()
    assert "│ 客户 [31m │" in lines[1]
    # Two letters of two columns each.
    assert len(lines[0]) == len(lines[1]) + 2
