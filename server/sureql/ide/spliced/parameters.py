"""The change that passes spliced values as parameters, where the driver's way is known.

It is offered only where the statement is the direct argument of the call that runs it, which has no
parameters yet, so that nothing else has to change. Edits are of the host text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sureql.hosts.embedding import Embedding
from sureql.hosts.model import Literal, Region
from sureql.ide.spliced import drivers, expressions, findings
from sureql.ide.spliced.drivers import Style
from sureql.ide.spliced.expressions import Form
from sureql.ide.spliced.findings import Spliced
from sureql.ide.spliced.places import Stands
from sureql.syntax.dialects import Dialect
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Parameterised:
    """`edits` are of the host text."""

    title: str
    edits: tuple[TextEdit, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """The region whose `values` become parameters, called `names`."""

    language: str
    host: str
    region: Region
    style: Style
    values: Sequence[Spliced]
    names: Sequence[str]

    @property
    def start(self) -> int:
        return self.region.host.start

    def mark(self, index: int) -> str:
        if self.style.mark == "$":
            return f"${index + 1}"
        return f":{self.names[index]}" if self.style.mark == ":" else self.style.mark


class _UnsafeError(Exception):
    """The change cannot be made with certainty."""


_PREFIX = re.compile(r"[A-Za-z]{0,3}\Z")
_PRESENT = re.compile(r"\?|%s|%\(\w+\)s|\$\d|(?<![:\w]):[A-Za-z_]")
_RUNS = re.compile(r"\s*,?\s*\)\s*\.(?:get|all|run|iterate)\(()\s*\)")
_CLOSES = re.compile(r"\s*,?\s*(?=\))")
_FORMATTER = re.compile(r"fmt\.Sprintf\(\s*\Z")


def at(embedding: Embedding, dialect: Dialect, place: Span) -> Parameterised | None:
    """The change for the region at `place` of the SQL text, None if there is no safe one. All values
    of the region are passed at once, in their order."""
    found = embedding.region_at(place.start)
    if found is None:
        return None
    region, part = found
    values = _values(embedding, dialect, part, trusting=True)
    if any(one.expression.form is Form.MARKED for one in values):
        # The operator or function that fills the marks goes, so all of them do.
        values = _values(embedding, dialect, part, trusting=False)
    style = drivers.style(embedding.language, embedding.host, region.callee)
    if style is None or not any(one.place.span.shift(part.start).meets(place) for one in values):
        return None
    call = _Call(embedding.language, embedding.host, region, style, values, _names(values))
    try:
        edits = tuple(sorted(_edits(call)))
        apply_edits(embedding.host, edits)
    except (_UnsafeError, ValueError):
        return None
    listed = ", ".join(f"`{one.expression.text}`" for one in values)
    many = "parameters" if len(values) > 1 else "a parameter"
    return Parameterised(f"Pass {listed} as {many}", edits)


def _values(embedding: Embedding, dialect: Dialect, part: Span, *, trusting: bool) -> list[Spliced]:
    found = findings.spliced(embedding, dialect, trusting=trusting)
    return [one for one in found if one.start == part.start and one.place.stands is Stands.VALUE]


def _names(values: Sequence[Spliced]) -> list[str]:
    """A name of its own for each parameter."""
    names: list[str] = []
    for one in values:
        words = re.findall(r"[A-Za-z_]\w*", one.expression.text)
        name = words[-1] if words else "value"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return names


def _edits(call: _Call) -> Iterator[TextEdit]:
    forms = {one.expression.form for one in call.values}
    rest = _without_holes(call.region)
    percent = call.style.mark == "%s" and "%" in rest
    plain = all(one.expression.plain for one in call.values)
    if len(forms) != 1 or not plain or percent or _PRESENT.search(rest):
        raise _UnsafeError
    form = forms.pop()
    if form is Form.MARKED:
        yield from _marked(call)
        return
    for index, one in enumerate(call.values):
        write = _inside if form is Form.INSIDE else _joined
        yield write(call, one, call.mark(index))
    first, last = call.region.literals[0], call.region.literals[-1]
    begun = _opened(call, first)
    if not _calls(call).search(call.host[:begun]):
        raise _UnsafeError
    end = call.start + last.host.end + len(last.quoting.delimiter)
    end = max(end, call.start + max(hole.host.end for hole in call.region.holes))
    yield _passed(call, end, [one.expression.text for one in call.values])
    if call.language == "python" and form is Form.INSIDE:
        yield from _plain_strings(call)


def _without_holes(region: Region) -> str:
    text = region.text
    for hole in reversed(region.holes):
        text = text[: hole.sql.start] + text[hole.sql.end :]
    return text


def _calls(call: _Call) -> re.Pattern[str]:
    """What stands before a first argument; in Go a context may come first."""
    word = re.escape(call.region.callee.rsplit(".", 1)[-1])
    context = r"(?:\w+\s*,\s*)?" if call.language == "go" else ""
    return re.compile(rf"\b{word}\s*\(\s*{context}\Z")


def _opened(call: _Call, literal: Literal) -> int:
    """Where a literal begins, with its quote and prefix."""
    quote = call.start + literal.host.start - len(literal.quoting.delimiter)
    prefix = _PREFIX.search(call.host, max(0, quote - 3), quote)
    return prefix.start() if prefix is not None and call.language == "python" else quote


def _quoted(one: Spliced) -> int:
    """1 if the value stands between quotes, which go."""
    return int(one.place.span != one.expression.hole.sql)


def _inside(call: _Call, one: Spliced, mark: str) -> TextEdit:
    """A mark for an expression, or another mark, inside a literal."""
    quoted = _quoted(one)
    span = one.expression.hole.host.shift(call.start)
    whole = Span(span.start - quoted, span.end + quoted)
    written = whole.of(call.host)
    if quoted and not (written[0] == written[-1] == "'"):
        raise _UnsafeError
    return TextEdit(whole, mark)


def _joined(call: _Call, one: Spliced, mark: str) -> TextEdit:
    """`"… '" + x + "' …"`: the two literals become one."""
    hole = one.expression.hole.host
    before = [each for each in call.region.literals if each.host.end <= hole.start]
    after = [each for each in call.region.literals if each.host.start >= hole.end]
    quoted = _quoted(one)
    if not before or (quoted and not after):
        raise _UnsafeError
    begin = call.start + before[-1].host.end - quoted
    end, text = call.start + hole.end, mark + before[-1].quoting.delimiter
    if after:
        end, text = call.start + after[0].host.start + quoted, mark
    removed = call.host[begin:end]
    same = not after or after[0].quoting.delimiter == before[-1].quoting.delimiter
    if not same or any(sign in removed for sign in ("\n", "#", "//", "/*")):
        raise _UnsafeError
    if quoted and not (removed[0] == removed[-1] == "'"):
        raise _UnsafeError
    return TextEdit(Span(begin, end), text)


def _passed(call: _Call, end: int, texts: Sequence[str]) -> TextEdit:
    """The values behind the statement, which ends at `end`."""
    listed = ", ".join(texts)
    closes = _CLOSES.match(call.host, end)
    if closes is None or any("\n" in text for text in texts):
        raise _UnsafeError
    gap = Span(*closes.span())
    if call.style.gathers == "bound":
        bound = ", ".join(f"{name}={text}" for name, text in zip(call.names, texts, strict=True))
        return TextEdit(Span(gap.end + 1, gap.end + 1), f".bindparams({bound})")
    if call.style.gathers == "run":
        runs = _RUNS.match(call.host, end)
        if runs is None:
            raise _UnsafeError
        return TextEdit(Span(runs.start(1), runs.start(1)), listed)
    return TextEdit(Span(end, end), f", {_gathered(call.style, listed, len(texts))}")


def _gathered(style: Style, listed: str, count: int) -> str:
    if style.gathers == "tuple":
        return f"({listed},)" if count == 1 else f"({listed})"
    return f"[{listed}]" if style.gathers == "list" else listed


def _plain_strings(call: _Call) -> Iterator[TextEdit]:
    """Takes the `f` from literals that no longer hold an expression."""
    gone = {one.expression.hole.host for one in call.values}
    for literal in call.region.literals:
        own = [hole.host for hole in call.region.holes if literal.host.covers(hole.host)]
        text = literal.host.shift(call.start).of(call.host)
        if not own or not gone.issuperset(own) or "{{" in text or "}}" in text:
            continue
        begun = _opened(call, literal)
        quote = call.start + literal.host.start - len(literal.quoting.delimiter)
        prefix = Span(begun, quote)
        plain = "".join(mark for mark in prefix.of(call.host) if mark not in "fF")
        yield TextEdit(prefix, plain)


def _marked(call: _Call) -> Iterator[TextEdit]:
    """`"… '%s'" % (x, y)` and its like: all marks become parameters, and what they were made of goes
    to the call as it is."""
    region, host = call.region, call.host
    given = expressions.arguments(host, region)
    if given is None or len(region.literals) != 1 or call.style.gathers in ("bound", "run"):
        raise _UnsafeError
    if not len(call.values) == len(region.holes) == len(given.texts):
        raise _UnsafeError
    source = region.literals[0].host.shift(call.start).of(host)
    if "%%" in source or "{{" in source or re.search(r"\{\w", source):
        raise _UnsafeError
    for index, one in enumerate(call.values):
        yield _inside(call, one, call.mark(index))
    begun, end = _opened(call, region.literals[0]), given.span.end
    formatter = _FORMATTER.search(host, 0, begun)
    if given.word == ",":
        if formatter is None or host[end : end + 1] != ")":
            raise _UnsafeError
        yield TextEdit(Span(formatter.start(), begun), "")
        begun, end = formatter.start(), end + 1
    if not _calls(call).search(host[:begun]) or _CLOSES.match(host, end) is None:
        raise _UnsafeError
    listed = ", ".join(given.texts)
    written = _gathered(call.style, listed, len(given.texts))
    yield TextEdit(Span(given.span.start, end), f", {written}")
