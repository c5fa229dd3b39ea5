"""Tables: those in the statement, those that foreign keys join to them, those that seem to be meant.

A small schema is told whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.prompt import relevance, table_text, words
from sureql.prompt.model import Place
from sureql.prompt.piece import Here, Piece
from sureql.syntax.dialects import Dialect

DEADLINE = 0.15

SMALL = 40
"""Relations of a schema that is told whole."""
_TABLES = 12
_NEIGHBOURS = 3  # A quarter of the tables.
_COLUMNS = 12
_COLUMNS_IN_STATEMENT = 160
_MENTIONS = 64

_IN_STATEMENT, _JOINED, _MEANT, _THERE = 1.0, 0.7, 0.5, 0.1


_Choice = tuple[str, str, tuple[relevance.Key, ...], str, tuple[str, ...]]
# What was chosen last: while a clause is written, the choice is the same.
_chosen: OrderedDict[_Choice, tuple[catalog.Catalog, tuple[Piece, ...]]] = OrderedDict()
_MOST_CHOSEN = 16


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """The schema as pieces, a table each; in the catalog's order, which does not change."""
    named = tuple(dict.fromkeys(relevance.named(_text(here), here)))
    key = (here.schema.version, here.dialect.name, named, here.settled, here.window.before)
    known = _chosen.get(key)
    if known is not None and known[0] is here.schema:
        _chosen.move_to_end(key)
        return known[1]
    pieces = _pieces(named, here)
    _chosen[key] = (here.schema, pieces)
    while len(_chosen) > _MOST_CHOSEN:
        _chosen.popitem(last=False)
    return pieces


def _pieces(named: tuple[relevance.Key, ...], here: Here) -> tuple[Piece, ...]:
    keys = relevance.keys(here.schema)
    if not keys:
        return ()
    joined = [key for key in relevance.joined(named, here.schema) if key not in named]
    meant = relevance.meant(here)
    ranked = sorted(meant, key=lambda key: (-meant[key], key))
    if len(keys) <= SMALL:
        rest = keys
    else:
        joined = joined[:_NEIGHBOURS]
        room = max(0, _TABLES - len(named) - len(joined))
        rest = [key for key in ranked if key not in named and key not in joined][:room]
    worth = {key: _THERE + (_MEANT - _THERE) * meant.get(key, 0.0) for key in rest}
    worth |= dict.fromkeys(joined, _JOINED) | dict.fromkeys(named, _IN_STATEMENT)
    hints = words.of(here.settled)
    pieces = [
        piece
        for key in keys
        if key in worth and (piece := _table(key, worth[key], hints, here)) is not None
    ]
    others = [key for key in (*ranked, *keys) if key not in worth][: 3 * _MENTIONS]
    return (*_enums(worth, here), *pieces, *_mentions(others, here))


def _text(here: Here) -> str:
    """What is written, but for a word that is being typed: it names nothing yet."""
    if here.asked:
        return here.settled
    typed = here.context.word
    return here.text[: typed.start] + " " * len(typed) + here.text[typed.end :]


def _table(key: relevance.Key, worth: float, hints: frozenset[str], here: Here) -> Piece | None:
    relation = relevance.relation(key, here.schema)
    if relation is None or not relation.columns or not table_text.is_plain(relation.name):
        return None
    most = _COLUMNS_IN_STATEMENT if worth == _IN_STATEMENT else _COLUMNS
    columns = _columns(relation, most, hints, here)
    if not columns:
        return None
    texts = _texts(relation, columns, here.schema, here.dialect, worth == _IN_STATEMENT)
    texts = tuple(text for text in texts if not here.hides(text))
    if not texts:
        return None
    mention = table_text.name(relation, here.schema, here.dialect)
    return Piece(texts[0], worth, f"table {mention}", texts[1:], mention)


def _columns(
    relation: catalog.Relation, most: int, hints: frozenset[str], here: Here
) -> tuple[catalog.Column, ...]:
    """The columns worth telling, in their order: keys and those that seem to be meant first."""
    columns = [
        column
        for column in relation.columns
        if table_text.is_plain(column.name) and not here.hides(column.name)
    ]
    if len(columns) <= most:
        return tuple(columns)
    keyed = {name for key in relation.keys for name in key.columns if key.primary}
    keyed |= {name for foreign in relation.foreign_keys for name in foreign.columns}
    ranked = sorted(
        columns, key=lambda one: (one.name not in keyed, not hints & words.of(one.name))
    )
    chosen = {column.name for column in ranked[:most]}
    return tuple(column for column in columns if column.name in chosen)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Texts are kept for as long as a relation is the same object: a schema seldom changes."""

    relation: catalog.Relation
    texts: tuple[str, ...]


_kept: OrderedDict[tuple[int, str, str, tuple[str, ...], bool], _Kept] = OrderedDict()
_MOST_KEPT = 2000


def _texts(
    relation: catalog.Relation,
    columns: Sequence[catalog.Column],
    schema: catalog.Catalog,
    dialect: Dialect,
    in_statement: bool,
) -> tuple[str, ...]:
    """The table's texts, each shorter than the one before."""
    names = tuple(column.name for column in columns)
    key = (id(relation), schema.version, dialect.name, names, in_statement)
    known = _kept.get(key)
    if known is not None and known.relation is relation:
        return known.texts

    def create(comments: bool, keys: bool, types: bool) -> str:
        return table_text.create(
            relation, schema, dialect,
            columns=columns, comments=comments, keys=keys, types=types,
        )  # fmt: skip

    texts = [create(True, True, True), create(False, True, True)]
    if not in_statement:
        texts += [create(False, False, True), create(False, False, False)]
    _kept[key] = _Kept(relation, tuple(dict.fromkeys(texts)))
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return _kept[key].texts


def _enums(told: dict[relevance.Key, float], here: Here) -> list[Piece]:
    """The values of the enumerated types of the tables that are told."""
    if not any(schema.enums for schema in here.schema.schemas.values()):
        return []
    worth: dict[tuple[str, str], tuple[float, catalog.Enum]] = {}
    for key, value in told.items():
        relation = relevance.relation(key, here.schema)
        for column in relation.columns if relation is not None else ():
            enum = here.schema.enum_of(column) if column.type else None
            if enum is not None and table_text.is_plain(enum.name):
                name = (enum.schema, enum.name)
                known = worth.get(name)
                worth[name] = (max(value, known[0] if known else 0.0), enum)
    return [
        Piece(text, value * 0.95, f"type {enum.name}")
        for (value, enum) in (worth[name] for name in sorted(worth))
        if not here.hides(text := table_text.create_enum(enum, here.dialect))
    ]


def _mentions(others: Sequence[relevance.Key], here: Here) -> list[Piece]:
    """Names of tables that there is no room to say more of."""
    searched = {here.schema.key(one) for one in here.schema.search_path}
    names: list[str] = []
    for schema, key in dict.fromkeys(others):
        if table_text.is_plain(key) and len(names) < _MENTIONS:
            written = here.dialect.write(key)
            within = f"{here.dialect.write(here.schema.schemas[schema].name)}."
            names.append(written if schema in searched else within + written)
    return [Piece("", 0.0, f"table {name}", (), name) for name in sorted(names)]
