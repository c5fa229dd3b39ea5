"""Random queries over a small schema, from few parts, so that many of them mean the same."""

from __future__ import annotations

import random

SCHEMA = """
create table team (id integer primary key, name text not null, city text);
create table person (
    id integer primary key,
    name text,
    team_id integer not null references team (id),
    boss_id integer references person (id),
    pay integer,
    age integer not null
);
create table note (a integer, b integer, c text);
"""

_COLUMNS = {
    "team": ("id", "name", "city"),
    "person": ("id", "name", "team_id", "boss_id", "pay", "age"),
    "note": ("a", "b", "c"),
}
_NUMBERS = {
    "team": ("id",),
    "person": ("id", "team_id", "boss_id", "pay", "age"),
    "note": ("a", "b"),
}
_TEXTS = {"team": ("name", "city"), "person": ("name",), "note": ("c",)}
_LINKS = (
    ("person", "team_id", "team", "id"),
    ("person", "boss_id", "person", "id"),
    ("person", "id", "person", "id"),
    ("note", "a", "person", "id"),
    ("note", "b", "team", "id"),
    ("note", "a", "note", "b"),
)
_Source = tuple[str, str]
"""A name in FROM and the table that it is."""


class Queries:
    """Makes queries. Those of one `base` are alike: with each other number some choices differ."""

    def __init__(self, base: int, other: int) -> None:
        self._base = random.Random(base)
        self._other = random.Random(f"{base} {other}")

    def _at(self, count: int) -> int:
        first, second = self._base.randrange(count), self._other.randrange(count)
        return second if self._other.random() < 0.06 else first

    def _share(self) -> float:
        return self._at(100) / 100

    def query(self) -> str:
        """One query; of ten, one is a UNION."""
        if self._share() < 0.06:
            word = self._pick("union", "union all", "union all", "except", "intersect")
            sides = (self._simple("n1"), self._simple("n2"))
            return f"select {sides[0]} {word} select {sides[1]}"
        return self._select()

    def _pick(self, *values: str) -> str:
        return values[self._at(len(values))]

    def _simple(self, name: str) -> str:
        column = self._pick("a", "b", "b as a")
        return f"{column} from note {name} where {self._number([(name, 'note')])}"

    def _select(self) -> str:
        sources, text = self._from()
        where = [self._condition(sources) for _ in range((0, 0, 1, 1, 2)[self._at(5)])]
        clauses = [f"from {text}"]
        if where:
            clauses.append(f"where {self._pick(' and ', ' and ', ' or ').join(where)}")
        columns = [self._column(sources) for _ in range((1, 1, 2)[self._at(3)])]
        kind = self._share()
        if kind < 0.12:
            keys = ", ".join(columns)
            more = self._pick("", ", count(*)", f", count({self._column(sources)})")
            tail = self._pick("", "", f" having {columns[0]} is not null", " having count(*) > 1")
            return f"select {keys}{more} {' '.join(clauses)} group by {keys}{tail}"
        if kind < 0.2:
            counted = self._pick("*", self._column(sources), f"distinct {self._column(sources)}")
            return f"select count({counted}) {' '.join(clauses)}"
        word = self._pick("", "", "distinct ")
        return f"select {word}{', '.join(columns)} {' '.join(clauses)}"

    def _from(self) -> tuple[list[_Source], str]:
        kind = self._share()
        first = self._pick("team", "person", "note", "person")
        if kind < 0.25:
            return [("x", first)], f"{self._table(first)} x"
        left, mine, right, theirs = _LINKS[self._at(len(_LINKS))]
        on = self._pick(f"x.{mine} = y.{theirs}", f"y.{theirs} = x.{mine}")
        if self._share() < 0.2:
            on += f" and {self._condition([('y', right)])}"
        sources = [("x", left), ("y", right)]
        one, two = self._table(left), self._table(right)
        text = self._pick(
            f"{one} x join {two} y on {on}",
            f"{one} x inner join {two} y on ({on})",
            f"{two} y join {one} x on {on}",
            f"{one} x left join {two} y on {on}",
            f"{one} x left join {two} y on {on}",
            f"{two} y right join {one} x on {on}",
            f"{one} x cross join {two} y",
        )
        return sources, text

    def _table(self, name: str) -> str:
        """A table, or a query that gives its columns."""
        kind = self._share()
        columns = ", ".join(_COLUMNS[name])
        if kind < 0.75:
            return name
        if kind < 0.85:
            return f"(select * from {name})"
        if kind < 0.95:
            inner = self._number([("z", name)])
            return f"(select {columns} from {name} z where {inner} order by 1)"
        return f"(select distinct {columns} from {name})"

    def _column(self, sources: list[_Source]) -> str:
        name, table = sources[self._at(len(sources))]
        return f"{name}.{self._pick(*_COLUMNS[table][:3])}"

    def _number(self, sources: list[_Source]) -> str:
        name, table = sources[self._at(len(sources))]
        column = f"{name}.{self._pick(*_NUMBERS[table])}"
        value = self._pick("1", "2")
        return self._pick(
            f"{column} = {value}",
            f"{value} = {column}",
            f"{column} > {value}",
            f"{value} < {column}",
            f"not {column} <= {value}",
            f"{column} <> {value}",
            f"not ({column} = {value})",
            f"{column} in (1, 2)",
            f"({column} = 2 or {column} = 1)",
            f"{column} not in (2, 1)",
            f"{column} between 1 and 2",
            f"({column} >= 1 and {column} <= 2)",
            f"{column} is null",
            f"{column} is not null",
            f"not {column} is null",
            f"{column} = {column}",
            f"{column} + 1 > {value}",
            f"coalesce({column}, 1) = {value}",
            f"case when {column} > {value} then 1 else 0 end = 1",
        )

    def _condition(self, sources: list[_Source]) -> str:
        kind = self._share()
        if kind < 0.6:
            return self._number(sources)
        name, table = sources[self._at(len(sources))]
        if kind < 0.75:
            column = f"{name}.{self._pick(*_TEXTS[table])}"
            return self._pick(
                f"{column} = 'a'", f"'a' = {column}", f"{column} in ('b', 'a')",
                f"{column} in ('a', 'b')", f"{column} like 'a%'", f"not {column} like 'a%'",
                f"{column} not like 'a%'", f"upper({column}) = 'A'",
            )  # fmt: skip
        if kind < 0.8:
            one, two = self._number(sources), self._number(sources)
            return self._pick(f"not ({one} or {two})", f"(not ({one}) and not ({two}))")
        column = f"{name}.{self._pick(*_NUMBERS[table])}"
        inner = self._pick("team", "person", "note")
        key = self._pick(*_NUMBERS[inner][:2])
        word = self._pick("", "", "", "not ")
        also = self._pick("", f" and {self._number([('q', inner)])}")
        return self._pick(
            f"{column} {word}in (select q.{key} from {inner} q where 1 = 1{also})",
            f"{word}exists (select 1 from {inner} q where q.{key} = {column}{also})",
            f"{word}exists (select * from {inner} q where {column} = q.{key}{also})",
            f"{word}exists (select distinct q.{key} from {inner} as q where {column} = q.{key}{also})",
            f"{column} = (select max(q.{key}) from {inner} q where 1 = 1{also})",
        )
