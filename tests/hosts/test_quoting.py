"""What is written into a literal is read back as it was, in every way to write one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sureql.hosts import grammars, literals, quoting
from sureql.hosts.grammars import Style
from sureql.hosts.model import Kind, Quoting
from sureql.text.span import Span

STYLES = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name in grammars.names()
    if (grammar := grammars.of(name)) is not None
    for index in range(len(grammar.styles))
    # What is one of the languages a language inherits is tested there.
    if name not in ("typescript", "tsx")
]
_TEXT = st.text(
    st.sampled_from("aZ09 _'\"`\\{}$#%@()\n\téß😀,;-") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=30,
)
_OPENINGS = ('"""', "'''", "`", '"', "'", 'r#"', '@"', '$"', '$@"', '$"""', "<<~SQL\n", "<<<SQL\n")


def openings(style: Style) -> list[str]:
    """Ways to begin a literal of that style, as far as they are known here."""
    before = ("", "r", "f", "rf", "b", "R")
    every = [one + other for one in before for other in _OPENINGS]
    found = {}
    for one in every:
        match = style.opening.fullmatch(one)
        if match:
            found.setdefault(literals.delimiter(style, match), one)
    return list(found.values())


@pytest.mark.parametrize(("name", "index"), STYLES)
@settings(max_examples=60, deadline=None)
@given(text=_TEXT)
def test_what_is_written_is_read_back(name: str, index: int, text: str) -> None:
    grammar = grammars.of(name)
    assert grammar is not None
    text = text.replace("\r", " ")
    for opening in openings(grammar.styles[index]):
        match = grammar.styles[index].opening.fullmatch(opening)
        assert match
        closes = literals.delimiter(grammar.styles[index], match)
        style = grammar.styles[index]
        if closes.isidentifier():
            # What indents all lines is no part of it.
            text = f"x{text.lstrip(' ')}"
        how = Quoting(closes, style.escapes, style.lines, style.hole, doubled=style.doubled)
        written = quoting.encode(text, how)
        if written is None:
            continue
        host = opening + written + ("\n" if closes.isidentifier() else "") + closes
        said = literals.read(host, Span(0, len(host)), [style], ())
        assert said is not None and said.closed
        assert closes not in written.replace("\\\\", "").replace("\\" + closes[:1], "") or (
            closes in style.doubled or not closes.strip()
        )
        read = "".join(one.text for one in said.pieces)
        assert all(one.kind is not Kind.HOLE for one in said.pieces)
        if "\n" in text and not style.lines:
            assert re.sub(r"\s+", " ", read) == re.sub(r"\s+", " ", text)
        else:
            assert read == text


@pytest.mark.parametrize(
    ("family", "raw", "meaning"),
    [
        ("python", r"\n\x41\u00e9\U0001F600\N{BULLET}\101\d\'", "\nAé😀•A\\d'"),
        ("python", "a\\\nb", "ab"),
        ("javascript", r"\u{1F600}\ud83d\ude00\x41\d\`\0", "😀😀Ad`\0"),
        ("java", r"\uuu0041\s\477\"", "A '7\""),
        ("go", r"\a\101\u00e9\U0001F600", "\aAé😀"),
        ("php", r"\n\x41\u{e9}\d\$\"", '\nAé\\d$"'),
        ("ruby", r"\e\s\x4\u{1F600}\q", "\x1b \x04😀q"),
        ("rust", "\\u{e9}\\\n    b", "éb"),
        ("c-sharp", r"\x41\u00e9\U0001F600", "Aé😀"),
        ("json", r"\/\"\ud83d\ude00\ud83d", '/"😀�'),
        ("quote", r"\'\\\n", "'\\\\n"),
    ],
)
def test_escapes(family: str, raw: str, meaning: str) -> None:
    how = Quoting("'", family)
    out, position = [], 0
    for start, end, text in quoting.decoded(raw, how):
        out += [raw[position:start], text]
        position = end
    assert "".join([*out, raw[position:]]) == meaning


@pytest.mark.parametrize(
    ("text", "before", "written"),
    [
        ("a\n    b", "", "a b"),
        ("a -- why\nb", "", "a -- why\\nb"),
        ("'a\nb'", "", "'a\\nb'"),
        ("a\nb'", "select '", "a\\nb'"),
        ("a\nb", "select 'x' ", "a b"),
    ],
)
def test_a_line_break_in_one_line(text: str, before: str, written: str) -> None:
    assert quoting.encode(text, Quoting('"', "python"), before) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb\n  c", "a\n    b\n      c"),
        ("a\n    b\n      c", "a\n    b\n      c"),
        ("a\n\nb", "a\n\n    b"),
        ("'a\nb'\nc", "'a\nb'\n    c"),
    ],
)
def test_new_lines_are_indented(text: str, written: str) -> None:
    assert quoting.encode(text, Quoting('"""', multiline=True, indent="    ")) == written
