"""The databases to try: rows that conditions ask for, rows at random, and changes of good ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import conditions, rows, scenes
from sureql.equivalence.conditions import UNKNOWN, Condition, Variable
from sureql.equivalence.domains import Domains
from sureql.equivalence.rows import Filler, Rows, Rules
from sureql.equivalence.subject import Name

_MOST_SCENES = 16
_STEPS = 60
_FEW = (1, 1, 2, 3)
_MANY = (1, 2, 4, 6)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A scene with its conditions compiled. `stands_for` maps each variable to the one it equals,
    `touching` to the conditions that speak of it."""

    scene: scenes.Scene
    stands_for: Mapping[Variable, Variable]
    members: Mapping[Variable, tuple[Variable, ...]]
    conditions: tuple[tuple[Condition, tuple[Variable, ...]], ...]
    keys: frozenset[Variable]
    touching: Mapping[Variable, tuple[int, ...]]


@dataclass(slots=True)
class Generator:
    """Makes databases for the two queries, the same ones for the same seed and answers.

    `sizes` are numbers that counts are compared with: groups get as many rows, and one less or more.
    Where queries are `dear`, there are few databases: each has to show more.
    """

    trees: Sequence[exp.Expr]
    schema: catalog.Catalog
    rules: Mapping[Name, Rules]
    domains: Domains
    sizes: Sequence[int]
    chance: random.Random
    dear: bool = False
    _scenes: list[_Prepared] = field(default_factory=list)
    _made: int = 0

    def next(self, good: Sequence[Rows]) -> Rows:
        """The next database; `good` are earlier ones that showed something new."""
        self._made += 1
        if self._made == 1:
            return {}
        luck = self.chance.random()
        if good and luck < 0.3:
            # The newest ones reached what others did not.
            recent = good[-6:] if self.chance.random() < 0.5 else good
            return self._changed(self.chance.choice(recent))
        if luck < 0.45:
            filler = self._filler()
            self._noise(filler, 5)
            return filler.rows
        return self._staged()

    def _filler(self) -> Filler:
        return Filler(self.rules, self.domains, self.chance)

    def _noise(self, filler: Filler, most: int) -> None:
        for name in self.rules:
            for _ in range(self.chance.randint(0, most)):
                filler.add(name, {})

    def _staged(self) -> Rows:
        filler = self._filler()
        for _ in range(self.chance.choice(_MANY if self.dear else _FEW)):
            self._stage(filler, self._scene())
        if self.chance.random() < 0.5:
            self._noise(filler, self.chance.choice((1, 2, 4)))
        for records in filler.rows.values():
            self.chance.shuffle(records)
        return rows.kept(filler.rows, self.rules)

    def _scene(self) -> _Prepared:
        if len(self._scenes) < _MOST_SCENES:
            tree = self.trees[len(self._scenes) % len(self.trees)]
            relations = {name: rule.relation for name, rule in self.rules.items()}
            made = scenes.any_of(tree, self.schema, relations, self.chance)
            self._scenes.append(_prepared(made))
            return self._scenes[-1]
        return self.chance.choice(self._scenes)

    def _stage(self, filler: Filler, prepared: _Prepared) -> None:
        # One condition is sometimes meant to fail, so that it is seen to matter.
        wanted: list[Any] = [True] * len(prepared.conditions)
        if wanted and self.chance.random() < 0.4:
            wanted[self.chance.randrange(len(wanted))] = self.chance.choice((False, False, None))
        values: dict[Variable, Any] = {}
        for variable in prepared.members:
            values[variable] = self._pick(filler, prepared, variable)
        self._solve(filler, prepared, values, wanted)
        self._place(filler, prepared, values)
        copies = self.chance.choice((0, 0, 1, 2))
        if prepared.scene.grouped:
            near = [size + step for size in self.sizes for step in (-1, 0)]
            copies = self.chance.choice((0, 1, 1, 2, 3, *near, *near))
        elif prepared.keys:
            copies = self.chance.choice((0, 1, 1, 2))
        # As many groups, rather than rows in one, are what a LIMIT on groups needs.
        spread = self.chance.random() < 0.3
        # What one key alone does shows where rows differ in it and in nothing else that is shown.
        lone = self.chance.choice(sorted(prepared.keys) or [None])
        lone = lone if self.chance.random() < 0.3 else None
        for _ in range(min(copies, 25)):
            again = dict(values)
            for variable in prepared.members:
                if lone is not None:
                    changes = variable == lone or self._single(prepared, variable)
                else:
                    changes = spread or variable not in prepared.keys
                    changes = changes and self.chance.random() < 0.5
                if changes:
                    before = again[variable]
                    again[variable] = self._pick(filler, prepared, variable)
                    if self._wrong(prepared, again, wanted, prepared.touching[variable]):
                        again[variable] = before
            self._place(filler, prepared, again)

    def _pick(self, filler: Filler, prepared: _Prepared, variable: Variable) -> Any:
        members = prepared.members[variable]
        mark, column = self.chance.choice(members)
        relation = prepared.scene.rows[mark]
        name = (relation.schema, relation.name)
        rule = self.rules[name]
        single = (column,) in rule.unique
        if (
            single
            and self.chance.random() < 0.6
            and (made := filler.fresh((*name, column))) is not None
        ):
            return made
        nullable = not any(self._required(prepared, member) for member in members)
        if self.chance.random() < 0.6:
            return filler.value((*name, column), nullable)
        return filler.any_value((*name, column), nullable)

    def _single(self, prepared: _Prepared, variable: Variable) -> bool:
        # Whether each row has its own value.
        for mark, column in prepared.members[variable]:
            relation = prepared.scene.rows[mark]
            if (column,) in self.rules[relation.schema, relation.name].unique:
                return True
        return False

    def _required(self, prepared: _Prepared, variable: Variable) -> bool:
        relation = prepared.scene.rows[variable[0]]
        return variable[1] in self.rules[relation.schema, relation.name].required

    def _wrong(
        self,
        prepared: _Prepared,
        values: Mapping[Variable, Any],
        wanted: Sequence[Any],
        among: Iterable[int],
    ) -> list[int]:
        # Of these conditions, those that are not as wanted.
        every = _Spread(values, prepared.stands_for)
        found = []
        for index in among:
            condition, _ = prepared.conditions[index]
            result = condition(every)
            if result is not UNKNOWN and result is not wanted[index]:
                found.append(index)
        return found

    def _solve(
        self,
        filler: Filler,
        prepared: _Prepared,
        values: dict[Variable, Any],
        wanted: Sequence[Any],
    ) -> None:
        # A walk: change a value in a condition that is not as wanted, keep it unless it makes
        # more of them wrong.
        wrong = self._wrong(prepared, values, wanted, range(len(prepared.conditions)))
        for _ in range(_STEPS):
            if not wrong:
                return
            _, variables = prepared.conditions[self.chance.choice(wrong)]
            if not variables:
                return
            variable = self.chance.choice(variables)
            before = values[variable]
            mark, column = self.chance.choice(prepared.members[variable])
            relation = prepared.scene.rows[mark]
            nullable = not any(self._required(prepared, one) for one in prepared.members[variable])
            values[variable] = filler.any_value((relation.schema, relation.name, column), nullable)
            touched = prepared.touching[variable]
            now = [index for index in wrong if index not in touched]
            now += self._wrong(prepared, values, wanted, touched)
            if len(now) > len(wrong):
                values[variable] = before
            else:
                wrong = now

    def _place(self, filler: Filler, prepared: _Prepared, values: Mapping[Variable, Any]) -> None:
        given: dict[str, dict[str, Any]] = {mark: {} for mark in prepared.scene.rows}
        for (mark, column), leader in prepared.stands_for.items():
            given[mark][column] = values[leader]
        marks = list(prepared.scene.rows)
        # Rows that others refer to come first, so that they are not made up.
        marks.sort(key=lambda mark: len(prepared.scene.rows[mark].foreign_keys))
        for mark in marks:
            relation = prepared.scene.rows[mark]
            filler.add((relation.schema, relation.name), given[mark])

    def _changed(self, good: Rows) -> Rows:
        filler = self._filler()
        filler.rows.update({name: [dict(record) for record in good[name]] for name in good})
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            filled = [name for name, records in filler.rows.items() if records]
            if not filled or self.chance.random() < 0.2:
                filler.add(self.chance.choice(list(self.rules)), {})
                continue
            name = self.chance.choice(filled)
            self._change(filler, name, filler.rows[name])
        return rows.kept(filler.rows, self.rules)

    def _change(self, filler: Filler, name: Name, records: list[rows.Record]) -> None:
        record = self.chance.choice(records)
        luck = self.chance.random()
        if luck < 0.15:
            records.remove(record)
            return
        rule = self.rules[name]
        keys = {column for columns in rule.unique for column in columns}
        if luck < 0.4:
            twin = {column: value for column, value in record.items() if column not in keys}
            filler.add(name, twin)
            return
        if not record:
            return
        column = self.chance.choice(list(record))
        required = column in rule.required
        if luck < 0.5 and len(records) > 1:
            record[column] = self.chance.choice(records).get(column)
            return
        made = filler.any_value((*name, column), not required)
        if made is not None or not required:
            record[column] = made


