"""What the databases have shown so far: which truth values occurred, which mutants were told apart."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.equivalence import mutants, ordering, probes, results
from sureql.equivalence.model import Coverage
from sureql.equivalence.mutants import Mutant
from sureql.equivalence.ordering import Ordering
from sureql.equivalence.probes import Probe
from sureql.equivalence.trials import Finding, Tried
from sureql.ports.executor import Outcome
from sureql.syntax.dialects import Dialect

_TRUE, _FALSE, _NULL = range(3)
_CONTROLS = 10
_QUERY_SECONDS = 0.012
_LEAST_ASKED = 4
_MOST_ERRORS = 2
_FIRST_ALONE = 4


@dataclass(slots=True)
class _Asked:
    """One more query that runs beside the two: a probe, a mutant, or one with its order `turned`."""

    query: str
    probe: Probe | None = None
    mutant: Mutant | None = None
    turned: bool = False
    ran: bool = False
    killed: bool = False
    errors: int = 0
    seen: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Ledger:
    """Keeps the count for one comparison. Ask `queries` before a database, tell `note` after it."""

    dialect: str
    probes: list[_Asked]
    mutants: list[_Asked]
    control: str
    grow: Callable[[], list[_Asked]]
    spare: Callable[[], list[_Asked]]
    spare_control: str
    order: Ordering
    turned: list[_Asked]
    bitten: bool = False
    grown: bool = False
    databases: int = 0
    non_empty: int = 0
    failed: int = 0
    cost: float = 0.0
    null: frozenset[int] | None = None
    _empty: Outcome | None = None
    _asked: list[_Asked] = field(default_factory=list)
    _turn: int = 0
    _controls: int = 0

    def queries(self) -> list[str]:
        """The queries worth running on the next database."""
        if not self.cost:
            # The first database is for the two queries alone, and tells what a query costs.
            return []
        if self.databases >= _FIRST_ALONE and not self.grown:
            self.mutants, self.grown = self.grow(), True
        room = max(_LEAST_ASKED, int(_QUERY_SECONDS / self.cost))
        waiting = [one for one in self.probes if len(one.seen) < _wanted(one)]
        waiting += [one for one in (*self.turned, *self.mutants) if not one.killed]
        # What never ran is no valid query here, and a failing one is dear: engines roll back.
        waiting = [one for one in waiting if one.ran or one.errors < _MOST_ERRORS]
        start = self._turn % len(waiting) if waiting else 0
        self._asked = (waiting[start:] + waiting[:start])[:room]
        self._turn += room
        texts = [one.query for one in self._asked]
        return [self.control, *texts] if self._controlled() else texts

    def like_empty(self, tried: Tried) -> bool:
        """True if the first query gave what it gives on empty tables."""
        empty = self._empty
        return empty is not None and results.same_bag(tried.first.rows, empty.rows, self.dialect)

    def asked_nothing(self) -> None:
        """Say that the last queries were not run after all."""
        self._asked = []

    def spent(self, seconds: float) -> None:
        """Take in how long a query took."""
        self.cost = seconds if not self.cost else 0.8 * self.cost + 0.2 * seconds

    def note(self, tried: Tried) -> bool:
        """Take in what a database showed. True if it showed something new."""
        if tried.refusal or tried.finding is Finding.NOTHING:
            self.failed += tried.refusal == ""
            return False
        self.databases += 1
        outcome = tried.second if tried.finding is Finding.FIRST_FAILED else tried.first
        places = frozenset(range(len(outcome.columns))) if self.null is None else self.null
        self.null = frozenset(
            place for place in places if all(row[place] is None for row in outcome.rows)
        )
        if self._empty is None:
            self._empty = outcome
        elif not results.same_bag(outcome.rows, self._empty.rows, self.dialect):
            self.non_empty += 1
        others = list(tried.others)
        if others and self._controlled():
            control = others.pop(0)
            self._controls += 1
            if not self._like_first(control, tried.first):
                self._fall_back()
                return True
        new = self.non_empty == 1
        every = tried.every.rows if tried.every is not None else ()
        if not self.bitten and ordering.bites(self.order, every):
            self.bitten = new = True
        for one, found in zip(self._asked, others, strict=False):
            new = self._noted(one, found, tried) or new
        return new

    def sift(self, same: Callable[[str, Mutant], bool]) -> None:
        """Leave out mutants that nobody told apart and that are the `same` query by their form."""
        self.mutants = [
            one
            for one in self.mutants
            if one.killed or one.mutant is None or not same(one.query, one.mutant)
        ]

    def coverage(self) -> Coverage:
        """The figures for the verdict."""
        probed = [one for one in self.probes if one.ran]
        alive = [one for one in self.mutants if one.ran]
        return Coverage(
            self.non_empty / self.databases if self.databases else 0.0,
            sum(len(one.seen) for one in probed),
            sum(_wanted(one) for one in probed),
            sum(one.killed for one in alive),
            len(alive),
        )

    def never(self, only: str = "") -> tuple[str, str] | None:
        """A condition and a truth value that no database gave it: true before false before NULL, or
        the value `only`."""
        for value, word in ((_TRUE, "true"), (_FALSE, "false"), (_NULL, "NULL")):
            for one in self.probes if only in ("", word) else ():
                if one.probe is None or not one.ran or value in one.seen:
                    continue
                if value != _NULL or one.probe.nullable:
                    return one.probe.shown, word
        return None

    def missing(self, value: str) -> int:
        """How many conditions were never `value`."""
        wanted = {"true": _TRUE, "false": _FALSE}[value]
        return sum(one.ran and wanted not in one.seen for one in self.probes)

    def _controlled(self) -> bool:
        return bool(self.control) and self.grown and self._controls < _CONTROLS

    def _like_first(self, control: Outcome, first: Outcome) -> bool:
        if first.error or control.limited:
            return True
        return not control.error and results.same_bag(control.rows, first.rows, self.dialect)

    def _fall_back(self) -> None:
        # Written anew, the query means something else here: neither its mutants nor its probes count.
        self.probes, self.control = [], self.spare_control
        self.mutants, self.grown = self.spare(), True
        self.spare, self.spare_control = list, ""

    def _noted(self, one: _Asked, found: Outcome, tried: Tried) -> bool:
        first, every = tried.first, tried.every
        if found.error or found.limited:
            one.errors += 1
            return False
        if one.probe is None:
            if first.error:
                return False
            one.ran = True
            if one.turned and every is not None:
                one.killed = not ordering.allowed(self.order, every, found.rows, self.dialect)
            elif not results.same_bag(found.rows, first.rows, self.dialect):
                one.killed = True
            return one.killed
        one.ran = True
        flags = found.rows[0] if found.rows else ()
        now = {index for index, flag in enumerate(flags) if flag}
        if not one.probe.nullable:
            now.discard(_NULL)
        new = not now <= one.seen
        one.seen |= now
        return new


def _wanted(one: _Asked) -> int:
    return 3 if one.probe is not None and one.probe.nullable else 2


def ledger(
    plain: exp.Query,
    qualified: exp.Expr | None,
    order: Ordering,
    schema: catalog.Catalog,
    dialect: Dialect,
    chance: random.Random,
) -> Ledger:
    """An empty ledger for the first query. `qualified` is its tree with all columns qualified, None
    if that could not be made: then there are no probes."""

    def spare() -> list[_Asked]:
        return _mutants(plain, dialect, chance)

    control = plain.sql(dialect.sqlglot or None)
    turned = [
        _Asked(one.sql(dialect.sqlglot or None), turned=True) for one in ordering.flipped(plain)
    ]
    if not order.companion:
        turned = []
    if qualified is None:
        return Ledger(dialect.name, [], [], control, spare, list, "", order, turned)

    def grow() -> list[_Asked]:
        return _mutants(qualified, dialect, chance)

    asked = [_Asked(one.query, one) for one in probes.of(qualified, schema, dialect)]
    text = qualified.sql(dialect.sqlglot or None)
    return Ledger(
        dialect.name,
        asked,
        [],
        text,
        grow,
        spare,
        control,
        order,
        turned,
    )


def _mutants(tree: exp.Expr, dialect: Dialect, chance: random.Random) -> list[_Asked]:
    most = mutants.MOST if sum(1 for _ in tree.walk()) < 800 else mutants.MOST // 2
    control = tree.sql(dialect.sqlglot or None)
    made = {one.whole.sql(dialect.sqlglot or None): one for one in mutants.of(tree, chance, most)}
    return [_Asked(text, mutant=one) for text, one in made.items() if text != control]
