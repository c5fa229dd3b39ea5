"""What holds for every popup: ranges, limits, snippets, documentation, odd input."""

from __future__ import annotations

import random
from pathlib import PurePath

import pytest

from support import cases, schemas
from sureql.ide.completion import complete, resolve
from sureql.ide.model import Completion
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script


def items(marked: str, schema: str = "music", limit: int = 200) -> tuple[Completion, ...]:
    return offered(marked.replace("<|>", ""), marked.index("<|>"), schema, limit)[0]


def offered(
    text: str, offset: int, schema: str = "music", limit: int = 200, dialect: str = "postgres"
) -> tuple[tuple[Completion, ...], bool]:
    document = script.of(text, dialects.get(dialect))
    known = schemas.catalog(schema, dialect)
    return complete.complete(Snapshot("file:///q.sql", "", 1, document, known), offset, limit=limit)


def test_a_cut_list_asks_again() -> None:
    found, cut = offered("SELECT * FROM ", 14, limit=3)
    assert len(found) == 3
    assert cut
    assert not offered("SELECT * FROM alb", 17)[1]


def test_calls_are_snippets_with_a_plain_twin() -> None:
    item = next(one for one in items("SELECT coal<|> FROM customer") if one.label == "coalesce")
    assert (item.insert, item.snippet) == ("coalesce($1)$0", True)
    assert complete.plain(item) == "coalesce("
    now = next(one for one in items("SELECT no<|>") if one.label == "now")
    assert (now.insert, now.snippet, complete.plain(now)) == ("now()", False, "now()")


def test_commit_characters_finish_a_qualifier() -> None:
    found = {one.label: one for one in items("SELECT * FROM review rev WHERE re<|>")}
    assert found["rev"].commit == "."
    assert found["review_id"].commit == ""


@pytest.mark.parametrize(
    ("marked", "label", "parts"),
    [
        ("SELECT * FROM tra<|>", "track", ["One recording as it is sold.", "`milliseconds`"]),
        ("SELECT mill<|> FROM track", "milliseconds", ["INTEGER", "Length in milliseconds."]),
        ("SELECT sta<|> FROM invoice", "status", ["one of `draft`", "not null"]),
        ("SELECT album_i<|> FROM track", "album_id", ["refers to `album"]),
        ("SELECT coal<|> FROM track", "coalesce", ["coalesce("]),
        ("SELECT customer_t<|>", "customer_total", ["customer_total("]),
        ("SELECT * FROM audit.log<|>", "login_event", ["`happened_at`"]),
    ],
)
def test_documentation_is_found_by_key(marked: str, label: str, parts: list[str]) -> None:
    item = next(one for one in items(marked) if one.label == label)
    text = resolve.documentation(item.key, schemas.catalog("music"))
    for part in parts:
        assert part.lower() in text.lower()


def test_unknown_keys_have_no_documentation() -> None:
    schema = schemas.catalog("music")
    for key in ("", "relation", "relation\npublic\nnowhere", "column\npublic\ntrack\nno", "x\ny"):
        assert resolve.documentation(key, schema) == ""


def test_the_cursor_may_stand_behind_white_space() -> None:
    found = items("SELECT * FROM track WHERE   \n\n   <|>")
    assert "milliseconds" in [one.label for one in found]


@pytest.mark.parametrize(
    "text", ["", ";", "'", '"', "(", "SELECT", "\x00", "🙂 ", "--", "/*", ".", "a."]
)
def test_odd_texts(text: str) -> None:
    for offset in range(len(text) + 1):
        offered(text, offset)


def test_no_place_in_broken_text_fails() -> None:
    """Every situation, cut and mangled at random places, still answers with sound ranges."""
    chance = random.Random(11)
    known = cases.load("completion")
    for case in chance.sample(known, 60):
        text = case.source.text
        for _ in range(6):
            place = chance.randrange(len(text) + 1)
            mangled = text[:place] + chance.choice(["", "(", ")", "'", '"', ",", ".", " "])
            if chance.random() < 0.7:
                mangled += text[place + chance.randrange(3) :]
            offset = chance.randrange(len(mangled) + 1)
            found, _ = offered(mangled, offset, case.options["schema"], dialect=case.dialect)
            for item in found:
                assert 0 <= item.replace.start <= offset
                assert offset <= item.replace.end <= len(mangled), (mangled, offset, item)


def test_what_a_model_made_before_has_its_columns() -> None:
    marked = "select * from {{ ref('ratings') }} where 1 > (select max(t.<|>) from {{ this }} t)"
    text, offset = marked.replace("<|>", ""), marked.index("<|>")
    document, known = script.of(text, dialects.get("postgres")), schemas.catalog("dbt/shop")
    told = {}
    for path in ("/shop/models/stg_orders.sql", "/shop/models/marts/regulars.sql"):
        snapshot = Snapshot(f"file://{path}", path, 1, document, known)
        told[PurePath(path).stem] = {one.label for one in complete.complete(snapshot, offset)[0]}
    assert told["stg_orders"] >= {"order_id", "customer_id", "status", "placed_on", "amount"}
    assert told["regulars"] >= {"customer_id", "orders"}
    assert "amount" not in told["regulars"]
