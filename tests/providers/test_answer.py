"""From the pieces of an answer to the text that features see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.conftest import CONTINUE, QUESTION
from sureql.ports.provider import Grammar
from sureql.providers import answer

GRAMMAR = Grammar('root ::= "artist"\n', 'start: "artist"\n', back=3)


def read(pieces: list[str], stops: tuple[str, ...] = (), cut: str = "", most: int = 1000) -> str:
    reader = answer.Reader(answer.Sent(CONTINUE, cut), stops, most)
    return "".join([reader.feed(piece) for piece in pieces] + [reader.close()])


def test_blanks_are_cut_for_models_that_go_on_with_a_text() -> None:
    sent = answer.prepared(CONTINUE, continues=True, grammar=False)
    assert (sent.ask.prefix, sent.cut) == ("SELECT name\nFROM", " ")


def test_line_ends_stay_because_they_say_that_a_comment_is_over() -> None:
    ask = replace(CONTINUE, prefix="-- all artists\n  ")
    sent = answer.prepared(ask, continues=True, grammar=False)
    assert (sent.ask.prefix, sent.cut) == ("-- all artists\n", "  ")


def test_nothing_is_cut_for_models_that_answer() -> None:
    assert answer.prepared(CONTINUE, continues=False, grammar=False).ask.prefix == CONTINUE.prefix
    assert answer.prepared(QUESTION, continues=True, grammar=False).ask == QUESTION


@pytest.mark.parametrize(
    ("pieces", "cut", "expected"),
    [
        ([" artist"], " ", "artist"),
        ([" ", "artist"], " ", "artist"),
        (["artist"], " ", "artist"),
        (["   a"], " ", "  a"),
        ([" a"], "    ", "a"),
        (["\n  a"], " ", "\n  a"),
        (["", " ", " a"], "  ", "a"),
        ([" "], "  ", ""),
        ([" a"], "", " a"),
    ],
)
def test_blanks_that_were_cut_are_taken_off(pieces: list[str], cut: str, expected: str) -> None:
    assert read(pieces, cut=cut) == expected


@given(st.text(alphabet="ab;\n ", max_size=30), st.lists(st.integers(1, 4)), st.booleans())
def test_how_an_answer_is_cut_into_pieces_changes_nothing(
    text: str, sizes: list[int], cut: bool
) -> None:
    stops = (";\n", "ab ", ";;")
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    pieces.append(text[at:])
    lead = " " if cut else ""
    assert read(pieces, stops, lead) == read([text], stops, lead)
    assert not any(stop in read(pieces, stops, lead) for stop in stops)


def test_an_answer_ends_at_the_first_stop() -> None:
    assert read(["SELECT 1", "; SEL", "ECT 2"], (";",)) == "SELECT 1"
    assert read(["a", "\n", "b"], ("\n\n",)) == "a\nb"


def test_a_huge_answer_is_cut() -> None:
    reader = answer.Reader(answer.Sent(CONTINUE), (), 10)
    assert reader.feed("a" * 8) + reader.feed("b" * 8) == "a" * 8 + "b" * 2
    assert reader.over == "length"
    assert reader.feed("c") + reader.close() == ""


def test_half_characters() -> None:
    assert read(["\ud83d", "\ude00"]) == "😀"
    assert read(["a\ud83d"]) == "a\ufffd"
    assert read(["\ude00b"]) == "\ufffdb"
    read(["\ud83d", "x"]).encode()


def test_a_half_typed_word_is_written_anew_under_a_grammar() -> None:
    ask = replace(CONTINUE, prefix="SELECT name FROM art", grammar=GRAMMAR)
    sent = answer.prepared(ask, continues=True, grammar=True)
    assert (sent.ask.prefix, sent.cut) == ("SELECT name FROM", " ")
    assert sent.ask.grammar
    # The blank that was cut is what the answer begins with.
    assert sent.ask.grammar.gbnf == 'root ::= " " unled\nunled ::= "artist"\n'


def test_without_a_grammar_the_answer_is_given_the_half_typed_word() -> None:
    ask = replace(CONTINUE, prefix="SELECT name FROM art", grammar=GRAMMAR)
    sent = answer.prepared(ask, continues=True, grammar=False)
    assert (sent.ask.prefix, sent.ask.grammar) == ("SELECT name FROM art", None)
    reader = answer.Reader(sent, (), 100)
    assert reader.feed("") + reader.feed("i") + reader.feed("st") + reader.close() == "artist"
