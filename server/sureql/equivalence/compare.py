"""The comparison of two queries: a proof if there is one, else databases that would tell them apart."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.equivalence import parameters, repeatable, search, subject
from sureql.equivalence.model import Coverage, Kind, Means, Question, Verdict
from sureql.equivalence.prove import proof
from sureql.equivalence.repeatable import Obstacle
from sureql.equivalence.task import Task
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Table
from sureql.syntax import dialects


def compare(question: Question, means: Means) -> Verdict:
    """Whether the two statements return the same rows. Raises nothing for what they say.

    The same seed gives the same databases as long as the engine is as quick: what a database showed,
    and so how those after it are made, depends on what there was time to ask of it.
    """
    # What dbt tests now and then is no reason for anything.
    question = replace(question, schema=question.schema.enforced())
    try:
        return _compare(question, means)
    except RecursionError:
        return Verdict(Kind.INCONCLUSIVE, reason="The statements are nested too deeply.")


def _compare(question: Question, means: Means) -> Verdict:
    started = time.monotonic()
    sentence = _proof(question)
    if sentence:
        return Verdict(Kind.PROVED, reason=sentence)
    rules = dialects.get(question.dialect)
    pairs = parameters.bound(question.first, question.second, question.schema, rules.name)
    try:
        subjects = [subject.of(*pair, question.schema, rules.name) for pair in pairs]
    except subject.Unfit as unfit:
        return Verdict(Kind.INCONCLUSIVE, reason=str(unfit))
    about = subjects[0]
    obstacles = [
        one
        for tree in (about.first, about.second)
        for one in repeatable.obstacles(tree, rules, question.schema)
    ]
    forbidding = repeatable.forbidding(tuple(obstacles))
    if forbidding is not None:
        return Verdict(Kind.INCONCLUSIVE, reason=forbidding.sentence)
    if means.executor is None:
        return Verdict(Kind.INCONCLUSIVE, reason="There is no engine here to run the queries on.")
    try:
        executor = means.executor(question.schema, about.relations)
    except JudgeError as error:
        return Verdict(Kind.INCONCLUSIVE, reason=str(error))
    # Proofs and engines take their time, too; half of it is for the databases all the same.
    seconds = max(question.seconds - (time.monotonic() - started), question.seconds / 2)
    try:
        found = []
        for pair, one in zip(pairs, subjects, strict=True):
            task = Task(
                *pair,
                one,
                question.schema,
                rules,
                seconds / len(pairs),
                question.seed,
                question.columns,
                next((item.sentence for item in obstacles if _leaves_open(item)), ""),
            )
            found.append(search.search(task, executor, means))
            if found[-1].kind is not Kind.NO_DIFFERENCE:
                break
    finally:
        executor.close()
    verdict = _together(found)
    assumed = [*about.assumed, *verdict.assumed, *_assumed(obstacles)]
    if len(pairs) > 1:
        assumed.append(f"{len(pairs)} sets of values were tried for the parameters.")
    if " standing in for " in verdict.engine:
        assumed.append(f"It ran on {verdict.engine}.")
    verdict = replace(verdict, assumed=tuple(dict.fromkeys(assumed)))
    return _weighed(verdict, about, question.schema)


def _proof(question: Question) -> str | None:
    return proof.proof(question)


def _assumed(obstacles: Sequence[Obstacle]) -> list[str]:
    return [one.sentence for one in obstacles if one.kind is not repeatable.Kind.COLLATION]


def _weighed(verdict: Verdict, about: subject.Subject, schema: catalog.Catalog) -> Verdict:
    # A difference that contents which cannot be may explain is none.
    if verdict.kind is not Kind.DIFFERENT or verdict.witness is None:
        return verdict
    if len(verdict.witness.first.columns) != len(verdict.witness.second.columns):
        return verdict
    if about.views and verdict.witness.database:
        reason = "They differ if the views may have any contents, which they may not."
        return replace(verdict, kind=Kind.INCONCLUSIVE, reason=reason)
    shown = [
        f"`{table.name}.{column}`"
        for table in verdict.witness.database
        for column in table.columns
        if (table.schema, table.name, column) in about.domains
    ]
    if shown:
        reason = f"They differ if {shown[0]} may hold any value, which its domain may forbid."
        return replace(verdict, kind=Kind.INCONCLUSIVE, reason=reason)
    index = next(filter(None, (_forbidding(one, schema) for one in verdict.witness.database)), None)
    if index is not None:
        reason = (
            f"They differ if rows may be there that the unique index `{index.name}` may forbid."
        )
        return replace(verdict, kind=Kind.INCONCLUSIVE, reason=reason)
    return verdict


def _forbidding(table: Table, schema: catalog.Catalog) -> catalog.Index | None:
    """A unique index of which not all is known (a condition, an expression) that may not allow the
    rows of a witness. A column that is not shown may have any value."""
    relation = schema.find([table.schema, table.name])
    shown = [schema.key(name) for name in table.columns]
    for index in relation.indexes if relation is not None else ():
        columns = [schema.key(name) for name in index.columns]
        if not index.unique or index.plain or not set(columns) <= set(shown):
            continue
        places = [shown.index(name) for name in columns]
        rows = [[_folded(row[place]) for place in places] for row in table.rows]
        rows = [row for row in rows if None not in row]
        if any(rows.count(row) > 1 for row in rows):
            return index
    return None


def _folded(value: object) -> object:
    # The index may have a collation to which case is all the same.
    return value.lower() if isinstance(value, str) else value


def _leaves_open(one: Obstacle) -> bool:
    doubtful = (repeatable.Kind.CHOICE, repeatable.Kind.UNKNOWN)
    return one.kind in doubtful and not one.outermost


def _together(found: Sequence[Verdict]) -> Verdict:
    # The last one decides: the others found no difference.
    last = found[-1]
    if len(found) == 1 or last.kind is not Kind.NO_DIFFERENCE:
        return last
    parts = [one.coverage for one in found]
    whole = Coverage(
        min(one.non_empty for one in parts),
        sum(one.branches for one in parts),
        sum(one.all_branches for one in parts),
        sum(one.killed for one in parts),
        sum(one.mutants for one in parts),
    )
    return replace(last, databases=sum(one.databases for one in found), coverage=whole)
