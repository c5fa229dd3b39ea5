"""What a rewrite is. Each module of `ide/rewrites` is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sureql.ide.diagnostics.context import Context
from sureql.text.edits import TextEdit


@dataclass(frozen=True, slots=True)
class Step:
    """One readable change of a statement; offsets are the statement's.

    `title` says what changes here, naming the user's own tables and columns. `precondition` is one
    sentence: what it relies on, '' if it holds for any data. `proved` is True only if the catalog's
    closed facts (NOT NULL, keys, foreign keys, types) guarantee the precondition, or it needs none;
    then the step returns the same rows on every database.
    """

    edits: tuple[TextEdit, ...]
    title: str
    precondition: str = ""
    proved: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`title` names the kind of change. `find` yields the steps that are possible in a statement that
    parses; it never raises. `worth` is the typical speed-up by engine (sqlite, postgres, duckdb …) as
    measured: 1.0 changes nothing, below 1 it is slower and not offered there unless a plan shows
    otherwise; engines left out have `usual`. `enabling`: it is of use only before other rewrites.
    `caller` is what has to change in the program that sends the query, '' if nothing: such a rewrite
    returns other rows by design and is only shown as advice, never verified as equal. `to_be_run`:
    neither plans nor measurements tell when it helps, so that it is only tried where each form is run
    before anybody sees it.
    """

    title: str
    find: Callable[[Context], Iterator[Step]]
    worth: Mapping[str, float] = field(default_factory=dict)
    usual: float = 1.0
    enabling: bool = False
    caller: str = ""
    to_be_run: bool = False
