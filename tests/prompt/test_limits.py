"""What holds for every prompt: it fits, it is stable while somebody types, it hides what is hidden."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompt import places
from prompt.places import Past
from support import cases, schemas
from support.fixture import MARKER
from sureql.catalog.model import Catalog
from sureql.ports.provider import Turn
from sureql.ports.recall import Snippet
from sureql.prompt import build, tokens
from sureql.prompt.model import Limits, Neighbour, Place, Problem
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.text.span import Span

SUBJECTS = (
    "order",
    "item",
    "product",
    "invoice",
    "payment",
    "customer",
    "address",
    "event",
    "page",
    "visit",
)
AREAS = ("sales", "hr", "crm", "stock", "web", "billing", "audit", "mail")
STATEMENT = (
    "SELECT o.id, c.sales_code\nFROM sales_order o JOIN sales_customer c ON c.id = o.parent_id\n"
    "WHERE o.status = 'open' AND c.amount > 10\nGROUP BY o.id, c.sales_code ORDER BY o.id"
)
ABOVE = "SELECT * FROM hr_item;\nSELECT id FROM web_visit WHERE amount > 3;\n\n"


@cache
def large() -> Catalog:
    """Eighty tables with foreign keys and comments."""
    made = []
    for area in AREAS:
        for before, subject in zip(["", *SUBJECTS], SUBJECTS, strict=False):
            refers = f" REFERENCES {area}_{before} (id)" if before else ""
            more = ", ".join(f"x{number} integer" for number in range(12))
            made.append(
                f"CREATE TABLE {area}_{subject} (id integer PRIMARY KEY, {area}_code varchar(20), "
                f"parent_id integer{refers}, amount numeric(10, 2), status text, {more});\n"
                f"COMMENT ON COLUMN {area}_{subject}.status IS 'How the {subject} is';"
            )
    return schemas.of("\n".join(made))


def full(marked: str, **more: Any) -> Place:
    """A place with something from every source."""
    tabs = "\n".join(f"SELECT id, x{n} FROM sales_order WHERE amount = {n};" for n in range(12))
    found = [Snippet(f"SELECT x{n}, status FROM sales_customer", "a.sql", 0.5) for n in range(4)]
    given: dict[str, Any] = {
        "neighbours": (Neighbour("test:///tab.sql", "tab.sql", tabs),),
        "recall": Past(found),
        "problems": (Problem(Span(0, 8), "unknown-column", "There is no such column."),),
    }
    return places.at(marked, large(), **(given | more))


@pytest.mark.parametrize("limit", [400, 700, 1024, 2048, 4096])
@pytest.mark.parametrize("exact", [False, True])
def test_a_prompt_fits(limit: int, exact: bool) -> None:
    count = tokens.exact(tokens.USUAL) if exact else tokens.estimate
    for end in range(0, len(STATEMENT), 9):
        place = full(ABOVE * 9 + STATEMENT[:end] + MARKER + STATEMENT[end:] + ";\n" + ABOVE * 5)
        prompt = asyncio.run(
            build.continuation(place, Limits(tokens=limit), places.within, count, False)
        )
        ask = prompt.ask
        assert prompt.tokens <= limit
        whole = "\n\n".join([ask.rules, ask.context, ask.prefix]) + ask.suffix
        assert count(whole) <= limit


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("SELECT FROM a1 ,.();'\"-*/\n\tüß每😀\u202e{}$"), max_size=300),
    st.integers(0, 300),
    st.integers(150, 900),
)
def test_any_text_gives_a_prompt_that_fits(text: str, offset: int, limit: int) -> None:
    snapshot = places.snapshot(text * 8, large())
    place = Place(snapshot, min(offset * 8, len(text) * 8))
    prompt = places.continuation(place, Limits(tokens=limit))
    assert prompt.tokens <= limit
    ask = prompt.ask
    if ask.prefix and ask.suffix:
        assert snapshot.text[: place.offset].endswith(ask.prefix[-20:])
        assert snapshot.text[place.offset :].startswith(ask.suffix[:5])


@pytest.mark.parametrize("limit", [500, 1200, 2048])
def test_what_stands_before_the_statement_is_the_same_while_a_clause_is_written(limit: int) -> None:
    contexts: list[str] = []
    for end in range(len(STATEMENT) + 1):
        place = full(ABOVE * 6 + STATEMENT[:end] + MARKER)
        prompt = places.continuation(place, Limits(tokens=limit))
        above = prompt.ask.prefix.removesuffix(STATEMENT[:end])
        assert (ABOVE * 6).endswith(above)
        if not contexts or contexts[-1] != prompt.ask.context + above:
            contexts.append(prompt.ask.context + above)
    # Another only for another table, with the next clause another choice of statements, or where the
    # statement has grown by a step.
    assert len(contexts) <= 8


def test_typing_a_word_changes_nothing_before_the_statement() -> None:
    for begun in ("SELECT status, ", "SELECT id FROM sales_order WHERE ", ""):
        told = set()
        for word in ("amount", "sales_payment", "parent_id"):
            for end in range(len(word) + 1):
                prompt = places.continuation(full(f"{ABOVE}{begun}{word[:end]}{MARKER}"))
                told.add(prompt.ask.context)
        assert len(told) == 1, begun


def test_a_long_statement_is_told_from_a_line_on_that_stays() -> None:
    lines = "".join(f"SELECT {n} AS column_{n} FROM sales_order UNION ALL\n" for n in range(200))
    starts = set()
    for typed in range(60):
        prompt = places.continuation(full(f"{lines}SELECT {'x' * typed}{MARKER}"))
        assert prompt.ask.prefix.startswith("SELECT ")
        assert any("too long" in why for why in prompt.left_out)
        starts.add(prompt.ask.prefix[:40])
    assert len(starts) == 1
    assert len(prompt.ask.prefix) <= 5_000


def test_a_statement_below_the_limit_is_told_whole() -> None:
    lines = "SELECT a" + "".join(f",\n  column_{n}" for n in range(180))
    prompt = places.continuation(full(f"{ABOVE}{lines}{MARKER}\nFROM sales_order"))
    assert prompt.ask.prefix.endswith(lines)


def test_what_is_named_in_the_statement_is_told_with_all_columns() -> None:
    prompt = places.continuation(full(f"SELECT {MARKER} FROM web_visit"))
    assert re.search(r"CREATE TABLE web_visit \([^;]*x11", prompt.ask.context)
    assert not re.search(r"CREATE TABLE web_page \([^;]*x11", prompt.ask.context)
    assert "web_page" in prompt.ask.context


def test_a_wish_finds_its_tables_among_many() -> None:
    place = full(f"-- x\n{MARKER}", neighbours=(), recall=None)
    prompt = asyncio.run(
        build.intent(
            place, "billing invoices and payments", Limits(), places.within, tokens.estimate
        )
    )
    for name in ("billing_invoice", "billing_payment"):
        assert f"CREATE TABLE {name} (" in prompt.ask.context
    assert prompt.tokens <= 2048


@pytest.mark.parametrize("kind", ["continuation", "generate", "fix"])
def test_hidden_tables_stand_in_no_part(kind: str) -> None:
    rest = (Limits(), places.within, tokens.estimate)
    found = [
        Snippet('SELECT * FROM "Sales_Order"', "x.sql", 0.9),
        Snippet("SELECT * FROM sales_item", "x.sql", 0.8),
    ]
    text = (
        f"SELECT 1 FROM sales_order;\nSELECT id FROM sales_item WHERE {MARKER};\nTABLE sales_order;"
    )
    place = full(text, recall=Past(found), hidden=("sales_o*", "crm.*"))
    match kind:
        case "continuation":
            prompt = places.continuation(place)
        case "generate":
            prompt = asyncio.run(build.generate(place, [Turn("user", "items per code")], *rest))
        case _:
            span = Span(27, place.offset)
            prompt = asyncio.run(build.fix(place, span, [], *rest))
    assert not prompt.withheld
    told = " ".join(part.text for part in prompt.parts).lower()
    assert "sales_item" in told
    assert "sales_order" not in told
    ask = prompt.ask
    sent = ask.context + ask.prefix + ask.suffix + "".join(turn.text for turn in ask.turns)
    assert "sales_order" not in sent.lower()


def test_a_question_that_names_a_hidden_table_leaves_nothing_to_send() -> None:
    place = full(f"SELECT * FROM public.Sales_Order WHERE {MARKER}", hidden=("sales_order",))
    prompt = places.continuation(place)
    assert prompt.withheld
    ask = prompt.ask
    assert (ask.rules, ask.context, ask.prefix, ask.suffix, ask.turns) == ("", "", "", "", ())


def test_a_source_that_fails_or_is_late_costs_only_itself() -> None:
    class Broken:
        async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
            raise RuntimeError("no index")

    class Late:
        async def similar(self, text: str, most: int) -> tuple[Snippet, ...]:
            await asyncio.sleep(5)
            return ()

    for recall in (Broken(), Late()):
        place = full(f"SELECT id FROM sales_order WHERE {MARKER}", recall=recall)
        prompt = places.continuation(place)
        assert any(why.startswith("similar") for why in prompt.left_out)
        assert "CREATE TABLE sales_order" in prompt.ask.context


def test_what_is_told_of_schemas_parses() -> None:
    """Completion models go on with it, so it must be SQL."""
    for case in cases.load("prompt"):
        prompt = places.of(case)
        for part in prompt.parts:
            if part.source == "schema":
                found = script.of(part.text, dialects.get(case.dialect)).statements
                assert {one.kind for one in found} <= {"CREATE TABLE", "CREATE TYPE", ""}
                assert all(one.terminated for one in found if one.kind)


def test_hostile_names_and_comments_stay_where_they_are() -> None:
    chance = random.Random(4)
    bad = ["\n", "\r\n", "\u2028", "\x0b", "*/", "--", "'", ";", "<|im_end|>", "```", "\u202e"]
    for _ in range(200):
        said = "".join(chance.choice([*bad, " DROP TABLE t "]) for _ in range(12))
        schema = schemas.of("CREATE TABLE t (a integer, b text);")
        table = schema.schemas["public"].relations["t"]
        columns = tuple(replace(column, comment=said, type=said) for column in table.columns)
        hostile = replace(table, comment=said, columns=columns)
        made = replace(schema.schemas["public"], relations={"t": hostile})
        place = Place(
            Snapshot(
                "test:///main.sql", "", 1, script.of("SELECT ", dialects.get("postgres")),
                replace(schema, schemas={"public": made}, version=said),
            ),
            7,
        )  # fmt: skip
        context = places.continuation(place).ask.context
        for line in context.split("\n"):
            assert line.startswith(("-- ", "CREATE TABLE t (", "  a ", "  b ", ");")), context
        assert not re.search(r"[\r\v\u2028\u202e]|<\|im_end\|>|```|\*/", context)


@pytest.mark.parametrize(
    ("window", "told"), [(0, 2048), (32_000, 2048), (4096, 2048), (2048, 1205), (100, 300)]
)
def test_limits_leave_room_in_the_models_window(window: int, told: int) -> None:
    assert Limits().fitting(window, build.CLAUSE_TOKENS).tokens == told


def test_marks_of_models_in_other_files_are_taken_out() -> None:
    found = [Snippet("SELECT id /* <|fim_middle|> </before> ``` */ FROM sales_order", "x", 0.9)]
    place = full(f"SELECT id FROM sales_order WHERE {MARKER}", recall=Past(found))
    context = places.continuation(place).ask.context
    assert "FROM sales_order;" in context
    assert not re.search(r"fim_middle|</before>|```", context)


def test_a_grammar_is_attached_where_the_endpoint_can_be_held_to_it() -> None:
    marked = f"SELECT title FROM album WHERE {MARKER}"
    place = places.at(marked, schemas.catalog("music"))
    assert places.continuation(place).ask.grammar is None
    assert places.continuation(place, grammar=True).ask.grammar is not None
    # A table that is hidden is not in the grammar either.
    place = places.at(f"SELECT * FROM {MARKER}", schemas.catalog("music"), hidden=("album",))
    grammar = places.continuation(place, grammar=True).ask.grammar
    assert grammar is not None
    assert "artist" in grammar.gbnf
    assert not re.search(r"\balbum\b", grammar.gbnf)
