"""The shadow in a scratch database: what statements mention, built when they first mention it.

It follows whichever catalog it is fitted to: an object whose definition differs is made anew
together with all that rests on it, and one that this catalog does not have is dropped as soon as a
statement could see it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.oracle.postgres import definitions
from sureql.oracle.postgres.definitions import Definition, Key
from sureql.oracle.postgres.link import Link, Refusal

BUILDING = "The shadow of the schema is still being built."
_MOST_AT_ONCE = 4  # Commands between two looks at the clock.
_GRACE = 0.1
_PASSING = ("53", "55", "57", "58")  # Resources, locks, time limits, the disk: not its own fault.


class NotBuilt(Exception):
    """The time was over before all was built; what was built is kept."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the shadow shows what a statement mentions.

    `incomplete`: an object is missing in part, or its namespace is open. `vague` are names of
    columns whose type is not the real one.
    """

    incomplete: bool = False
    vague: frozenset[str] = frozenset()


class Blueprint:
    """The definitions that one catalog asks for. Kept with the catalog: writing them takes time."""

    def __init__(self, schema: catalog.Catalog) -> None:
        self.catalog = schema
        self.search_path = tuple(
            name
            for name in schema.search_path
            if name not in schema.system and name != definitions.TEMPORARY
        )
        self._known: dict[Key, Definition | None] = {}

    def mentioned(self, names: frozenset[str]) -> list[Key]:
        """The objects that these names can mean."""
        found: list[Key] = []
        for schema in self.visible(names):
            for name in names:
                key = self.catalog.key(name)
                if schema.find(key) is not None:
                    found.append(Key("relation", schema.name, name))
                if key in schema.enums or key in schema.types:
                    found.append(Key("type", schema.name, name))
                if key in schema.functions:
                    found.append(Key("function", schema.name, name))
        return found

    def visible(self, names: frozenset[str]) -> Iterator[catalog.Schema]:
        """The schemas in which names are looked up: the search path and those mentioned."""
        for name in dict.fromkeys((*self.catalog.search_path, *names)):
            schema = self.catalog.schemas.get(self.catalog.key(name))
            if schema is not None:
                yield schema

    def definition(self, key: Key) -> Definition | None:
        """How the object is made; None if the catalog has none of that key."""
        if key not in self._known:
            self._known[key] = self._written(key)
        return self._known[key]

    def relation(self, key: Key) -> catalog.Relation | None:
        """The relation behind a key."""
        schema = self.catalog.schemas.get(self.catalog.key(key.schema))
        return schema.find(self.catalog.key(key.name)) if schema else None

    def _written(self, key: Key) -> Definition | None:
        if key.kind == "schema":
            return definitions.schema(key.name)
        schema = self.catalog.schemas.get(self.catalog.key(key.schema))
        if schema is None:
            return None
        name = self.catalog.key(key.name)
        if key.kind == "function":
            overloads = schema.functions.get(name)
            return (
                definitions.functions(schema.name, key.name, overloads, self.type_of)
                if overloads
                else None
            )
        if key.kind == "type":
            if enum := schema.enums.get(name):
                return definitions.enum(enum)
            kind = schema.types.get(name)
            return definitions.user_type(kind, self.type_of) if kind else None
        relation = schema.find(name)
        return definitions.relation(relation, self.type_of) if relation else None

    def type_of(self, where: str, parts: tuple[str, ...]) -> Key | None:
        """The type that a definition in schema `where` may use: it is there and can be built."""
        places = parts[-2:-1] or dict.fromkeys((*self.catalog.search_path, where))
        for place in places:
            schema = self.catalog.schemas.get(self.catalog.key(place))
            if schema is None:
                continue
            name = self.catalog.key(parts[-1])
            if name in schema.enums or name in schema.types:
                return self._usable(Key("type", schema.name, parts[-1]))
            if schema.relations.get(name) is not None:
                return self._usable(Key("relation", schema.name, parts[-1]))
        return None

    def _usable(self, key: Key) -> Key | None:
        if key not in self._known:
            self._known[key] = None  # A type that holds itself cannot be built.
            self._known[key] = self._written(key)
        found = self._known[key]
        return key if found is not None and found.whole else None


class Shadow:
    """What stands in the scratch database behind `link`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._built: dict[Key, Definition] = {}
        self._by_name: dict[str, set[Key]] = {}
        self._failed: dict[Key, Definition] = {}
        self._dependents: dict[Key, set[Key]] = {}
        self._search_path: tuple[str, ...] | None = None

    def fit(self, plan: Blueprint, names: frozenset[str], until: float) -> Fit:
        """Make the shadow show what `names` mean in the catalog of `plan`.

        Raises LinkLost, and NotBuilt if the time is over.
        """
        wanted: dict[Key, Definition] = {}
        mentioned = plan.mentioned(names)
        for key in mentioned:
            collect(plan, key, wanted)
        stale = [key for key, made in wanted.items() if self._built.get(key, made) != made]
        stale += [key for key in self._called(names) if key not in wanted and _is_gone(plan, key)]
        self._drop(stale, until)
        self._follow(plan.search_path, until)
        self._create([made for key, made in wanted.items() if key not in self._built], until)
        return self._judged(plan, mentioned, wanted)

    def _called(self, names: frozenset[str]) -> Iterator[Key]:
        # What the statement could see: everything else may stay for another catalog.
        for name in names:
            yield from self._by_name.get(name, ())

    def _judged(self, plan: Blueprint, mentioned: list[Key], wanted: dict[Key, Definition]) -> Fit:
        incomplete = any(key in self._failed or not made.whole for key, made in wanted.items())
        relations = [plan.relation(key) for key in mentioned if key.kind == "relation"]
        incomplete = incomplete or any(found and not found.closed for found in relations)
        vague = frozenset(name for made in wanted.values() for name in made.vague)
        return Fit(incomplete, vague)

    def _drop(self, keys: Iterable[Key], until: float) -> None:
        doomed: dict[Key, None] = {}
        waiting = list(keys)
        while waiting:
            key = waiting.pop()
            if key not in doomed:
                doomed[key] = None
                waiting.extend(self._dependents.get(key, ()))
        self._run(
            [one for key in doomed if key in self._built for one in self._built[key].drop], until
        )
        for key in doomed:
            self._built.pop(key, None)
            self._by_name.get(key.name, set()).discard(key)
            self._dependents.pop(key, None)
        if doomed:
            self._failed.clear()  # What was in their way may be gone now.

    def _follow(self, search_path: tuple[str, ...], until: float) -> None:
        if search_path != self._search_path:
            listed = ", ".join(map(definitions.quoted, search_path)) or "''"
            self._run([f"SET search_path = {listed}"], until)
            self._search_path = search_path

    def _create(self, missing: list[Definition], until: float) -> None:
        for made in missing:
            if made.key in self._failed and self._failed[made.key] == made:
                continue
            answers = self._run(made.create, until)
            refusals = [answer for answer in answers if isinstance(answer, Refusal)]
            if any(refusal.code.startswith(_PASSING) for refusal in refusals):
                raise NotBuilt
            if refusals:
                self._failed[made.key] = made
                self._run(made.drop, until)
                continue
            self._failed.pop(made.key, None)
            self._built[made.key] = made
            self._by_name.setdefault(made.key.name, set()).add(made.key)
            for need in made.needs:
                self._dependents.setdefault(need, set()).add(made.key)

    def _run(self, commands: Iterable[str], until: float) -> list[object]:
        answers: list[object] = []
        waiting = list(commands)
        while waiting:
            left = until - time.monotonic()
            if left <= 0:
                raise NotBuilt
            # A little more than is left: a connection that is given up costs the whole shadow.
            answers.extend(self._link.run(waiting[:_MOST_AT_ONCE], left + _GRACE))
            waiting = waiting[_MOST_AT_ONCE:]
        return answers


def _is_gone(plan: Blueprint, key: Key) -> bool:
    if key.kind == "schema":
        return plan.catalog.key(key.name) not in plan.catalog.schemas
    return plan.definition(key) is None


def collect(plan: Blueprint, key: Key, wanted: dict[Key, Definition]) -> None:
    """Add what `key` needs and itself to `wanted`, in the order in which they can be made."""
    if key in wanted:
        return
    made = plan.definition(key)
    if made is None:
        return
    for need in made.needs:
        collect(plan, need, wanted)
    wanted[key] = made
