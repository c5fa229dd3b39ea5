"""The statement in a model's answer: without thoughts, fences and the prose around it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sureql.syntax import comments, lexer, script, statement_parts
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token

LONGEST = 20_000
LONGEST_REASON = 160
_THOUGHT = re.compile(
    r"<(think|thinking|reasoning|reflection)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_THOUGHT_END = re.compile(r"</(?:think|thinking|reasoning|reflection)\s*>", re.IGNORECASE)
_FENCE = re.compile(
    r"^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"^`([^`\n]+)`$")
_LABEL = re.compile(
    r"^(?:(?:final |the )?(?:answer|query|sql|statement)(?: query)?\s*:)[ \t]*", re.IGNORECASE
)
_NO_DATA = re.compile(
    r"^\W*(?:--|#|/\*)?\W*NO[ _]DATA\b[ \t]*[:.\-–—]*[ \t]*([^\n\r]*)",
    re.MULTILINE,
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_ADDRESS = re.compile(
    r"\w+://|www\.|\S@\S|[<>{}\[\]|]|\w\.(?:com|net|org|io|ru|cn)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """`candidates` are what may be the statement, the likeliest first; usually there is one.
    `no_data`: the model says that the schema has no such data, for `reason` ('' if none is fit
    to be shown)."""

    candidates: tuple[str, ...] = ()
    no_data: bool = False
    reason: str = ""


def statements(answer: str, dialect: Dialect) -> Extracted:
    """What `answer` proposes."""
    text = _plain(answer)[:LONGEST]
    fenced = [(match[2].lower(), match[3]) for match in _FENCE.finditer(text)]
    blocks = [body for tag, body in fenced if "sql" in tag or not tag] or [
        body for _, body in fenced
    ]
    refusal = _NO_DATA.search(text)
    found: list[str] = []
    for body in blocks or [text]:
        start = _start(body, dialect, fenced=bool(blocks))
        if start is not None and not (refusal and _NO_DATA.search(body) and not blocks):
            found += _ends(body[start:], dialect)
    if refusal and (not found or text.find(refusal[0]) < text.find(found[0])):
        return Extracted((), True, _reason(refusal[1]))
    return Extracted(tuple(dict.fromkeys(one for one in found if one.strip())))


def without_comments(sql: str, dialect: Dialect) -> str:
    """`sql` without its comments, which nothing can check, and without the blanks they leave."""
    return comments.without(sql, dialect).strip()


def _plain(answer: str) -> str:
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    text = _THOUGHT.sub("", text)
    # Some models leave out the opening mark.
    text = _THOUGHT_END.split(text)[-1]
    return text.replace("\ufeff", "").strip()


def _start(text: str, dialect: Dialect, fenced: bool) -> int | None:
    """Where the first line begins that may begin a statement."""
    offset = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if (inline := _INLINE.match(body)) is not None:
            body = inline[1]
        label = _LABEL.match(body)
        body = body[label.end() :] if label else body
        tokens = lexer.code(body, dialect)
        index = 0
        while index < len(tokens) and tokens[index].text == "(":
            index += 1
        if index < len(tokens) and _begins(tokens[index], body, dialect, fenced):
            return offset + line.find(body)
        offset += len(line)
    return None


def _begins(first: Token, line: str, dialect: Dialect, fenced: bool) -> bool:
    """True if the first word of a line begins a statement."""
    if not statement_parts.begins(first, dialect):
        return False
    # `With this query you …` and `Select the …:` are prose, except where no prose should be.
    if fenced or first.text.isupper() or first.text.islower():
        return not line.rstrip().endswith(":")
    return line.rstrip().endswith(";")


def _ends(text: str, dialect: Dialect) -> list[str]:
    """The statement that `text` begins with, and what else follows if it is SQL too."""
    parts = [one for one in script.of(text, dialect).statements if lexer.code(one.text, dialect)]
    if not parts:
        return []
    if not parts[0].terminated:
        # Prose may stand below; a blank line may as well be the model's layout.
        whole = text.rstrip().rstrip("`").rstrip()
        gaps = [match.start() for match in _BLANK_LINE.finditer(whole)]
        return [whole, *(whole[:gap] for gap in gaps[:3])]
    for count, part in enumerate(parts[1:], start=1):
        first = lexer.code(part.text, dialect)[0]
        prose = not statement_parts.begins(first, dialect) or not (
            first.text.isupper() or first.text.islower()
        )
        if prose:
            return [text[: parts[count - 1].end].strip()]
    return [text[: parts[-1].end].strip()]


def _reason(text: str) -> str:
    """A reason of the model's as one short, plain line; '' if it holds what no reason needs."""
    line = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one)[0] != "C"
    )
    line = " ".join(line.replace("*/", " ").replace("`", "").split()).strip(" -.*_")
    if not line or _ADDRESS.search(line) or ";" in line:
        return ""
    if len(line) > LONGEST_REASON:
        line = line[:LONGEST_REASON].rsplit(" ", 1)[0] + " …"
    return line
