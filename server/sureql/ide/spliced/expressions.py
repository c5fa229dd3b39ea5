"""The expressions of the host language that a region's holes stand for."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from sureql.hosts.model import Literal, Region, Segment
from sureql.text.span import Span


class Form(enum.Enum):
    """How an expression gets into the text: written inside a literal, joined with it, or put in place
    of a mark (`%s`, `{}`) by a function or operator."""

    INSIDE = "inside"
    JOINED = "joined"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Expression:
    """`text` is what is evaluated, '' if it is not known. `hole` is in the region, `literal` the one
    that holds it. `plain` says that nothing but its text is put in: no width, no precision.
    `number` says that only numbers get through."""

    text: str
    form: Form
    hole: Segment
    literal: Literal | None
    plain: bool = True
    number: bool = False


@dataclass(frozen=True, slots=True)
class Arguments:
    """What is put in place of marks: the expressions, and the host text from behind the literal to
    their end."""

    texts: tuple[str, ...]
    span: Span
    word: str


_PRINTF = re.compile(r"%(?:(\(\w+\)))?[-+ #0]*[\d.*]*([a-zA-Z])")
_BRACES = re.compile(r"\{(\w*)[^{}]*\}")
_NUMBERS = "dioxXeEfgGb"
_OPENS = {"(": ")", "[": "]", "{": "}"}
_LONGEST = 4_000


def of(host: str, region: Region) -> tuple[Expression, ...]:
    """The expressions of `region` in the text `host`, in order."""
    given = arguments(host, region)
    found, marks = [], 0
    for hole in region.holes:
        written = hole.host.shift(region.host.start).of(host)
        literal = next((one for one in region.literals if one.host.covers(hole.host)), None)
        if literal is None:
            found.append(Expression(written.strip(), Form.JOINED, hole, None))
        elif not _PRINTF.fullmatch(written) and (
            literal.quoting.hole is not None or _is_variable(written)
        ):
            text, plain, number = _inside(written)
            found.append(Expression(text, Form.INSIDE, hole, literal, plain, number))
        else:
            found.append(_marked(written, hole, literal, given, marks))
            marks += not re.match(r"\{\w|%\(", written)
    return tuple(found)


def arguments(host: str, region: Region) -> Arguments | None:
    """What is put in place of the marks of a region's last literal."""
    if not region.literals:
        return None
    last = region.literals[-1]
    start = region.host.start + last.host.end + len(last.quoting.delimiter)
    rest = host[start : start + _LONGEST]
    begins = re.match(r"\s*(?:(%)\s*(\()?|\.\s*(format)\s*\(|(,))", rest)
    if begins is None:
        return None
    word = begins[1] or begins[3] or begins[4]
    single = word == "%" and not begins[2]
    parts, stop = split(host, start + begins.end())
    if single:
        parts = parts[:1]
        stop = parts[0].end if parts else stop
    texts = tuple(part.of(host).strip() for part in parts)
    closes = 0 if single or word == "," else 1
    return Arguments(tuple(one for one in texts if one), Span(start, stop + closes), word)


def split(text: str, start: int) -> tuple[list[Span], int]:
    """The parts between commas from `start` to the bracket that closes, and where that is."""
    parts, begun, depth, at = [], start, 0, start
    quote = ""
    while at < min(len(text), start + _LONGEST):
        mark = text[at]
        if quote:
            at += mark == "\\"
            quote = "" if mark == quote else quote
        elif mark in "\"'`":
            quote = mark
        elif mark in _OPENS:
            depth += 1
        elif mark in ")]}":
            if not depth:
                break
            depth -= 1
        elif mark == "," and not depth:
            parts.append(Span(begun, at))
            begun = at + 1
        at += 1
    at = min(at, len(text))
    parts.append(Span(begun, at))
    return parts, at


def _is_variable(written: str) -> bool:
    """`$name` and `{$name->x}` of PHP and Kotlin."""
    return written.startswith(("$", "{$", "#{"))


def _inside(written: str) -> tuple[str, bool, bool]:
    """The expression in `{x!r:>10}`, `${x}`, `#{x}`; whether nothing else stands there, and whether
    it is written as a number."""
    text = written
    for opens in ("${", "#{", "{", "\\("):
        if text.startswith(opens) and text[-1:] in "})":
            text = text[len(opens) : -1]
            break
    python = re.fullmatch(r"(?s)(.+?)(?:!([rsa]))?(?::([^:'\"\])}]*))?", text)
    if written.startswith("{") and python is not None and not _in_quotes(text):
        number = (python[3] or " ")[-1] in _NUMBERS
        return python[1].strip(), not python[3], number
    return text.strip(), True, False


def _in_quotes(text: str) -> bool:
    return any(mark in text for mark in "'\"?")


def _marked(
    written: str, hole: Segment, literal: Literal, given: Arguments | None, index: int
) -> Expression:
    texts = given.texts if given is not None else ()
    if given is not None and given.word == "format":
        named = [one for one in texts if re.match(r"\w+\s*=(?!=)", one)]
        texts = tuple(one for one in texts if one not in named) + tuple(named)
    printf = _PRINTF.fullmatch(written)
    if printf is not None:
        text = texts[index] if index < len(texts) and not printf[1] else ""
        number = printf[2] in _NUMBERS
        plain = written in ("%s", "%d")
        return Expression(text, Form.MARKED, hole, literal, plain, number)
    braces = _BRACES.fullmatch(written)
    name = braces[1] if braces is not None else ""
    if not name:
        text = texts[index] if index < len(texts) else ""
        return Expression(text, Form.MARKED, hole, literal, written == "{}")
    if name.isdigit():
        text = texts[int(name)] if int(name) < len(texts) else ""
    else:
        values = (re.match(rf"{name}\s*=(?!=)\s*(.*)", one, re.DOTALL) for one in texts)
        text = next((one[1] for one in values if one is not None), "")
    return Expression(text, Form.MARKED, hole, literal, plain=False)
