"""What a style linter says about a document, as diagnostics of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sureql.ide import formatting
from sureql.ide.model import Diagnostic
from sureql.ports.style import UNPARSABLE, Remark
from sureql.syntax import lexer
from sureql.syntax.script import Script
from sureql.text import line_index
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Shown:
    """The text for the linter, as long as the document, and the places it must not speak about."""

    text: str
    hidden: tuple[Span, ...]


def shown(parsed: Script) -> Shown:
    """The document with templates and parameters replaced, and blanks for what does not parse."""
    out: list[str] = []
    hidden: list[Span] = []
    position = 0
    for part in parsed.statements:
        if formatting.is_plain(part, parsed.dialect):
            spans = [span.shift(part.start) for span in formatting.foreign(part, parsed.dialect)]
        else:
            spans = [part.span]
        for span in spans:
            out.append(parsed.text[position : span.start])
            out.append(_blank(span.of(parsed.text)) if span == part.span else "x" * len(span))
            position = span.end
        hidden += spans
    out.append(parsed.text[position:])
    return Shown("".join(out), tuple(hidden))


def diagnostics(
    parsed: Script, seen: Shown, remarks: Iterable[Remark], source: str
) -> tuple[Diagnostic, ...]:
    """The remarks of the linter `source` at their places in the document."""
    lines = line_index.of(parsed.text)
    places = {token.start: token.span for token in lexer.tokens(parsed.text, parsed.dialect)}
    found = []
    for remark in remarks:
        if remark.code in UNPARSABLE or remark.line >= len(lines):
            continue
        start = min(lines.start(remark.line) + remark.column, len(parsed.text))
        span = places.get(start, Span(start, min(start + 1, len(parsed.text))))
        if not any(hidden.start <= span.end and span.start <= hidden.end for hidden in seen.hidden):
            found.append(Diagnostic(span, remark.code, remark.message, "hint", source=source))
    return tuple(found)


def _blank(text: str) -> str:
    return "".join(character if character in "\r\n" else " " for character in text)
