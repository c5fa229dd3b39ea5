"""Whole SELECTs over the tables of a catalog."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from sureql.catalog import model as catalog
from sureql.prompt.grammar import families, relations, render
from sureql.prompt.grammar.here import Here, Place
from sureql.prompt.grammar.model import Node, Rules, either, listed, maybe, names, seq
from sureql.prompt.grammar.relations import Table
from sureql.prompt.grammar.terms import Terms

_MOST_COLUMNS = 40
_MOST_LINKS = 12
_MOST_KEPT = 8
_Key = tuple[int, str, str, bool, str, bool, tuple[tuple[str, str], ...]]
_kept: OrderedDict[_Key, tuple[catalog.Catalog, Node | None, Rules]] = OrderedDict()


def select(here: Here, rules: Rules, tables: Sequence[Table], joins: bool) -> Node | None:
    """What may follow SELECT where no FROM stands yet: items of one table or of two linked ones.

    It is the same for every keystroke of a select list, so the last ones are kept.
    """
    schema = here.schema
    key = (
        id(schema),
        schema.version,
        here.dialect.name,
        here.upper,
        here.context.quote,
        joins,
        tuple(table.key for table in tables),
    )
    kept = _kept.get(key)
    if kept is None:
        made: Rules = {}
        node = _select(here, made, tables, joins)
        kept = (schema, node, {name: render.ready(rule) for name, rule in made.items()})
        _kept[key] = kept
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    rules.update(kept[2])
    return kept[1]


def more(here: Here, rules: Rules, tables: Sequence[Table]) -> Node | None:
    """More items of a select list that names columns of each of `tables`, and one of these tables."""
    found: list[Node | None] = []
    for number, table in enumerate(tables):
        terms = Terms(here, rules, _places(here, table, ""), f"-m{number}")
        items = listed(terms.column(), 3)
        found.append(seq(items, here.word(" FROM ") + table.written))
    return either(*found)


def _select(here: Here, rules: Rules, tables: Sequence[Table], joins: bool) -> Node | None:
    found: list[Node | None] = []
    for number, table in enumerate(tables):
        terms = Terms(here, rules, _places(here, table, ""), f"-t{number}")
        make = _query if joins else _beginning
        found.append(make(here, terms, table.written))
    if not joins:
        return either(*found)
    by_key = {table.key: number for number, table in enumerate(tables)}
    done = 0
    for number, table in enumerate(tables):
        for key, pairs in table.links:
            # Each link stands at both ends; one of them is enough.
            if key not in by_key or by_key[key] <= number or done >= _MOST_LINKS:
                continue
            done += 1
            found.append(_joined(here, rules, table, tables[by_key[key]], pairs, done))
    return either(*found)


def _joined(
    here: Here,
    rules: Rules,
    left: Table,
    right: Table,
    pairs: tuple[tuple[str, str], ...],
    number: int,
) -> Node | None:
    first = relations.short(left.relation.name, set())
    second = relations.short(right.relation.name, {first})
    places = (*_places(here, left, first), *_places(here, right, second))
    terms = Terms(here, rules, places, f"-j{number}")
    write = here.dialect.write
    condition = here.word(" AND ").join(
        f"{second}.{write(b)} = {first}.{write(a)}" for a, b in pairs
    )
    source = (
        f"{left.written} {first}{here.word(' JOIN ')}{right.written} {second}"
        f"{here.word(' ON ')}{condition}"
    )
    return _query(here, terms, source)


def _beginning(here: Here, terms: Terms, source: str) -> Node | None:
    """A select list and its table: as much as is accepted at once."""
    items = either(names(["*"]), listed(terms.column(), 4), listed(terms.aggregate(), 2))
    return seq(items, here.word(" FROM ") + source)


def _query(here: Here, terms: Terms, source: str) -> Node | None:
    word = here.word
    where = maybe(seq(word(" WHERE "), terms.predicate()))
    column = terms.rule("item", either(terms.column(), terms.call()))
    aggregate = terms.aggregate()
    direction = maybe(names([word(" DESC"), word(" ASC")]))
    limit = maybe(seq(word(" LIMIT "), terms.rule("rows", families.ROWS, True)))
    origin = word(" FROM ") + source
    plain = seq(
        either(names(["*"]), listed(column, 4)),
        origin,
        where,
        maybe(seq(word(" ORDER BY "), terms.comparable(), direction)),
        limit,
    )
    counted = seq(listed(aggregate, 3), origin, where)
    grouped = seq(
        terms.comparable(),
        ", ",
        listed(aggregate, 2),
        origin,
        where,
        # By position: a grammar can't say the same name twice.
        word(" GROUP BY ") + "1",
        maybe(seq(word(" ORDER BY "), names(["1", "2"]), direction)),
        limit,
    )
    return terms.rule("query", either(plain, counted, grouped))


def _places(here: Here, table: Table, alias: str) -> tuple[Place, ...]:
    found = []
    for column in table.relation.columns[:_MOST_COLUMNS]:
        values = families.enumeration(column, here.schema)
        family = f"enum-{column.type.lower()}" if values else families.of(column.type, here.dialect)
        name = here.write(column.name)
        written = f"{alias}.{name}" if alias else name
        found.append(Place(column.name, family, (written,), alias, values, column.nullable))
    return tuple(found)


def likely(tables: Sequence[Table], text: str) -> list[Table]:
    """The tables, those whose names or columns stand in `text` first, then the best linked."""
    low = text.lower()

    def weight(table: Table) -> tuple[int, int]:
        name = table.relation.name.lower()
        named = 3 * (name in low or name.rstrip("s") in low)
        return -(named + sum(column in low for column in table.columns)), -len(table.links)

    return sorted(tables, key=weight)
