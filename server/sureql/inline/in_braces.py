"""Ghost text between the braces of a dbt model, where they name a relation: `{{ ref('st<|>`.

What is asked for is the relation that would fit if the name alone stood there, without the braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.inline import spot as spots
from sureql.inline.engine import moment as moments
from sureql.inline.engine import naming
from sureql.inline.engine.plan import Plan
from sureql.inline.model import Request
from sureql.inline.spot import Spot
from sureql.syntax import jinja
from sureql.syntax.cursor import Expect
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_NAME = r"(?P<quote>['\"])(?P<name>\w*)\Z"
_REF = re.compile(r"\{\{-?\s*ref\s*\(\s*" + _NAME)
_SOURCE = re.compile(r"\{\{-?\s*source\s*\(\s*" + _NAME)
_TABLE = re.compile(
    r"\{\{-?\s*source\s*\(\s*(?P<first>['\"])(?P<source>\w+)(?P=first)\s*,\s*" + _NAME
)
# What editors close by themselves.
_CLOSED = re.compile(r"(?P<quote>['\"])\s*\)\s*-?\}\}")
# Of several that are likely alike, none is shown unasked before a letter of it is typed.
_TIES = 1.8
_REST_OF_LINE = re.compile(r"[^\n]*")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A name that was begun in braces at `start`; `typed` is its part that is there. With a `source` it
    is that of a table; `whole` says that source and table are still to come."""

    start: int
    typed: str
    quote: str
    source: str = ""
    whole: bool = False


def begins(spot: Spot) -> bool:
    """True if the cursor stands behind a name that can be completed here."""
    return _begun(spot) is not None


def typed(spot: Spot) -> str:
    """The text from the braces to the cursor."""
    begun = _begun(spot)
    return spot.before[begun.start :] if begun else ""


def behind(spot: Spot) -> str:
    """What stands right behind the cursor and ends the braces, '' if they are still open."""
    closed = _CLOSED.match(spot.after)
    return closed[0] if closed and typed(spot) else ""


def plans(request: Request, spot: Spot, schema: catalog.Catalog) -> Iterator[Plan]:
    """What may stand from the braces on, likeliest first; each begins with what is there already."""
    begun = _begun(spot)
    if begun is None or schema.project is None:
        return
    closed = behind(spot)
    names = Span(spot.start + begun.start, spot.start + spot.offset + len(closed))
    edit = TextEdit(names, "" if begun.whole else begun.typed)
    snapshot = replace(request.snapshot, script=request.snapshot.script.after([edit]))
    plain = spots.at(snapshot, edit.span.start + len(edit.new_text))
    moment = moments.of(plain, schema, request.past, snapshot.text)
    if moment.expect is not Expect.RELATION:
        return
    moment = replace(moment, typed="")  # No relation is written as it was begun.
    before = spot.before[begun.start :]
    found = [
        (rest.partition(begun.quote)[0] if closed else rest, share)
        for candidate, share in naming.relations(moment)
        if (rest := _rest(begun, candidate.insert)) is not None
    ]
    # What was begun leaves only these.
    total = sum(share for _, share in found)
    for rest, share in found:
        part = share / total
        yield Plan(before + rest, part if begun.typed else part**_TIES)


def _begun(spot: Spot) -> _Begun | None:
    start = jinja.opened(spot.text, spot.offset)
    behind = _REST_OF_LINE.match(spot.text, spot.offset)
    if start < 0 or (behind and behind[0].strip() and not _CLOSED.match(behind[0])):
        return None
    written = spot.text[start : spot.offset]
    if found := _REF.fullmatch(written):
        return _Begun(start, found["name"], found["quote"])
    if found := _TABLE.fullmatch(written):
        return _Begun(start, found["name"], found["quote"], found["source"])
    if found := _SOURCE.fullmatch(written):
        return _Begun(start, found["name"], found["quote"], whole=True)
    return None


def _rest(begun: _Begun, insert: str) -> str | None:
    """What goes on from what was begun so that it says what `insert` does, None if nothing does."""
    named = next(jinja.relations(insert), None)
    if named is None or named.span.start != len("{{ ") or not insert.endswith(") }}"):
        return None
    quote = begun.quote
    if begun.whole and len(named.parts) == 2:
        source, table = named.parts
        goes_on = source.startswith(begun.typed)
        return (
            f"{source[len(begun.typed) :]}{quote}, {quote}{table}{quote}) }}}}" if goes_on else None
        )
    if begun.whole or (len(named.parts) == 2) != bool(begun.source):
        return None
    if begun.source not in ("", named.parts[0]) or not named.parts[-1].startswith(begun.typed):
        return None
    if not begun.source and insert != f"{{{{ ref('{named.parts[0]}') }}}}":
        return None  # A version, which is written in another way.
    return f"{named.parts[-1][len(begun.typed) :]}{quote}) }}}}"
