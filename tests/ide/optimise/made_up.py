"""Rewrites, a planner and a comparison that do what a test says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from support import schemas
from sureql.equivalence.model import Kind, Means, Question, Verdict
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.ide.optimise.rewrite import Rewrite, Step
from sureql.ports.errors import PlanError
from sureql.ports.plan import IndexIdea, Node, Plan, Timing
from sureql.syntax import dialects, script
from sureql.text.edits import TextEdit
from sureql.text.span import Span

SCHEMA = "CREATE TABLE t (a integer NOT NULL, b integer, c integer, d integer, e integer);"


def statement(text: str, dialect: str = "postgres", schema: str = SCHEMA) -> Context:
    rules = dialects.get(dialect)
    (found,) = script.of(text, rules).statements
    return context.of(found, schemas.of(schema, dialect), rules, "")


def swap(
    old: str,
    new: str,
    *,
    proved: bool = True,
    usual: float = 2.0,
    worth: Mapping[str, float] | None = None,
    enabling: bool = False,
    caller: str = "",
) -> Rewrite:
    """Each `old` in the text, which is a pattern, becomes `new`."""

    def find(seen: Context) -> Iterator[Step]:
        for match in re.finditer(old, seen.text):
            edit = TextEdit(Span(*match.span()), match.expand(new))
            relies = "" if proved else f"Nobody minds {new}."
            yield Step((edit,), f"Write {new} for {match[0]}", relies, proved)

    return Rewrite(f"{old} to {new}", find, worth or {}, usual, enabling, caller)


@dataclass
class Costs:
    """A planner: the cost is what `price` says of the text, None if the engine refuses it."""

    price: Callable[[str], float | None]
    dialect: str = "postgres"
    engine: str = "PostgreSQL 18"
    live: bool = True
    unit: str = "planner units"
    asked: list[str] = field(default_factory=list)

    def plan(self, query: str, indexes: tuple[IndexIdea, ...] = ()) -> Plan:
        self.asked.append(query)
        cost = self.price(query)
        if cost is None:
            raise PlanError("It is refused.")
        return Plan(self.engine, Node("Seq Scan"), cost, self.unit, "the database itself")

    def time(self, query: str, seconds: float, runs: int = 3) -> Timing:
        raise AssertionError("nobody asked for it")

    def close(self) -> None:
        pass


@dataclass
class Judgement:
    """Stands for the comparison: `kinds` by a pattern that the second statement has, the first one
    that is found; else there is no difference."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    on_asked: Callable[[], object] = lambda: None

    def __call__(self, question: Question, means: Means) -> Verdict:
        self.asked.append((question.first, question.second))
        self.on_asked()
        for pattern, kind in self.kinds.items():
            if re.search(pattern, question.second) and not re.search(pattern, question.first):
                return Verdict(kind, 7)
        return Verdict(Kind.NO_DIFFERENCE, 50)
