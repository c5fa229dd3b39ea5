"""What editor features yield. Spans are offsets in the document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.text.edits import TextEdit, moved
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that removes a diagnostic's cause. `applicability`: safe, unsafe, display-only."""

    title: str
    edits: tuple[TextEdit, ...]
    applicability: str = "safe"
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`severity`: error, warning, information, hint. `code` reads as "allow <code>".

    `related` are other places in the document with a note each; `declared` is where the schema
    defines what the message is about. `tags`: unnecessary, deprecated. `source` is the tool that
    found it.
    """

    span: Span
    code: str
    message: str
    severity: str = "error"
    fixes: tuple[Fix, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()
    tags: tuple[str, ...] = ()
    source: str = "sureql"
    declared: tuple[catalog.Location, str] | None = None

    @property
    def safe_fix(self) -> Fix | None:
        """The first fix that may be applied unseen."""
        return next((fix for fix in self.fixes if fix.applicability == "safe"), None)


@dataclass(frozen=True, slots=True)
class Hover:
    span: Span
    markdown: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a definition is: `path` is None for the same document."""

    path: str | None
    span: Span
    name: Span
    origin: Span
    line: int = 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """`kind`: table, view, query, cte, function, index, other. `name` spans the selection."""

    label: str
    kind: str
    span: Span
    name: Span
    detail: str = ""
    children: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A popup item. `rank` orders items (0 first). `kind` as in candidates.model.Candidate.

    `insert` replaces `replace`. `snippet` is True if `insert` holds tab stops ($1, $0).
    `commit` are the characters that accept it. `key` lets `resolve` find the documentation later.
    """

    label: str
    kind: str
    insert: str
    replace: Span
    match: str
    rank: int
    detail: str = ""
    documentation: str = ""
    snippet: bool = False
    commit: str = ""
    key: str = ""


def shifted(found: Diagnostic, by: int) -> Diagnostic:
    """`found` with everything in it moved by `by` code points."""
    if not by:
        return found
    return replace(
        found,
        span=found.span.shift(by),
        fixes=tuple(replace(fix, edits=moved(fix.edits, by)) for fix in found.fixes),
        related=tuple((span.shift(by), note) for span, note in found.related),
    )
