"""Text as it is written inside a literal of the host language, and what it says there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from sureql.hosts.model import Quoting

_C = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_PAIR = r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HEX, _UNICODE, _BRACED, _OCTAL, _BYTE, _LINE = (
    r"x[0-9a-fA-F]{2}",
    r"u[0-9a-fA-F]{4}",
    r"u\{[0-9a-fA-F_]+\}",
    r"[0-7]{1,3}",
    r"[0-3][0-7]{0,2}|[4-7][0-7]?",
    r"\r?\n",
)

_DOLLAR = r"\$(?:[^\W\d]|\{)"


@dataclass(frozen=True, slots=True)
class Escapes:
    """One family of escape sequences: `\\` and a letter of `letters`, or what one of `numbers` matches.

    `keeps` says that an unknown sequence means itself, backslash and all; else it means its letter.
    `names` matches what begins an expression although nothing ends it: the dollar of `$name`.
    """

    letters: dict[str, str]
    numbers: tuple[str, ...] = ()
    keeps: bool = False
    names: str = ""
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        anything = r"[\s\S]" if not self.keeps else "[" + re.escape("".join(self.letters)) + "]"
        pattern = re.compile(r"\\(?:" + "|".join((*self.numbers, anything)) + ")")
        object.__setattr__(self, "pattern", pattern)


_QUOTES = {"\\": "\\", "'": "'", '"': '"'}
FAMILIES = {
    "python": Escapes(
        {**_C, **_QUOTES, "a": "\a", "v": "\v"},
        (_HEX, _UNICODE, r"U[0-9a-fA-F]{8}", r"N\{[^}\n]+\}", _OCTAL, _LINE),
        keeps=True,
    ),
    "javascript": Escapes({**_C, "v": "\v"}, (_PAIR, _HEX, _UNICODE, _BRACED, _BYTE, _LINE)),
    "go": Escapes(
        {**_C, **_QUOTES, "a": "\a", "v": "\v"}, (_HEX, _UNICODE, r"U[0-9a-fA-F]{8}", r"[0-7]{3}")
    ),
    "java": Escapes({**_C, **_QUOTES, "s": " "}, (_PAIR, r"u+[0-9a-fA-F]{4}", _BYTE, _LINE)),
    "kotlin": Escapes({**_C, **_QUOTES, "$": "$"}, (_PAIR, _UNICODE), names=_DOLLAR),
    "ruby": Escapes(
        {**_C, **_QUOTES, "a": "\a", "v": "\v", "e": "\x1b", "s": " "},
        (r"x[0-9a-fA-F]{1,2}", _UNICODE, _BRACED, _BYTE, _LINE),
        names=r"#[{@$]",
    ),
    "php": Escapes(
        {**_C, "\\": "\\", '"': '"', "$": "$", "v": "\v", "e": "\x1b"},
        (r"x[0-9a-fA-F]{1,2}", _BRACED, _BYTE),
        keeps=True,
        names=r"\$[A-Za-z_{\x80-\U0010ffff]|(?<=\{)\$",
    ),
    "rust": Escapes({**_C, **_QUOTES}, (_HEX, _BRACED, r"\r?\n\s*")),
    "c-sharp": Escapes(
        {**_C, **_QUOTES, "a": "\a", "v": "\v", "e": "\x1b"},
        (_PAIR, r"x[0-9a-fA-F]{1,4}", _UNICODE, r"U[0-9a-fA-F]{8}"),
    ),
    "json": Escapes({**_C, "/": "/"}, (_PAIR, _UNICODE)),
    # Single quotes of Ruby and PHP: only the quote and the backslash can be escaped.
    "quote": Escapes({"\\": "\\", "'": "'"}, keeps=True),
}
MARKS = frozenset("$#{}%@\\\"'`")
"""Characters that may mean something else together with what stands beside them."""
# What ends a literal that begins with a bracket, with that.
_PAIRS = {")": "()", "]": "[]", "}": "{}", ">": "<>"}
# A code point that no text can hold: half of a pair.
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LETTERS_WRITTEN = {"\n": "n", "\t": "t", "\r": "r"}
_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")
_LINES = re.compile(r"\r?\n")
_SQL_QUOTED = re.compile(
    r"'(?:[^']|'')*(?:'|$)|\"[^\"]*(?:\"|$)|`[^`]*(?:`|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)"
    r"|(?P<line>--[^\n]*\n?)|/\*[\s\S]*?(?:\*/|$)"
)


def decoded(raw: str, how: Quoting) -> Iterator[tuple[int, int, str]]:
    """What in the text of a literal means something else than itself: where, and what it means.
    Expressions are not looked for."""
    family = FAMILIES.get(how.escapes)
    patterns = [family.pattern.pattern] if family else []
    pair = _PAIRS.get(how.delimiter, "")
    if family and family.keeps and pair:
        patterns.insert(0, r"\\[" + re.escape(pair) + "]")
    patterns += [re.escape(one * 2) for one in how.doubled]
    if not patterns:
        return
    for found in re.compile("|".join(patterns)).finditer(raw):
        text = found[0]
        if text[0] == "\\" and family is not None:
            meaning = text[1:] if text[1:] in pair and text[1:] else _meaning(text[1:], family)
            yield found.start(), found.end(), meaning
        else:
            yield found.start(), found.end(), text[0]


def encode(text: str, how: Quoting, before: str = "") -> str | None:
    """`text` as it is written in such a literal, None if it can't be (a raw string that would hold its
    own delimiter). `before` is the SQL that stands before it, which says whether it is quoted there."""
    if how.multiline:
        text = _indented(text, how, before)
    elif "\n" in text or "\r" in text:
        joined = _in_one_line(text, before)
        if joined is None and not how.escapes:
            return None
        text = text if joined is None else joined
    written = _escaped(text, how) if how.escapes else text
    if written is None:
        return None
    for one in how.doubled:
        written = written.replace(one, one * 2)
    return written if how.escapes or _fits(text, how) else None


def _escaped(text: str, how: Quoting) -> str | None:
    family = FAMILIES[how.escapes]
    if how.delimiter.isidentifier() and re.search(rf"(?m)^[ \t]*{how.delimiter}\b", text):
        return None
    out = []
    quote = how.delimiter[:1]
    opens = how.hole[0] if how.hole else ""
    begins = bool(opens) and opens not in how.doubled and not family.keeps
    names = re.compile(family.names) if opens and family.names else None
    pair = _PAIRS.get(how.delimiter, "")
    if pair and _balanced(text, pair):
        quote = pair = ""
    for at, one in enumerate(text):
        if one == "\\":
            out.append("\\\\")
        elif one in _LETTERS_WRITTEN and not (one == "\t" or how.multiline):
            if _LETTERS_WRITTEN[one] not in family.letters:
                return None
            out.append("\\" + _LETTERS_WRITTEN[one])
        elif (
            (quote and one == quote and _ends(text, at, how))
            or one in pair
            or (begins and text.startswith(opens, at))
            or (names and names.match(text, at))
        ):
            out.append("\\" + one)
        else:
            out.append(one)
    return "".join(out)


def _balanced(text: str, pair: str) -> bool:
    """Does each bracket in `text` have its other one there?"""
    depth = 0
    for one in text:
        depth += (one == pair[0]) - (one == pair[1])
        if depth < 0:
            return False
    return depth == 0


def _ends(text: str, at: int, how: Quoting) -> bool:
    """Might the quote at `at` end the literal? Of a long delimiter, all its quotes must stand together,
    and what follows the text may be more of them."""
    quote, length = how.delimiter[0], len(how.delimiter)
    if how.delimiter != quote * length:
        return not how.delimiter.isidentifier() and text.startswith(how.delimiter, at)
    start, end = at, at + 1
    while start > 0 and text[start - 1] == quote:
        start -= 1
    while end < len(text) and text[end] == quote:
        end += 1
    return end - start >= length or start == 0 or end == len(text)


def _fits(text: str, how: Quoting) -> bool:
    """True if a literal without escapes can hold `text` as it is."""
    opens = how.hole[0] if how.hole else ""
    if (
        opens
        and opens not in how.doubled
        and (opens in text or (opens[0] == "$" and re.search(_DOLLAR, text)))
    ):
        return False
    delimiter = how.delimiter
    if not delimiter or delimiter in how.doubled:
        return True
    # Quotes at the edges of the text might meet others, and a backslash might hide the delimiter.
    edges = bool(text) and (text[0] == delimiter[0] or text[-1] in (delimiter[0], "\\"))
    return delimiter not in text and not edges


def _in_one_line(text: str, before: str) -> str | None:
    """`text` without line breaks if it means the same so, else None."""
    lines_end = set()
    for found in _SQL_QUOTED.finditer(before + text):
        if found.end() <= len(before):
            continue
        if found["line"] or "\n" in found[0]:
            return None
        lines_end.add(found.end())
    return _BREAK.sub(" ", text)


def _indented(text: str, how: Quoting, before: str) -> str:
    """`text` with the region's indentation on its new lines, unless they have it."""
    if not how.indent or "\n" not in text:
        return text
    quoted = [
        (len(before), one.start() - len(before), one.end() - len(before))
        for one in _SQL_QUOTED.finditer(before + text)
        if not one["line"]
    ]
    starts = [one.end() for one in _LINES.finditer(text)]
    free = [at for at in starts if not any(start < at < end for _, start, end in quoted)]
    if not how.strips and all(
        text.startswith(how.indent, at) or text[at : at + 1] in ("", "\n", "\r") for at in free
    ):
        # A last line that is empty yet goes on with what stands behind it.
        free = [at for at in free if at == len(text)]
    where = starts if how.strips else free
    out, position = [], 0
    for at in where:
        out.append(text[position:at])
        out.append("" if text[at : at + 1] in ("\n", "\r") else how.indent)
        position = at
    return "".join(out) + text[position:]


def _meaning(sequence: str, family: Escapes) -> str:
    """What an escape sequence stands for, given without its backslash."""
    first = sequence[0]
    if first in "\r\n":
        return ""
    if first == "N" and len(sequence) > 2:
        try:
            return unicodedata.lookup(sequence[2:-1])
        except KeyError:
            return _REPLACEMENT
    if first.isdigit() and first < "8":
        return chr(int(sequence, 8)) if sequence.isdigit() else sequence
    if len(sequence) > 1 and first in "xuU":
        return _code_points(sequence)
    return family.letters.get(sequence, sequence)


def _code_points(sequence: str) -> str:
    halves = [
        int(one.strip("u{}").replace("_", "") or "0", 16)
        for one in sequence.lstrip("xU").split("\\")
    ]
    if len(halves) == 2:
        return chr(0x10000 + ((halves[0] & 0x3FF) << 10) + (halves[1] & 0x3FF))
    (one,) = halves
    return _REPLACEMENT if one > 0x10FFFF or 0xD800 <= one < 0xE000 else chr(one)
