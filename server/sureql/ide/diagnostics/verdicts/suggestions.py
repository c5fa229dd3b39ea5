"""Names to use instead of one that an engine does not know."""

from __future__ import annotations

import re
from itertools import islice

from rapidfuzz.distance import OSA

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.engine_messages.reading import Reading
from sureql.ide.diagnostics.verdicts import units
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.semantics import similar, visible
from sureql.syntax import cursor, templates
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_MOST_TABLES = 500
_NAMES = (Kind.WORD, Kind.QUOTED)
_HINTED = re.compile(r'meant to reference the (?:column|table alias) "(?P<name>[^"]+)"')


def names(
    reading: Reading, hint: str, place: Span, found: Text, schema: catalog.Catalog
) -> tuple[str, ...]:
    """What may be meant by the name at `place` of `found`, ready to insert."""
    if reading.code not in ("unknown-column", "unknown-alias", "unknown-table"):
        return ()
    written = found.dialect.normalize(place.of(found.text))
    close = list(similar.names(written, _known(reading.code, place, found, schema)))
    hinted = _HINTED.search(hint)
    if hinted is not None:
        close.insert(0, hinted["name"].split(".")[-1])
    return tuple(found.dialect.write(name) for name in dict.fromkeys(close))[:3]


def columns(place: Span, found: Text, schema: catalog.Catalog) -> list[str]:
    """The columns that may be named at `place`."""
    return _known("unknown-column", place, found, schema)


def tables(name: str, found: Text, schema: catalog.Catalog) -> list[str]:
    """Tables that may stand for an unknown one: of a similar name, or with columns that the
    text names."""
    relations = {
        relation.name: relation
        for one in schema.schemas.values()
        for relation in islice(one.relations.values(), _MOST_TABLES)
    }
    close = list(similar.names(name, relations))[:2]
    words = {found.dialect.normalize(one.text) for one in found.tokens if one.kind in _NAMES}
    fitting = [
        (sum(column.name in words for column in relation.columns), one)
        for one, relation in relations.items()
    ]
    best = max(fitting, default=(0, ""))
    return list(dict.fromkeys([*close, *([best[1]] if best[0] else [])]))


def one_slip(written: str, name: str) -> bool:
    """True if `name` is so near that no other can be meant."""
    return len(written) > 2 and OSA.distance(written.lower(), name.strip('"`[]').lower()) == 1


def _known(code: str, place: Span, found: Text, schema: catalog.Catalog) -> list[str]:
    masked, _ = templates.mask(found.text, found.dialect)
    if code == "unknown-table":
        return [
            relation.name for one in schema.schemas.values() for relation in one.relations.values()
        ]
    index = found.at(place.start)
    first, _ = units.name(found, index)
    context = cursor.at(masked, found.tokens[first].start, found.dialect)
    seen = visible.at(masked, context, schema, found.dialect)
    sources = [*seen.sources, *seen.outer, *((seen.target,) if seen.target else ())]
    if code == "unknown-alias":
        return [source.name for source in sources if source.name]
    if first < index:
        qualifier = found.dialect.normalize(found.tokens[index - 2].text).lower()
        named = [source for source in sources if source.name.lower() == qualifier]
        sources = named or sources
    return [field.name for source in sources for field in source.fields if field.name]
