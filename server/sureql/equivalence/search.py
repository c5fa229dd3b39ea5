"""Runs both statements on database after database until they differ or enough has been seen."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from sureql.equivalence import coverage, findings, generator, ordering, rows, trials, verdicts
from sureql.equivalence import task as tasks
from sureql.equivalence.coverage import Ledger
from sureql.equivalence.model import Kind, Means, Verdict, Witness
from sureql.equivalence.mutants import Mutant
from sureql.equivalence.prove import proof
from sureql.equivalence.rows import Rows
from sureql.equivalence.task import Task
from sureql.equivalence.trials import Bench, Finding, Tried
from sureql.ports.executor import Executor

_ONE_DATABASE = 1.0
_MOST_KEPT = 40
_MOST_DATABASES = 3000
_MOST_FAILED = 6
_MOST_REFUSED = 60
_DEAR = 0.003
_SIFTED_AFTER = 30
_SIFTING = 0.25


def search(task: Task, executor: Executor, means: Means) -> Verdict:
    """The verdict of the databases alone: never PROVED."""
    until = time.monotonic() + task.seconds
    chance = random.Random(task.seed)
    subject = task.subject
    rules = {(one.schema, one.name): rows.rules_of(one, task.dialect) for one in subject.relations}
    qualified = [tasks.qualified(tree, task) for tree in (subject.first, subject.second)]
    trees = [qualified[0] or tasks.bare(subject.first), qualified[1] or tasks.bare(subject.second)]
    about = tasks.domains_of(trees, task)
    maker = generator.Generator(trees, task.schema, rules, about, tasks.sizes(trees), chance)
    order = ordering.of(subject.first, task.dialect)
    plain = tasks.bare(subject.first)
    assert isinstance(plain, exp.Query)
    ledger = coverage.ledger(plain, qualified[0], order, task.schema, task.dialect, chance)
    bench = trials.bench(executor, task, rules, order)
    good: list[Rows] = []
    quiet, refusals, refusal, newly, loose, failed, open_choice = 0, 0, "", False, False, 0, False
    for number in range(_MOST_DATABASES):
        left = until - time.monotonic()
        if left <= 0 or means.cancelled():
            break
        if verdicts.done(ledger, quiet) and not _order_doubt(task, ledger, trees):
            break
        maker.dear = ledger.cost > _DEAR
        made = maker.next(good)
        others = ledger.queries()
        start = time.monotonic()
        tried = _tried(bench, ledger, made, others, min(left, _ONE_DATABASE))
        ledger.spent((time.monotonic() - start) / (len(tried.others) + 2))
        if number == 0 and (sentence := findings.unrunnable(tried, executor)):
            return Verdict(Kind.INCONCLUSIVE, reason=sentence, engine=executor.engine)
        if number == 0 and task.names and (told := findings.names(task, tried)):
            witness = Witness((), tried.first, tried.second)
            return _verdict(Kind.DIFFERENT, told, ledger, executor, witness)
        if tried.refusal:
            refusals, refusal = refusals + 1, tried.refusal
            if refusals >= _MOST_REFUSED and refusals > 3 * ledger.databases:
                break
            continue
        if tried.first.limited or tried.second.limited:
            failed += 1
            if failed >= _MOST_FAILED and failed > ledger.databases:
                break
            continue
        newly = newly or tried.finding is Finding.FIRST_FAILED
        loose = loose or (tried.open_order and len(tried.first.rows) > 1)
        if tried.finding is Finding.DIFFERENT:
            if trials.settled(bench, made, _ONE_DATABASE).finding is Finding.NOTHING:
                open_choice = True
                continue
            witness_ = findings.shown(bench, made, about, rules, until - time.monotonic())
            if witness_ is None:
                told = "A difference was seen once but not again."
                return _verdict(Kind.INCONCLUSIVE, told, ledger, executor)
            ledger.databases += 1
            told = findings.difference(witness_, bench)
            return _verdict(Kind.DIFFERENT, told, ledger, executor, witness_)
        news = ledger.note(tried)
        if not rules:
            told = "They read no table: one run shows all there is."
            return _verdict(Kind.NO_DIFFERENCE, told, ledger, executor)
        if quiet == _SIFTED_AFTER:
            _sift(task, ledger)
        if news:
            quiet = 0
            good = [*good[-_MOST_KEPT:], made]
        else:
            quiet += 1
            if tried.first.rows and number % 16 == 0:
                good = [*good[-_MOST_KEPT:], made]
        means.tried(ledger.databases)
    end = _End(refusal, newly, loose, failed, open_choice, quiet)
    return _ended(task, ledger, executor, means, end, trees)


def _tried(bench: Bench, ledger: Ledger, made: Rows, others: list[str], seconds: float) -> Tried:
    # Where queries are dear, the further ones run only on databases that give the two something.
    if ledger.cost > _DEAR and others:
        tried = trials.run(bench, made, seconds)
        if tried.finding is not Finding.SAME or ledger.like_empty(tried):
            ledger.asked_nothing()
            return tried
    return trials.run(bench, made, seconds, others)


@dataclass(frozen=True, slots=True)
class _End:
    refusal: str
    newly: bool
    loose: bool
    failed: int
    open_choice: bool
    quiet: int


def _sift(task: Task, ledger: Ledger) -> None:
    # What the prover takes for the first query is no mutant that could be told from it.
    until = time.monotonic() + _SIFTING
    ctes = {one.alias.lower() for one in task.subject.first.find_all(exp.CTE)}
    forms: dict[str, str | None] = {}

    def form(text: str) -> str | None:
        if text not in forms:
            forms[text] = proof.form_of(text, task.schema, task.dialect.name)
        return forms[text]

    def same(text: str, mutant: Mutant) -> bool:
        # Forms of long statements take long: what is not reached counts as a mutant.
        if time.monotonic() > until:
            return False
        inside = mutant.before if mutant.before.parent is not None else None
        if inside is not None and not any(
            t.name.lower() in ctes for t in inside.find_all(exp.Table)
        ):
            # A part that means the same makes the whole do so.
            parts = [one.sql(task.dialect.sqlglot or None) for one in (inside, mutant.after)]
            if (known := form(parts[0])) is not None and known == form(parts[1]):
                return True
        own = form(task.first)
        return own is not None and own == form(text)

    ledger.sift(same)


def _ended(
    task: Task,
    ledger: Ledger,
    executor: Executor,
    means: Means,
    end: _End,
    trees: Sequence[exp.Expr],
) -> Verdict:
    if verdicts.doubt(ledger, end.quiet):
        _sift(task, ledger)
    reason = verdicts.doubt(ledger, end.quiet)
    if means.cancelled():
        reason = "It was cancelled."
    elif not ledger.databases and end.refusal:
        reason = f"{executor.engine} took no generated rows: {end.refusal}"
    elif end.failed > ledger.databases:
        reason = f"{executor.engine} could not run the queries in the time."
    elif end.open_choice:
        reason = (
            f"Differences were seen only where the queries leave the choice open: {task.choice}"
        )
    elif not reason and (told := _null_doubt(task, ledger) or _order_doubt(task, ledger, trees)):
        reason = told
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


def _null_doubt(task: Task, ledger: Ledger) -> str:
    """Of what is computed in two ways some value must have been seen: the elements of an array and
    the members of JSON that a query asks for may never have been there."""
    first, second = task.subject.first.selects, task.subject.second.selects
    if len(first) != len(second) or any(one.is_star for one in (*first, *second)):
        return ""
    for place in sorted(ledger.null or ()):
        if place >= len(first):
            continue
        one, other = first[place].unalias(), second[place].unalias()
        if one != other and not _stated(one) and not _stated(other):
            text = one.sql(task.dialect.sqlglot or None)
            return f"No database gave anything but NULL for `{text}`."
    return ""


def _stated(node: exp.Expr) -> bool:
    # A column as it is, which probes look after, or NULL.
    while isinstance(node, (exp.Cast, exp.Paren)):
        node = node.this
    return isinstance(node, (exp.Column, exp.Null))


def _order_doubt(task: Task, ledger: Ledger, trees: Sequence[exp.Expr]) -> str:
    first, second = task.subject.first, task.subject.second

    def alike(one: exp.Expr, other: exp.Expr, *names: str) -> bool:
        return all(one.args.get(name) == other.args.get(name) for name in names)

    odd = [
        one
        for one in ordering.odd_terms(first, second)
        if one in ordering.odd_terms(trees[0], trees[1]) and _many(task)
    ]
    return verdicts.order_doubt(ledger, odd, alike(first, second, "limit", "offset"))


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
