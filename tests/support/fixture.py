"""Fixtures: one `.sql` file that holds the input, the cursor and the expectations.

    --- dialect: postgres
    --- schema: music

    --- case: names a misspelt column
    SELECT titel FROM album WHERE a || b <|>
    --     ^^^^^ error[unknown-column] `album` has no column `titel`.

    --- expect: fix Change to `title`
    SELECT title FROM album WHERE a || b

A line that starts with `--- ` is a directive. It is also a SQL comment, so every fixture stays a
file that an editor can highlight. Directives before the first case apply to all cases.

`<|>` once is a cursor, twice a span. `-- ^^^^ label` labels the range above the carets, columns
counted as written on screen. A range that begins in column 0 to 2 cannot stand under carets, so
`--<^^ label` labels the range from column 0 to the last caret (`--<` alone covers three columns).

Several documents: `--- file: path.sql` starts each. Everything after `--- expect: kind` up to the
next directive is the expected text, kept as written in `Expectation.body`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MARKER = "<|>"

OPTIONS = {
    "dialect",
    "schema",
    "trigger",
    "history",
    "selected",
    "limit",
    "encoding",
    "settings",
    "note",
}
"""Directives with one value, for a whole file or one case; a new one is added here."""

_SECTIONS = {"case", "file", "expect"}
_DIRECTIVE = re.compile(r"^--- (?P<key>[a-z-]+)(?::(?: (?P<value>.*))?)?$")
_ANNOTATION = re.compile(
    r"^--(?:(?P<pad>\s*)(?=\^)|(?P<edge><))(?P<carets>\^*)(?: (?P<label>.*))?$"
)


class FixtureError(Exception):
    """The fixture file itself is malformed. Carries `path:line`."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """`label` for `start:end` of the text, in code points."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """SQL text with its markers and annotation lines taken out."""

    text: str
    markers: tuple[int, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    @property
    def cursor(self) -> int:
        """The offset of the only marker."""
        (offset,) = self.markers
        return offset

    @property
    def span(self) -> tuple[int, int]:
        """The two markers' offsets."""
        start, end = self.markers
        return start, end


@dataclass(frozen=True, slots=True)
class Expectation:
    """`kind` is the first word after `expect:`, `detail` the rest, `body` the text as written."""

    kind: str
    detail: str
    body: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `files` holds `main.sql` unless the case names its files."""

    path: Path
    title: str
    line: int
    options: dict[str, str] = field(default_factory=dict)
    files: dict[str, Source] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()

    @property
    def source(self) -> Source:
        """The document under test: the only one, the one with a marker, or `main.sql`."""
        if len(self.files) == 1:
            return next(iter(self.files.values()))
        marked = [source for source in self.files.values() if source.markers]
        return marked[0] if len(marked) == 1 else self.files["main.sql"]

    @property
    def dialect(self) -> str:
        """The dialect's name, postgres unless the fixture says otherwise."""
        return self.options.get("dialect", "postgres")

    def expected(self, kind: str) -> str | None:
        """The body of the first expectation of that kind, None if there is none."""
        return next((found.body for found in self.expectations if found.kind == kind), None)

    def all(self, kind: str) -> tuple[Expectation, ...]:
        """Every expectation of that kind, in order."""
        return tuple(found for found in self.expectations if found.kind == kind)


def load(path: Path) -> list[Case]:
    """The cases of a fixture file. Raises FixtureError with `path:line` if it is malformed."""
    shared: dict[str, str] = {}
    cases: list[Case] = []
    for line, key, value, body in _sections(path):
        where = f"{path}:{line}"
        if key == "case":
            if any(case.title == value for case in cases):
                raise FixtureError(f"{where}: a second case called `{value}`")
            cases.append(Case(path, value, line, dict(shared)))
        elif key in _SECTIONS and not cases:
            raise FixtureError(f"{where}: `--- {key}` before the first `--- case`")
        elif key in OPTIONS:
            (cases[-1].options if cases else shared)[key] = value
        elif key not in _SECTIONS:
            raise FixtureError(f"{where}: unknown directive `{key}`")

        if key == "expect":
            kind, _, detail = value.partition(" ")
            found = Expectation(kind, detail, body)
            cases[-1] = _with_expectation(cases[-1], found)
        elif body or key == "file":
            if not cases:
                raise FixtureError(f"{where}: text before the first `--- case`")
            name = value if key == "file" else "main.sql"
            if name in cases[-1].files:
                raise FixtureError(f"{where}: `{name}` has text twice in this case")
            cases[-1].files[name] = parse(body, where)
    return cases


