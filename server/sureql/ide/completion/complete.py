"""The popup: ranked candidates turned into items."""

from __future__ import annotations

from sureql.candidates import place as places
from sureql.candidates import ranked
from sureql.candidates.model import Candidate, Place
from sureql.history.model import NOTHING, History
from sureql.ide.completion import in_templates, resolve
from sureql.ide.model import Completion
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import script
from sureql.text import stand_in
from sureql.text.span import Span

# Only where the next character leaves no doubt that the name is finished.
_COMMIT = {"alias": ".", "schema": ".", "function": "("}


def complete(
    snapshot: Snapshot, offset: int, past: History = NOTHING, limit: int = 200
) -> tuple[tuple[Completion, ...], bool]:
    """Items likeliest first, and whether the list was cut at `limit` (then ask again on typing)."""
    in_template = in_templates.at(snapshot.text, offset, snapshot.base)
    if in_template is not None:
        return in_template[:limit], len(in_template) > limit
    start, place = at(snapshot, offset, past)
    found = [one for one in ranked.at(place) if not _is_masked(one)]
    items = tuple(_item(one, rank, start) for rank, one in enumerate(found[:limit]))
    return items, len(found) > limit


def at(snapshot: Snapshot, offset: int, past: History = NOTHING) -> tuple[int, Place]:
    """The place at a document's offset, and where its statement starts."""
    statement = snapshot.script.at(offset)
    schema = snapshot.catalog_at(statement)
    # White space between a statement and the cursor belongs to no statement yet.
    focused = script.focused(statement, offset - statement.start, snapshot.script.dialect)
    text = focused.masked + snapshot.text[statement.end : offset]
    place = places.at(
        text, offset - statement.start, schema, snapshot.script.dialect, past, snapshot.text
    )
    return statement.start, place


def plain(item: Completion) -> str:
    """The text of an item for a client without snippets: a call is left open for its arguments."""
    if not item.snippet:
        return item.insert
    return item.insert.partition("$1")[0].replace("\\$", "$")


def _item(one: Candidate, rank: int, start: int) -> Completion:
    snippet = one.kind == "function" and one.insert.endswith("()") and _takes_arguments(one)
    insert = one.insert
    if snippet:
        insert = insert[:-2].replace("$", "\\$") + "($1)$0"
    return Completion(
        label=one.label,
        kind=one.kind,
        insert=insert,
        replace=Span(one.replace.start + start, one.replace.end + start),
        match=one.match,
        rank=rank,
        detail=one.detail,
        snippet=snippet,
        commit=_COMMIT.get(one.kind, ""),
        key=resolve.key_of(one),
    )


def _is_masked(one: Candidate) -> bool:
    """True of a name that only stands where the user wrote a template."""
    return (len(one.match) > 3 and not one.match.strip("_")) or stand_in.within(one.insert)


def _takes_arguments(one: Candidate) -> bool:
    function = one.function
    return function is None or bool(function.arguments) or not function.signature.endswith("()")
