"""What a difference comes to: the witness, made small, and the sentence about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from sureql.equivalence import domains, minimise, results, rows, trials
from sureql.equivalence.model import Witness
from sureql.equivalence.rows import Rows, Rules
from sureql.equivalence.subject import Name
from sureql.equivalence.task import Task
from sureql.equivalence.trials import Bench, Finding, Tried
from sureql.ports.executor import Executor, Outcome

_SECONDS = 1.0


def unrunnable(tried: Tried, executor: Executor) -> str:
    # What fails on empty tables is no fault of rows: the engine does not know the statement.
    for which, outcome in (("first", tried.first), ("second", tried.second)):
        if outcome.error:
            return f"{executor.engine} cannot run the {which} query: {outcome.error}"
    return ""


def names(task: Task, tried: Tried) -> str:
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


def shown(
    bench: Bench,
    made: Rows,
    about: domains.Domains,
    rules: Mapping[Name, Rules],
    seconds: float,
) -> Witness | None:
    # Seen twice, or it was chance; then made small, and run a last time as it is shown.
    def tried(candidate: Rows) -> Tried:
        return trials.settled(bench, candidate, _SECONDS)

    def differs(candidate: Rows) -> bool:
        return tried(candidate).finding is Finding.DIFFERENT

    if not differs(made):
        return None
    spoken = frozenset(re.findall(r"\w+", f"{bench.first} {bench.second}".lower()))
    small = minimise.minimised(made, rules, about, differs, spoken, seconds)
    last = tried(small)
    if last.finding is not Finding.DIFFERENT:
        small, last = made, tried(made)
        if last.finding is not Finding.DIFFERENT:
            return None
    database = minimise.shown(rows.database(small, rules), rules, spoken)
    return Witness(database, last.first, last.second)


def difference(found: Witness, bench: Bench) -> str:
    first, second = found.first, found.second
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
