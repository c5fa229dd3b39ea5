"""One database tried: both statements run on it, what they give compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from sureql.equivalence import ordering, results, rows
from sureql.equivalence.ordering import Ordering
from sureql.equivalence.rows import Rows, Rules
from sureql.equivalence.subject import Name, Subject
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
    """What one database showed. `refusal` as in Trial; `others` are the outcomes of further queries.
    `open_order` says that the order of the rows could not be compared."""

    finding: Finding
    first: Outcome = _NO_OUTCOME
    second: Outcome = _NO_OUTCOME
    others: tuple[Outcome, ...] = ()
    refusal: str = ""
    open_order: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """What is needed to try databases. `checks` are queries that count rows that break a constraint."""

    executor: Executor
    first: str
    second: str
    rules: Mapping[Name, Rules]
    order: Ordering
    checks: tuple[str, ...]
    dialect: str


def bench(
    executor: Executor,
    first: str,
    second: str,
    subject: Subject,
    rules: Mapping[Name, Rules],
    dialect: Dialect,
) -> Bench:
    """A bench for the two statements."""
    checks = [
        _check(rule, node, dialect)
        for rule in rules.values()
        for node in rows.check_trees(rule.relation, dialect)
    ]
    one, other = (text.strip().rstrip(";").rstrip() for text in (first, second))
    order = ordering.of(subject.first, dialect)
    return Bench(executor, one, other, rules, order, tuple(checks), dialect.name)


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
    return Tried(found, first, second, tuple(rest), open_order=open_order)


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
    every = companion.rows if companion is not None else ()
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