class _Spread(Mapping[Variable, Any]):
    """The values of all variables, given those of the ones they stand for."""

    __slots__ = ("stands_for", "values_of")

    def __init__(
        self, values_of: Mapping[Variable, Any], stands_for: Mapping[Variable, Variable]
    ) -> None:
        self.values_of = values_of
        self.stands_for = stands_for

    def get(self, key: Variable, default: Any = None) -> Any:
        leader = self.stands_for.get(key)
        return default if leader is None else self.values_of[leader]

    def __getitem__(self, key: Variable) -> Any:
        return self.values_of[self.stands_for[key]]

    def __iter__(self) -> Any:
        return iter(self.stands_for)

    def __len__(self) -> int:
        return len(self.stands_for)


def _prepared(scene: scenes.Scene) -> _Prepared:
    known = {
        variable
        for part in (*scene.wanted, *scene.keys)
        for variable in conditions.variables(part)
        if variable[0] in scene.rows
    }
    parent = {variable: variable for variable in sorted(known)}

    def root(variable: Variable) -> Variable:
        while parent[variable] != variable:
            variable = parent[variable]
        return variable

    rest = []
    for part in scene.wanted:
        sides = (part.this, part.expression) if isinstance(part, exp.EQ) else ()
        ends = [(side.table, side.name.lower()) for side in sides if isinstance(side, exp.Column)]
        if len(ends) == 2 and all(end in parent for end in ends):
            parent[root(ends[1])] = root(ends[0])
        rest.append(part)
    stands_for = {variable: root(variable) for variable in parent}
    members: dict[Variable, list[Variable]] = {}
    for variable, leader in stands_for.items():
        members.setdefault(leader, []).append(variable)
    compiled = tuple(
        (
            conditions.compiled(part),
            tuple(sorted({stands_for[v] for v in conditions.variables(part) if v in stands_for})),
        )
        for part in rest
    )
    keys = {
        stands_for[variable]
        for part in scene.keys
        for variable in conditions.variables(part)
        if variable in stands_for
    }
    frozen = {leader: tuple(some) for leader, some in members.items()}
    touching = {
        leader: tuple(index for index, (_, some) in enumerate(compiled) if leader in some)
        for leader in members
    }
    return _Prepared(scene, stands_for, frozen, compiled, frozenset(keys), touching)
