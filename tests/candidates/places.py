"""Places for tests of candidates: a text with `<|>` at the cursor, on a shared schema."""

from __future__ import annotations

from support import schemas
from sureql.candidates import place, ranked
from sureql.candidates.model import Candidate, Place
from sureql.catalog.model import Catalog
from sureql.history.model import NOTHING, History
from sureql.syntax import dialects


def at(
    marked: str, past: History = NOTHING, document: str = "", schema: Catalog | None = None
) -> Place:
    """The place at the marker of one PostgreSQL statement, on the music store by default."""
    offset = marked.index("<|>")
    known = schemas.catalog("music") if schema is None else schema
    text = marked.replace("<|>", "")
    return place.at(text, offset, known, dialects.get("postgres"), past, document)


def labels(
    marked: str, past: History = NOTHING, document: str = "", schema: Catalog | None = None
) -> list[str]:
    """The labels of the candidates there, best first."""
    return [one.label for one in candidates(marked, past, document, schema)]


def candidates(
    marked: str, past: History = NOTHING, document: str = "", schema: Catalog | None = None
) -> tuple[Candidate, ...]:
    return ranked.at(at(marked, past, document, schema))
