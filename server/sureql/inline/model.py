"""A request for ghost text and the items that answer it."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.gate.model import Verdict
from sureql.history.model import History
from sureql.ports.judge import Judge
from sureql.semantics.snapshot import Snapshot
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Request:
    """`invoked`: the user asked (up to 3 items, looser trigger); else automatic (at most 1).

    `selected` is the popup's selected item text and the span it would replace, if any. `deleted`:
    the last edit only took text away. `removed` is the text that the last edit took away, if any.
    `dismissed` are texts that were shown here a moment ago and not wanted.
    """

    snapshot: Snapshot
    offset: int
    past: History
    invoked: bool = False
    selected: tuple[Span, str] | None = None
    judge: Judge | None = None
    deleted: bool = False
    removed: str = ""
    dismissed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """`insert` replaces `replace` (document offsets) and begins with what `replace` covers before
    the cursor. `source`: engine, history, cache, model."""

    insert: str
    replace: Span
    source: str
    verdict: Verdict
