"""Splitting never loses text, and an edit gives what splitting the new text would give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sureql.syntax import dialects, lexer, script, templates
from sureql.syntax.tokens import Kind

_FRAGMENTS = st.sampled_from(
    [
        *"'\"`[]$;\n \\/*-#{}():?%@.a1",
        "''",
        "$$",
        "$a$",
        "--",
        "/*",
        "*/",
        "{{",
        "}}",
        "{%",
        "%}",
        ";\n",
        "\n\n",
        "\nGO\n",
        "\n/\n",
        "DELIMITER //\n",
        "\nDELIMITER $$\n",
        "//",
        "\\d t\n",
        "\n\\.\n",
        "\n.mode csv\n",
        "COPY t FROM stdin;\n",
        "SELECT ",
        "CREATE TRIGGER t ",
        "CREATE FUNCTION f() AS ",
        "BEGIN ",
        "BEGIN ATOMIC ",
        "END;",
        "CASE ",
        "\nCREATE TABLE t",
        " = 'x'",
        "E'\\'",
        "\ufeff",
        "é",
        "😀",
        "\r\n",
        "\x85",
        "\u2028",
        "\x00",
    ]
)
_TEXTS = st.lists(_FRAGMENTS, max_size=40).map("".join)
_DIALECTS = st.sampled_from(dialects.ALL)


@given(_TEXTS, _TEXTS, st.data(), _DIALECTS)
@settings(max_examples=600, deadline=None)
def test_edited_equals_split_anew(text, inserted, data, dialect):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    inserted = inserted[: data.draw(st.integers(0, 20))]
    new = text[:start] + inserted + text[end:]
    edited = script.of(text, dialect).edited(new, start, end, start + len(inserted))
    assert edited == script.of(new, dialect)


@given(_TEXTS, _DIALECTS)
@settings(max_examples=400, deadline=None)
def test_statements_lie_in_order_in_the_text(text, dialect):
    position = 0
    for statement in script.of(text, dialect).statements:
        assert statement.start >= position
        assert statement.text
        assert text[statement.start : statement.end] == statement.text
        assert len(statement.masked) == len(statement.text)
        position = statement.end


@given(_TEXTS, _DIALECTS)
@settings(max_examples=400, deadline=None)
def test_tokens_cover_everything_but_blanks(text, dialect):
    position = 0
    for token in lexer.tokens(text, dialect):
        assert not text[position : token.start].replace("\ufeff", "").strip()
        assert token.start < token.end
        assert text[token.start : token.end] == token.text
        assert token.closed or token.end == len(text)
        position = token.end
    assert not text[position:].replace("\ufeff", "").strip()


@given(_TEXTS, _DIALECTS)
@settings(max_examples=200, deadline=None)
def test_masking_keeps_length_and_what_is_not_a_hole(text, dialect):
    masked, holes = templates.mask(text, dialect)
    assert len(masked) == len(text)
    hidden = {offset for hole in holes for offset in range(hole.start, hole.end)}
    assert all(masked[i] == text[i] for i in range(len(text)) if i not in hidden)


@given(st.text(max_size=60), _DIALECTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_cut_without_raising(text, dialect):
    script.of(text, dialect)
    assert all(token.kind in Kind for token in lexer.code(text, dialect))
