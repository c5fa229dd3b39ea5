"""How the user writes, read from the statement and the document."""

from __future__ import annotations

import pytest

from candidates import places
from sureql.candidates import aliases
from sureql.candidates.model import Style
from sureql.syntax import dialects


@pytest.mark.parametrize(
    ("text", "upper"),
    [
        ("SELECT name FROM artist <|>", True),
        ("select name from artist <|>", False),
        ("sel<|>", False),
        ("SEL<|>", True),
        ("<|>", None),
    ],
)
def test_letter_case_of_keywords(text: str, upper: bool | None) -> None:
    assert places.at(text).style.upper is upper


@pytest.mark.parametrize(
    ("text", "alias", "as_keyword"),
    [
        ("SELECT 1 FROM artist a JOIN <|>", "initials", False),
        ("SELECT 1 FROM artist AS a JOIN <|>", "initials", True),
        ("SELECT 1 FROM artist JOIN <|>", "none", False),
        ("SELECT 1 FROM artist AS t1 JOIN <|>", "numbered", True),
        ("SELECT 1 FROM invoice_line i JOIN <|>", "initial", False),
        ("SELECT 1 FROM invoice_line inv JOIN <|>", "short", False),
        ("SELECT 1 FROM artist <|>", "initials", False),
    ],
)
def test_alias_style(text: str, alias: str, as_keyword: bool) -> None:
    style = places.at(text).style
    assert (style.alias, style.as_keyword) == (alias, as_keyword)


def test_the_document_tells_what_the_statement_does_not() -> None:
    document = "select t1.name from artist as t1 join album as t2 on t1.a = t2.a;\n\n"
    style = places.at("<|>", document=document).style
    assert style.upper is False
    assert (style.alias, style.as_keyword) == ("numbered", True)


def test_columns_are_qualified_as_before() -> None:
    assert places.at("SELECT a.name, <|> FROM artist a, album b").style.qualify is True
    assert places.at("SELECT name, <|> FROM artist a, album b").style.qualify is None


def test_the_side_that_an_on_condition_begins_with() -> None:
    text = "SELECT 1 FROM album a JOIN artist r ON {} JOIN <|>"
    assert places.at(text.format("r.artist_id = a.artist_id")).style.new_first
    assert not places.at(text.format("a.artist_id = r.artist_id")).style.new_first


@pytest.mark.parametrize(
    ("name", "style", "used", "alias"),
    [
        ("customer", "initials", (), "c"),
        ("invoice_line", "initials", (), "il"),
        ("InvoiceLine", "initials", (), "il"),
        ("customer", "initials", ("c",), "cu"),
        ("invoice_line", "initial", (), "i"),
        ("invoice_line", "none", (), ""),
        ("track", "numbered", ("t1",), "t2"),
    ],
)
def test_aliases(name: str, style: str, used: tuple[str, ...], alias: str) -> None:
    assert aliases.make(name, Style(alias=style), used, dialects.get("postgres")) == alias


def test_no_alias_is_a_reserved_word() -> None:
    made = aliases.make("order_note", Style(alias="initials"), (), dialects.get("postgres"))
    assert made == "or" or made == "ord"
    assert dialects.get("postgres").write(made) == made