def parse(body: str, where: str = "text") -> Source:
    """Take markers and annotations out of `body`."""
    text: list[str] = []
    markers: list[int] = []
    annotations: list[Annotation] = []
    offset = 0
    above = ""  # The last line of SQL, as written.
    for line in body.split("\n"):
        if match := _ANNOTATION.match(line):
            start, end = (0, match.end("carets")) if match["edge"] else match.span("carets")
            if len(above) < end:
                raise FixtureError(f"{where}: `{line}` points past the end of the line above")
            origin = offset - len(_strip(above)) - 1
            first, last = len(_strip(above[:start])), len(_strip(above[:end]))
            annotations.append(Annotation(origin + first, origin + last, match["label"] or ""))
            continue
        above = line
        position = 0
        for chunk in line.split(MARKER)[:-1]:
            position += len(chunk)
            markers.append(offset + position)
        text.append(_strip(line))
        offset += len(text[-1]) + 1
    return Source("\n".join(text), tuple(markers), tuple(annotations))


def rewrite(case: Case, kind: str, actual: str, detail: str | None = None) -> None:
    """Put `actual` into the body of an expectation in the case's file; nothing else changes.

    The place is found by the case's title, so that earlier rewrites may have moved it.
    """
    lines = case.path.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line == f"--- case: {case.title}")
    opening = f"--- expect: {kind}" if not detail else f"--- expect: {kind} {detail}"
    first = next(
        i + 1
        for i, line in enumerate(lines[start:], start)
        if line == opening or (detail is None and line.startswith(opening + " "))
    )
    last = next((i for i in range(first, len(lines)) if _DIRECTIVE.match(lines[i])), len(lines))
    after = [""] if last == len(lines) else ["", *lines[last:]]
    body = actual.strip("\n")
    content = [*lines[:first], *(body.split("\n") if body else []), *after]
    case.path.write_text("\n".join(content), encoding="utf-8")


def expect(case: Case, found: list[Expectation]) -> None:
    """Put `found` in place of all expectations of the case in its file; nothing else changes."""
    lines = case.path.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line == f"--- case: {case.title}") + 1
    ends = (i for i in range(start, len(lines)) if lines[i].startswith("--- case: "))
    end = next(ends, len(lines))
    kept = next((i for i in range(start, end) if lines[i].startswith("--- expect: ")), end)
    content = "\n".join(lines[start:kept]).rstrip("\n").split("\n")
    for one in found:
        content += ["", f"--- expect: {one.kind} {one.detail}", *one.body.split("\n")]
    rest = ["", *lines[end:]] if end < len(lines) else [""]
    case.path.write_text("\n".join([*lines[:start], *content, *rest]), encoding="utf-8")


def _with_expectation(case: Case, found: Expectation) -> Case:
    known = (*case.expectations, found)
    return Case(case.path, case.title, case.line, case.options, case.files, known)


def _sections(path: Path) -> Iterator[tuple[int, str, str, str]]:
    key, value, start = "", "", 1
    body: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.startswith("--- "):
            match = _DIRECTIVE.match(line)
            if not match:
                raise FixtureError(f"{path}:{number}: `{line}` is not a directive")
            if key:
                yield start, key, value, "\n".join(body).strip("\n")
            elif "".join(body).strip():
                raise FixtureError(f"{path}:{number}: text before the first directive")
            key, value, start, body = match["key"], (match["value"] or "").strip(), number, []
        else:
            body.append(line)
    if key:
        yield start, key, value, "\n".join(body).strip("\n")


def _strip(text: str) -> str:
    return text.replace(MARKER, "")
