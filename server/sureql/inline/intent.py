"""A comment that asks for a statement in words, with the cursor below it.

`-- monthly revenue per country, last 12 months` asks; commented-out SQL, licences, tool directives
and headings do not. Unasked, a comment counts only if nothing but it can be meant: right above the
cursor, no statement under way before it and none that follows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sureql.inline import wording
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

MOST_BLANK_LINES = 2
"""So many lines the cursor may be below the comment's end; further down it is about something else."""
LONGEST = 1_500
"""Characters of a wish: longer comments are documentation."""
_REACH = 4_000
_LINE_MARK = re.compile(r"(?:--|#|//)")


@dataclass(frozen=True, slots=True)
class Wish:
    """`words` as they stand in the comments at `span`. What answers them belongs at `offset`, after
    `lead`: a new line if the cursor is still on the comment's own."""

    words: str
    span: Span
    offset: int
    lead: str = ""


def wish(snapshot: Snapshot, offset: int, invoked: bool = False) -> Wish | None:
    """What the comment above `offset` asks for, None if there is none or it does not ask.

    With `invoked` the user wants something here: shorter comments count, the cursor may be on the
    comment's own line, and in files that are the schema itself a comment may ask as well.
    """
    text, dialect = snapshot.text, snapshot.script.dialect
    if not invoked and snapshot.path in snapshot.base.sources:
        return None
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line_end = len(text) if line_end < 0 else line_end
    if text[offset:line_end].strip():
        return None
    below = not text[line_start:offset].strip()
    if not below and not invoked:
        return None
    statement = snapshot.script.at(offset)
    begin = min(statement.start, offset)
    if offset - begin > _REACH or _followed(text[line_end:]):
        return None
    found = lexer.tokens(text[begin:offset], dialect)
    if any(token.kind is not Kind.COMMENT for token in found):
        return None
    block = _block(found, text, begin)
    if not block:
        return None
    end = begin + block[-1].end
    between = text[end:offset]
    if between.strip() or between.count("\n") > MOST_BLANK_LINES or (below and "\n" not in between):
        return None
    words = _words(block)
    if len(words) > LONGEST or not wording.asks(words, snapshot, begin, invoked):
        return None
    lead = "" if below else _newline(text)
    return Wish(wording.stripped(words), Span(begin + block[0].start, end), offset, lead)


def _block(found: tuple[Token, ...], text: str, begin: int) -> list[Token]:
    """The comment that ends `found`: one `/* */`, or line comments on lines that follow one another."""
    block: list[Token] = []
    for token in reversed(found):
        if not token.closed or token.text.startswith("{"):
            break
        line_start = text.rfind("\n", 0, begin + token.start) + 1
        if text[line_start : begin + token.start].strip():
            break  # It says something about the code before it on its line.
        if not _LINE_MARK.match(token.text):
            return block or [token]
        if block and text[begin + token.end : begin + block[0].start].count("\n") > 1:
            break
        block.insert(0, token)
    return block


def _words(block: list[Token]) -> str:
    """What the comments say, without their marks."""
    if len(block) == 1 and block[0].text.startswith("/*"):
        body = block[0].text.removeprefix("/*").removesuffix("*/")
        lines = [re.sub(r"^[ \t]*\*(?=[ \t]|$)", "", line) for line in body.splitlines()]
    else:
        lines = [_LINE_MARK.sub("", token.text, count=1) for token in block]
    # What stands above an empty line or a rule is another paragraph.
    kept: list[str] = []
    for line in reversed(lines):
        if line.strip():
            kept.insert(0, line.rstrip())
        elif kept:
            break
    return "\n".join(kept)


def _followed(rest: str) -> bool:
    """True if what stands below belongs to the comment already."""
    lines = rest.split("\n", 3)[1:3]
    return bool(lines) and bool(lines[0].strip()) and not lines[0].lstrip().startswith(("--", "/*"))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
