"""Values of SQL inside a file of another language: regions, their literals, and what stands for what."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

from sureql.text.span import Span


class Origin(enum.Enum):
    """Why a text is taken for SQL."""

    CALL = "call"
    TAG = "tag"
    HINT = "hint"
    BARE = "bare"
    FENCE = "fence"
    CELL = "cell"


class Kind(enum.Enum):
    """What a segment of SQL stands for: the same characters; an escape sequence, or else something
    that is taken whole; an expression of the host language."""

    PLAIN = "plain"
    ESCAPE = "escape"
    HOLE = "hole"


@dataclass(frozen=True, slots=True)
class Quoting:
    """How text is written inside one literal.

    `delimiter` is what ends it (`\"\"\"`, `'`, a heredoc's word; '' for a fence or cell, which ends by
    itself). `escapes` names the family of its escape sequences, see `quoting.py`; '' if it has
    none. `hole` is what begins and ends an expression inside it (`{` and `}` in an f-string), None
    if there can be none. `indent` is put in front of each new line that is written into it.
    Each character of `doubled` is written twice to mean itself once (the braces of an f-string).
    `strips` says that `indent` is taken off every line of the literal when it is read.
    """

    delimiter: str
    escapes: str = ""
    multiline: bool = False
    hole: tuple[str, str] | None = None
    indent: str = ""
    doubled: str = ""
    strips: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """`sql` (in the region's text) stands for `host` (from the region's beginning in the host text).

    Segments are in order and without gaps in the SQL. Host text between two segments (quotes, `+`,
    comments) stands for nothing.
    """

    kind: Kind
    sql: Span
    host: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal: `sql` and `host` as in a segment; `host` is what stands between its quotes."""

    sql: Span
    host: Span
    quoting: Quoting


class Region(NamedTuple):
    """SQL in the host text, from the beginning of its first literal's content to the end of its last.

    `text` is the SQL as the database would get it, with `${name}` for each expression of the host
    language. `callee` is the function or tag that takes it, as written without its receiver's
    arguments (`cursor.execute`, `sql`), '' if there is none. `parameters` says that its holes are
    bound as parameters (a tagged template), not spliced into the text.

    It is a named tuple since that is made in half the time: an edit moves all behind it.
    """

    host: Span
    text: str
    segments: tuple[Segment, ...]
    literals: tuple[Literal, ...]
    origin: Origin
    callee: str = ""
    parameters: bool = False

    @property
    def holes(self) -> tuple[Segment, ...]:
        """The expressions of the host language inside it, in order."""
        return tuple(one for one in self.segments if one.kind is Kind.HOLE)
