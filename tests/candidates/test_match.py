"""How a typed text fits a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sureql.candidates import match


@pytest.mark.parametrize(
    ("typed", "name", "tier"),
    [
        ("cus", "customer", match.PREFIX),
        ("CUS", "customer", match.PREFIX),
        ("cus", "Customer", match.PREFIX),
        ("line", "invoice_line", match.WORD_PART),
        ("il", "invoice_line", match.WORD_PART),
        ("invli", "invoice_line", match.WORD_PART),
        ("il", "InvoiceLine", match.WORD_PART),
        ("line", "InvoiceLine", match.WORD_PART),
        ("mti", "media_type_id", match.WORD_PART),
        ("mi", "media_type_id", match.WORD_PART),
        ("tome", "customer", match.SUBSTRING),
        ("csm", "customer", match.SUBSEQUENCE),
        ("sm", "customer", match.NONE),
        ("xyz", "customer", match.NONE),
        ("customers", "customer", match.NONE),
        ("by", "ORDER BY", match.WORD_PART),
        ("ob", "ORDER BY", match.WORD_PART),
        ("größ", "größe", match.PREFIX),
        ("(", "count(*)", match.NONE),
    ],
)
def test_tier(typed: str, name: str, tier: int) -> None:
    assert match.Matcher(typed).tier(name) == tier


def test_everything_fits_an_empty_word() -> None:
    assert match.Matcher("").tier("anything") == match.PREFIX


def test_words_of_a_name() -> None:
    assert match.words("invoice_line") == ("invoice", "line")
    assert match.words("MediaTypeId") == ("media", "type", "id")
    assert match.words("HTTPStatus2") == ("http", "status", "2")
    assert match.words("ID") == ("id",)


@given(st.text(max_size=12), st.text(max_size=30))
def test_a_prefix_is_never_lost(typed: str, rest: str) -> None:
    name = typed + rest
    if name.lower().startswith(typed.lower()):
        assert match.Matcher(typed).tier(name) == match.PREFIX
