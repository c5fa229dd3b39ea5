"""One database tried: both statements run on it, what they give compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sqlglot import exp

from sureql.equivalence import choice, ordering, results, rows
from sureql.equivalence.ordering import Ordering
from sureql.equivalence.rows import Rows, Rules
from sureql.equivalence.subject import Name
from sureql.equivalence.task import Task
from sureql.ports.executor import Executor, Outcome
from sureql.syntax.dialects import Dialect

_NO_OUTCOME = Outcome()


class Finding(Enum):
    SAME = "same"
    DIFFERENT = "different"
    NOTHING = "nothing"  # Both failed, or something ended the run: it says nothing.
    FIRST_FAILED = "first failed"  # Only the first did: the second may rightly do better.


@dataclass(frozen=True, slots=True)
class Tried:
    """What one database showed. `refusal` as in Trial; `others` are the outcomes of further queries,
    `every` that of the companion (see `ordering`). `open_order` says that the order of the rows could not be compared."""

    finding: Finding
    first: Outcome = _NO_OUTCOME
    second: Outcome = _NO_OUTCOME
    others: tuple[Outcome, ...] = ()
    refusal: str = ""
    every: Outcome | None = None
    open_order: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """What is needed to try databases. `checks` are queries that count rows that break a constraint.
    `steady` are variants of both statements (see `choice`), None if choices cannot be settled."""

    executor: Executor
    first: str
    second: str
    rules: Mapping[Name, Rules]
    order: Ordering
    checks: tuple[str, ...]
    dialect: str
    steady: tuple[tuple[str, ...], tuple[str, ...]] | None


def bench(executor: Executor, task: Task, rules: Mapping[Name, Rules], order: Ordering) -> Bench:
    """A bench for the two statements of a task."""
    checks = [
        _check(rule, node, task.dialect)
        for rule in rules.values()
        for node in rows.check_trees(rule.relation, task.dialect)
    ]
    texts = [text.strip().rstrip(";").rstrip() for text in (task.first, task.second)]
    steady: tuple[tuple[str, ...], tuple[str, ...]] | None = ((), ())
    if task.choice:
        trees = (task.subject.first, task.subject.second)
        one, other = (choice.variants(tree, task.dialect, task.schema) for tree in trees)
        steady = None if one is None or other is None else (one, other)
    return Bench(
        executor, texts[0], texts[1], rules, order, tuple(checks), task.dialect.name, steady
    )


def _check(rule: Rules, node: exp.Expr, dialect: Dialect) -> str:
    table = exp.table_(rule.relation.name, db=rule.relation.schema or None, quoted=True)
    if dialect.name == "sqlite":
        table.set("db", None)
    broken = exp.Not(this=exp.Paren(this=node.copy()))
    return exp.select("COUNT(*)").from_(table).where(broken).sql(dialect.sqlglot or None)


def run(bench: Bench, made: Rows, seconds: float, others: Sequence[str] = ()) -> Tried:
    """Try the database `made`, with the queries `others` besides."""
    queries = [bench.first, bench.second]
    if bench.order.companion:
        queries.append(bench.order.companion)
    queries += bench.checks
    trial = bench.executor.run(
        rows.database(made, bench.rules), [*queries, *others], max(seconds, 0.01)
    )
    if trial.refusal:
        return Tried(Finding.NOTHING, refusal=trial.refusal)
    if len(trial.outcomes) < len(queries):
        return Tried(Finding.NOTHING, refusal="The engine went away.")
    first, second, *rest = trial.outcomes
    companion = rest.pop(0) if bench.order.companion else None
    checks, rest = rest[: len(bench.checks)], rest[len(bench.checks) :]
    if any(not one.error and not one.limited and one.rows and one.rows[0][0] for one in checks):
        return Tried(Finding.NOTHING, refusal="A CHECK constraint does not hold.")
    found, open_order = _compared(bench, first, second, companion)
    return Tried(found, first, second, tuple(rest), every=companion, open_order=open_order)


def settled(bench: Bench, made: Rows, seconds: float) -> Tried:
    """As `run`, but a difference is NOTHING where the engine's free choice may have made it."""
    if bench.steady is None:
        return Tried(Finding.NOTHING)
    one, other = bench.steady
    tried = run(bench, made, seconds, (*one, *other))
    if tried.finding is not Finding.DIFFERENT:
        return tried
    for index, outcome in enumerate(tried.others):
        own = tried.first if index < len(one) else tried.second
        if outcome.error or not results.same_bag(outcome.rows, own.rows, bench.dialect):
            return replace(tried, finding=Finding.NOTHING)
    return tried


def _compared(
    bench: Bench, first: Outcome, second: Outcome, companion: Outcome | None
) -> tuple[Finding, bool]:
    if first.limited or second.limited:
        return Finding.NOTHING, False
    if first.error:
        return (Finding.NOTHING if second.error else Finding.FIRST_FAILED), False
    if second.error:
        return Finding.DIFFERENT, False
    if len(first.columns) != len(second.columns):
        return Finding.DIFFERENT, False
    same = results.same_bag(first.rows, second.rows, bench.dialect)
    order = bench.order
    if not order.ordered and not order.limited:
        return (Finding.SAME if same else Finding.DIFFERENT), False
    usable = companion is not None and not companion.error and not companion.limited
    every = companion or _NO_OUTCOME
    if usable and ordering.allowed(order, every, first.rows, bench.dialect):
        fine = ordering.allowed(order, every, second.rows, bench.dialect)
        return (Finding.SAME if fine else Finding.DIFFERENT), False
    # The ties are not known: all that can be compared is the rows, and under a LIMIT their number.
    if order.limited:
        if same:
            return Finding.SAME, True
        few = len(first.rows) != len(second.rows)
        return (Finding.DIFFERENT if few else Finding.NOTHING), True
    return (Finding.SAME if same else Finding.DIFFERENT), True
