"""Grammars of any text, however broken: nothing raises, and what is written is readable."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from support import cases, gbnf, lark_notation, schemas
from sureql.prompt.grammar import answer, build
from sureql.syntax import dialects, lexer, script

POSTGRES = dialects.get("postgres")
FILE = cases.FIXTURES / "gate" / "music_postgres_queries.sql"
QUERIES = [found.text for found in script.of(FILE.read_text(encoding="utf-8"), POSTGRES).statements]
STRANGE = [
    "",
    '"',
    "'",
    "(",
    ")",
    ".",
    "İ",
    "é",
    "\n",
    "--",
    "$1",
    "{{ x }}",
    "\\",
    "[",
    "a.",
    "::",
]


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, int]:
    """A query with a piece missing or strange, and a place in it."""
    query = draw(st.sampled_from(QUERIES))
    tokens = lexer.code(query, POSTGRES)
    first = draw(st.integers(0, len(tokens) - 1))
    last = min(len(tokens) - 1, first + draw(st.integers(0, 3)))
    text = query[: tokens[first].start] + draw(st.sampled_from(STRANGE)) + query[tokens[last].end :]
    near = draw(st.integers(-3, 3))
    anywhere = draw(st.integers(0, len(text)))
    at = draw(st.sampled_from([anywhere, max(0, min(len(text), tokens[first].start + near))]))
    return text, at


@settings(max_examples=250, deadline=None)
@given(broken(), st.booleans(), st.integers(0, 1000))
def test_a_grammar_is_readable_and_begins_as_it_says(
    place: tuple[str, int], cut: bool, seed: int
) -> None:
    text, offset = place
    text = text[:offset] if cut else text
    suffix = text[offset:]
    grammar = build.continuation(text, offset, schemas.catalog("music"), POSTGRES, suffix)
    if grammar is None:
        return
    assert len(grammar.gbnf) <= build.LARGEST
    lark_notation.read(grammar.lark)
    wrote = gbnf.read(grammar.gbnf).sample(random.Random(seed))
    assert wrote.startswith(text[offset - grammar.back : offset])
    assert wrote.endswith(grammar.lands)
    assert suffix.startswith(grammar.lands)
    assert answer.insert(wrote, grammar, "", text[:offset]) is not None
