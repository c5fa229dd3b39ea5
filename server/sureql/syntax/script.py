"""A document as statements. An edit re-splits only from the edited statement on."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.syntax.dialects import Dialect
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, from its first token or comment to before its terminator.

    `text` is as written. `masked` has the same length with templates replaced; `holes` are the
    masked spans (relative to the statement). `kind` is its first keyword(s) in upper case
    ('SELECT', 'WITH', 'CREATE TABLE', '' if empty). `terminated` says that a terminator follows.
    """

    start: int
    text: str
    masked: str
    holes: tuple[Span, ...]
    kind: str
    terminated: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Script:
    """A document's text, dialect and statements in order."""

    text: str
    dialect: Dialect
    statements: tuple[Statement, ...]

    def at(self, offset: int) -> Statement:
        """The statement being written at `offset`: the one that holds it or ends before it without
        a terminator; an empty statement at `offset` if there is none (after a `;`, in a gap)."""
        raise NotImplementedError

    def edited(self, text: str, start: int, old_end: int, new_end: int) -> Script:
        """The script of the new `text`, in which old `start:old_end` became `start:new_end`."""
        raise NotImplementedError


def of(text: str, dialect: Dialect) -> Script:
    """Split `text` into statements."""
    raise NotImplementedError
