"""Runs both statements on database after database until they differ or enough has been seen."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer import qualify

from sureql.catalog import model as catalog
from sureql.equivalence import (
    conditions,
    coverage,
    domains,
    generator,
    minimise,
    results,
    rows,
    scenes,
    trials,
    verdicts,
)
from sureql.equivalence.coverage import Ledger
from sureql.equivalence.model import Kind, Means, Verdict, Witness
from sureql.equivalence.rows import Rows
from sureql.equivalence.subject import Subject
from sureql.equivalence.trials import Bench, Finding, Tried
from sureql.ports.executor import Executor, Outcome
from sureql.syntax.dialects import Dialect

_ONE_DATABASE = 1.0
_MOST_KEPT = 40
_MOST_DATABASES = 3000
_MOST_FAILED = 6
_LARGEST_GROUP = 12


@dataclass(frozen=True, slots=True)
class Task:
    """A comparison: the two texts without parameters, what they are about, and how long it may take.
    `names` says whether the names of result columns count."""

    first: str
    second: str
    subject: Subject
    schema: catalog.Catalog
    dialect: Dialect
    seconds: float
    seed: int
    names: bool


def search(task: Task, executor: Executor, means: Means) -> Verdict:
    """The verdict of the databases alone: never PROVED."""
    until = time.monotonic() + task.seconds
    chance = random.Random(task.seed)
    rules = {
        (one.schema, one.name): rows.rules_of(one, task.dialect) for one in task.subject.relations
    }
    trees = [_qualified(tree, task) for tree in (task.subject.first, task.subject.second)]
    usable = [
        tree or plain
        for tree, plain in zip(trees, (task.subject.first, task.subject.second), strict=True)
    ]
    found = _domains(usable, task)
    maker = generator.Generator(usable, task.schema, rules, found, _sizes(usable), chance)
    ledger = coverage.ledger(task.subject.first, trees[0], task.schema, task.dialect, chance)
    bench = trials.bench(executor, task.first, task.second, task.subject, rules, task.dialect)
    good: list[Rows] = []
    quiet, refusals, refusal, newly, loose, failed = 0, 0, "", False, False, 0
    for number in range(_MOST_DATABASES):
        left = until - time.monotonic()
        if left <= 0 or means.cancelled() or verdicts.done(ledger, quiet):
            break
        made = maker.next(good)
        others = ledger.queries()
        start = time.monotonic()
        tried = trials.run(bench, made, min(left, _ONE_DATABASE), others)
        spent = (time.monotonic() - start) / (len(others) + 2)
        ledger.cost = spent if not ledger.cost else 0.8 * ledger.cost + 0.2 * spent
        if number == 0 and (sentence := _unrunnable(tried, executor)):
            return Verdict(Kind.INCONCLUSIVE, reason=sentence, engine=executor.engine)
        if number == 0 and task.names and (told := _names(task, tried)):
            return _verdict(
                Kind.DIFFERENT, told, ledger, executor, Witness((), tried.first, tried.second)
            )
        if tried.refusal:
            refusals, refusal = refusals + 1, tried.refusal
            if refusals >= 60 and refusals > 3 * ledger.databases:
                break
            continue
        if tried.finding is Finding.NOTHING and (tried.first.limited or tried.second.limited):
            failed += 1
            if failed >= _MOST_FAILED and failed > ledger.databases:
                break
            continue
        newly = newly or tried.finding is Finding.FIRST_FAILED
        loose = loose or (tried.open_order and len(tried.first.rows) > 1)
        if tried.finding is Finding.DIFFERENT:
            shown = _shown(bench, made, found, rules, executor)
            if shown is None:
                return _verdict(
                    Kind.INCONCLUSIVE, "A difference was seen once but not again.", ledger, executor
                )
            ledger.databases += 1
            return _verdict(Kind.DIFFERENT, _difference(shown, bench), ledger, executor, shown)
        if ledger.note(tried):
            quiet = 0
            good = [*good[-_MOST_KEPT:], made]
        else:
            quiet += 1
            if tried.first.rows and number % 16 == 0:
                good = [*good[-_MOST_KEPT:], made]
        means.tried(ledger.databases)
    return _ended(task, ledger, executor, means, _End(refusal, newly, loose, failed))


@dataclass(frozen=True, slots=True)
class _End:
    refusal: str
    newly: bool
    loose: bool
    failed: int


def _ended(task: Task, ledger: Ledger, executor: Executor, means: Means, end: _End) -> Verdict:
    reason = verdicts.doubt(ledger)
    if means.cancelled():
        reason = "It was cancelled."
    elif not ledger.databases and end.refusal:
        reason = f"{executor.engine} took no generated rows: {end.refusal}"
    elif end.failed > ledger.databases:
        reason = f"{executor.engine} could not run the queries in the time."
    elif not reason and task.subject.first.args.get("order") is not None:
        second = task.subject.second.args.get("order")
        if second is None and _many(task):
            reason = "The first query orders its rows, the second one does not."
        elif (
            end.loose
            and second is not None
            and second.sql() != task.subject.first.args["order"].sql()
        ):
            reason = "Whether the rows come in the same order could not be told."
    verdict = _verdict(
        Kind.INCONCLUSIVE if reason else Kind.NO_DIFFERENCE, reason, ledger, executor
    )
    if not end.newly:
        return verdict
    told = "On some databases the first query failed where the second one did not."
    return replace(verdict, assumed=(*verdict.assumed, told))


def _many(task: Task) -> bool:
    # Whether there can be more than one row: an aggregate without groups has one.
    tree = task.subject.first
    if isinstance(tree, exp.Select) and tree.args.get("group") is None:
        return not any(
            one.find(exp.AggFunc) and not one.find(exp.Window, exp.Query) for one in tree.selects
        )
    return True


def _verdict(
    kind: Kind,
    reason: str,
    ledger: Ledger,
    executor: Executor,
    witness: Witness | None = None,
) -> Verdict:
    return Verdict(kind, ledger.databases, ledger.coverage(), witness, reason, executor.engine)


def _unrunnable(tried: Tried, executor: Executor) -> str:
    # What fails on empty tables is no fault of rows: the engine does not know the statement.
    for which, outcome in (("first", tried.first), ("second", tried.second)):
        if outcome.error:
            return f"{executor.engine} cannot run the {which} query: {outcome.error}"
    return ""


def _names(task: Task, tried: Tried) -> str:
    # Only names that the statement gives: an engine calls `a + b` what it likes.
    first, second = tried.first.columns, tried.second.columns
    if len(first) != len(second):
        return ""
    trees = (task.subject.first, task.subject.second)
    given = [None if tree.is_star else [_given(one) for one in tree.selects] for tree in trees]
    for index, (one, other) in enumerate(zip(first, second, strict=True)):
        named = [some is None or (index < len(some) and some[index]) for some in given]
        if all(named) and one.lower() != other.lower():
            return f"Column {index + 1} is called `{one}` in the first result, `{other}` in the second."
    return ""


def _given(node: exp.Expr) -> bool:
    return isinstance(node, exp.Alias | exp.Column)


def _shown(
    bench: Bench,
    made: Rows,
    found: domains.Domains,
    rules: dict[tuple[str, str], rows.Rules],
    executor: Executor,
) -> Witness | None:
    # Seen twice, or it was chance; then made small, and run a last time as it is shown.
    def tried(candidate: Rows) -> Tried:
        return trials.run(bench, candidate, _ONE_DATABASE)

    def differs(candidate: Rows) -> bool:
        return tried(candidate).finding is Finding.DIFFERENT

    if not differs(made):
        return None
    small = minimise.minimised(made, rules, found, differs)
    last = tried(small)
    if last.finding is not Finding.DIFFERENT:
        small, last = made, tried(made)
        if last.finding is not Finding.DIFFERENT:
            return None
    database = minimise.shown(rows.database(small, rules), rules)
    return Witness(database, last.first, last.second)


def _difference(shown: Witness, bench: Bench) -> str:
    first, second = shown.first, shown.second
    if second.error:
        return f"On a small database the second query fails: {second.error}"
    if len(first.columns) != len(second.columns):
        return f"The first result has {_count(first, 'column')}, the second {_count(second, 'column')}."
    if len(first.rows) != len(second.rows):
        return f"On a small database the first query gives {_count(first, 'row')}, the second {_count(second, 'row')}."
    if results.same_bag(first.rows, second.rows, bench.dialect):
        return "On a small database the same rows come in another order."
    return "On a small database the two queries give different values."


def _count(outcome: Outcome, what: str) -> str:
    number = len(outcome.rows if what == "row" else outcome.columns)
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _qualified(tree: exp.Expr, task: Task) -> exp.Expr | None:
    # The tree with all columns qualified and stars spelt out, None if sqlglot cannot. It guides the
    # generator and is changed into mutants, whose control shows whether it still means the same.
    tables: dict[str, object] = {}
    for relation in task.subject.relations:
        columns = {column.name: "INT" for column in relation.columns}
        tables.setdefault(relation.name, columns)
    try:
        return qualify.qualify(
            tree.copy(),
            schema=tables,
            dialect=task.dialect.sqlglot or None,
            quote_identifiers=False,
            identify=False,
            validate_qualify_columns=False,
        )
    except (SqlglotError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None


def _domains(trees: list[exp.Expr], task: Task) -> domains.Domains:
    relations = {(one.schema, one.name): one for one in task.subject.relations}
    whole = [scenes.whole(tree, task.schema, relations) for tree in trees]
    for relation in task.subject.relations:
        parts = []
        for node in rows.check_trees(relation, task.dialect):
            made = node.copy()
            for column in made.find_all(exp.Column):
                column.set("table", exp.to_identifier("#0"))
            parts.append(made)
        if parts:
            whole.append(scenes.Scene({"#0": relation}, tuple(parts)))
    return domains.of(whole, task.subject.relations, task.schema, task.dialect.name)


def _sizes(trees: list[exp.Expr]) -> list[int]:
    # Numbers that a count is compared with, or that limit the rows.
    found: dict[int, None] = {}
    for tree in trees:
        for node in tree.find_all(exp.Having, exp.Limit, exp.Offset, exp.Where):
            if isinstance(node, exp.Where) and not node.find(exp.Count):
                continue
            for literal in node.find_all(exp.Literal):
                value = conditions.constant(literal)
                if isinstance(value, int) and 1 < value <= _LARGEST_GROUP:
                    found[value] = None
    return list(found)
