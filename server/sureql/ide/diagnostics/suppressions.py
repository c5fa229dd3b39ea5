"""`-- sureql: ignore[code]`: the user's word that a finding is to be left alone.

At the end of a line it counts for that line. Alone on a line it counts for the next line, and for
the whole statement if one begins there. `-- sureql: ignore-file[code]` counts for the whole file.
Several codes are separated by commas. What ignores nothing is reported, so that it does not stay
when its reason is gone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic, Fix
from sureql.syntax.script import Script
from sureql.text.edits import TextEdit
from sureql.text.span import Span

UNUSED = "unused-ignore"

_WORD = "sureql:"
_COMMENT = re.compile(
    r"(?P<mark>--|\#|/\*)[ \t]*sureql:[ \t]*ignore(?P<file>-file)?"
    r"\[(?P<codes>[A-Za-z0-9_, \t-]*)\](?P<rest>[^\r\n]*)"
)
_CODE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK_OR_COMMENT = re.compile(r"[ \t]*(?:--[^\r\n]*)?(?:\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One code that is ignored: `scope` is where, `span` the code's own place, `comment` the whole
    comment's and `codes` how many codes it names."""

    code: str
    span: Span
    scope: Span
    comment: Span
    codes: int


_kept: list[tuple[Script, tuple[Suppression, ...]]] = []


def found(parsed: Script) -> tuple[Suppression, ...]:
    """The suppressions of a document, in order. Those of the newest document are kept."""
    if not (_kept and _kept[0][0] is parsed):
        _kept[:] = [(parsed, _found(parsed) if _WORD in parsed.text else ())]
    return _kept[0][1]


def allows(parsed: Script, offset: int, code: str) -> bool:
    """True if the document ignores `code` at `offset`."""
    return any(each.code == code and each.scope.touches(offset) for each in found(parsed))


def _found(parsed: Script) -> tuple[Suppression, ...]:
    text = parsed.text
    return tuple(
        Suppression(code[0], _at(match, code), scope, _comment(text, match), len(codes))
        for match in _COMMENT.finditer(text)
        for scope in (_scope(parsed, match),)
        for codes in (list(_CODE.finditer(match["codes"])),)
        for code in codes
    )


def applied(
    parsed: Script, diagnostics: Iterable[Diagnostic], wanted: Selection | None
) -> tuple[Diagnostic, ...]:
    """`diagnostics` less those that are ignored.

    `wanted` are the codes that have been looked for in the whole document: a suppression of one of
    them that ignores nothing is reported. None if the document has not been looked through yet.
    """
    known = found(parsed)
    if not known:
        return tuple(diagnostics)
    used: set[Suppression] = set()
    kept: list[Diagnostic] = []
    for one in diagnostics:
        by = [
            each for each in known if each.code == one.code and each.scope.touches(one.span.start)
        ]
        used.update(by)
        if not by:
            kept.append(one)
    if wanted is not None and wanted.wants(UNUSED):
        unused = (each for each in known if each not in used and wanted.wants(each.code))
        kept += [_unused(parsed.text, each) for each in unused if _is_ours(each.code)]
    return tuple(kept)


def ignore_here(parsed: Script, offset: int, code: str) -> TextEdit:
    """The edit that ignores `code` at `offset`: a comment above its line."""
    text = parsed.text
    start = _line_start(text, offset)
    for each in found(parsed):
        if each.scope.touches(offset) and each.scope != Span(0, len(text)):
            return TextEdit(Span(each.span.end, each.span.end), f", {code}")
    indent = re.compile(r"[ \t]*").match(text, start)
    margin = indent[0] if indent else ""
    end = "\r\n" if "\r\n" in text else "\n"
    return TextEdit(Span(start, start), f"{margin}-- sureql: ignore[{code}]{end}")


def ignore_in_file(parsed: Script, code: str) -> TextEdit:
    """The edit that ignores `code` in the whole file: a comment at its top."""
    end = "\r\n" if "\r\n" in parsed.text else "\n"
    return TextEdit(Span(0, 0), f"-- sureql: ignore-file[{code}]{end}")


def _is_ours(code: str) -> bool:
    # Other tools' codes are in capitals (LT01); whether they were looked for is not known here.
    return code != UNUSED and code == code.lower()


def _at(match: re.Match[str], code: re.Match[str]) -> Span:
    return Span(*code.span()).shift(match.start("codes"))


def _comment(text: str, match: re.Match[str]) -> Span:
    if match["mark"] != "/*":
        return Span(*match.span())
    end = text.find("*/", match.start())
    return Span(match.start(), end + 2 if end >= 0 else len(text))


def _scope(parsed: Script, match: re.Match[str]) -> Span:
    text = parsed.text
    if match["file"]:
        return Span(0, len(text))
    start = _line_start(text, match.start())
    if text[start : match.start()].strip():
        return Span(start, _line_end(text, match.end()))
    line = _line_end(text, match.end())
    line = _after_line_end(text, line)
    while (other := _BLANK_OR_COMMENT.match(text, line)) and text[line : other.end()].strip():
        line = other.end()
    return _statement_at(parsed, line) or Span(line, _line_end(text, line))


def _statement_at(parsed: Script, line: int) -> Span | None:
    """The rest of the statement whose first word stands on the line at `line`."""
    index = bisect_left(parsed.statements, line, key=lambda part: part.end)
    if index == len(parsed.statements):
        return None
    part = parsed.statements[index]
    before = re.sub(
        r"--[^\r\n]*|/\*[\s\S]*?\*/", "", parsed.text[part.start : max(line, part.start)]
    )
    inside = part.start <= _line_end(parsed.text, line) and not before.strip()
    return Span(line, part.end) if inside else None


def _unused(text: str, each: Suppression) -> Diagnostic:
    message = f"Nothing here is ignored by `{each.code}`: remove it."
    fix = Fix("Remove the unused ignore", tuple(_removal(text, each)), "safe", True)
    return Diagnostic(each.span, UNUSED, message, "hint", (fix,), tags=("unnecessary",))


def _removal(text: str, each: Suppression) -> Iterator[TextEdit]:
    if each.codes > 1:
        start, end = each.span.start, each.span.end
        after = re.compile(r"[ \t]*,[ \t]*").match(text, end)
        if after:
            yield TextEdit(Span(start, after.end()), "")
            return
        comma = text.rindex(",", 0, start)
        yield TextEdit(Span(comma, end), "")
        return
    start = _line_start(text, each.comment.start)
    if text[start : each.comment.start].strip():
        written = text[start : each.comment.start]
        yield TextEdit(Span(start + len(written.rstrip()), each.comment.end), "")
    else:
        yield TextEdit(Span(start, _after_line_end(text, each.comment.end)), "")


def _line_start(text: str, offset: int) -> int:
    if offset and text[offset - 1 : offset + 1] == "\r\n":
        offset -= 1
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(text))


def _after_line_end(text: str, offset: int) -> int:
    return offset + 2 if text[offset : offset + 2] == "\r\n" else min(offset + 1, len(text))
