"""How a schema names its indexes, so that a new one is named the same way."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from sureql.catalog import model as catalog

_MOST_READ = 200  # Relations; a schema's habit shows in fewer.
_LONGEST = 60
_USUAL = ("", "_idx")
_STYLES = (
    ("idx_", ""),
    ("ix_", ""),
    ("index_", ""),
    ("i_", ""),
    _USUAL,
    ("", "_index"),
    ("", "_ix"),
    ("", "_i"),
)


def new_name(schema: catalog.Catalog, relation: catalog.Relation, columns: Sequence[str]) -> str:
    """A name for an index over `columns` that no relation or index has yet."""
    listed = itertools.islice(schema.relations(), _MOST_READ)
    there = {index.name for one in (*listed, relation) for index in one.indexes}
    styles = Counter(style for name in there for style in _STYLES if _is_of(name, style))
    # The first of the equally common ones, so that the same schema gives the same name.
    before, behind = max(_STYLES, key=lambda style: (styles[style], style == _USUAL))
    upper = relation.name.isupper()
    if upper:
        before, behind = before.upper(), behind.upper()
    stem = "_".join((relation.name, *columns))[: _LONGEST - len(before) - len(behind)]
    taken = {name.lower() for name in there}
    for number in itertools.count(1):
        name = f"{before}{stem}{'' if number == 1 else f'_{number}'}{behind}"
        if name.lower() not in taken:
            return name
    raise AssertionError("counting never ends")


def _is_of(name: str, style: tuple[str, str]) -> bool:
    before, behind = style
    found = name.lower()
    return found.startswith(before) and found.endswith(behind) and len(found) > len(before + behind)
