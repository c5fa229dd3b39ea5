"""Which forms of a statement are offered, in which order, and what has to speak for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ide.optimise.made_up import Costs, Judgement, statement, swap
from sureql.equivalence.model import Kind
from sureql.ide.optimise import evidence, optimise, rulebook
from sureql.ide.optimise.model import Candidate, Means
from sureql.ide.optimise.rewrite import Rewrite
from sureql.ports.plan import IndexIdea, Node, Plan
from sureql.text.edits import apply_edits


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judgement:
    made = Judgement()
    monkeypatch.setattr(evidence.compare, "compare", made)
    return made


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Rewrite]:
    made: dict[str, Rewrite] = {}
    monkeypatch.setattr(rulebook, "REWRITES", made)
    return made


def run(text: str, price: Mapping[str, float] | None = None, **more: object) -> list[Candidate]:
    """The candidates; `price` takes off the cost of 100 what stands in it for each word of the text
    that it has."""
    planner = None
    if price is not None:
        planner = Costs(
            lambda said: 100.0 - sum(off for word, off in price.items() if word in said)
        )
    means = Means(planner=planner, **{"executor": _none, **more})  # type: ignore[arg-type]
    return list(optimise.optimise(statement(text), means))


def _none(*_: object) -> None:
    raise AssertionError("the comparison is made up")


def test_steps_are_put_together(known: dict[str, Rewrite], judged: Judgement) -> None:
    known |= {"first": swap("a = 1", "b = 1"), "second": swap("c = 2", "d = 2")}
    best, *others = run("SELECT a FROM t\nWHERE a = 1 -- one\n  AND c = 2")
    assert best.sql == "SELECT a FROM t\nWHERE b = 1 -- one\n  AND d = 2"
    assert set(best.rewrites) == {"first", "second"}
    assert best.gain == 4.0
    assert [one.sql for one in others if one.sql == best.sql] == []


def test_the_edits_touch_only_what_changed(known: dict[str, Rewrite], judged: Judgement) -> None:
    known |= {"first": swap("a = 1", "b = 1"), "second": swap("b = 1 ", "b  =  1 ")}
    text = "SELECT a /* keep */ FROM t WHERE a = 1 -- keep\n"
    for one in run(text):
        assert apply_edits(statement(text).text, one.edits) == one.sql
        assert all("keep" not in edit.span.of(text) for edit in one.edits)


def test_a_step_that_one_other_makes_possible_is_found(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {
        "opens": swap("a = 1", "b = 1", enabling=True, usual=1.0),
        "uses": swap("b = 1", "c = 1"),
    }
    best = run("SELECT a FROM t WHERE a = 1", {"c = 1": 60})[0]
    assert best.rewrites == ("opens", "uses")


def test_what_gains_nothing_is_left_out(known: dict[str, Rewrite], judged: Judgement) -> None:
    known |= {"good": swap("a = 1", "b = 1"), "idle": swap("c = 2", "d = 2")}
    (one,) = run("SELECT a FROM t WHERE a = 1 AND c = 2", {"b = 1": 50, "d = 2": 1})
    assert one.rewrites == ("good",)
    assert one.cost is not None
    assert one.cost.factor == 2.0


def test_what_the_plan_does_not_show_to_be_cheaper_is_dropped(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known["said"] = swap("a = 1", "b = 1", usual=50.0)
    assert run("SELECT a FROM t WHERE a = 1", {"b = 1": 4}) == []
    assert len(run("SELECT a FROM t WHERE a = 1", {"b = 1": 6})) == 1


@pytest.mark.parametrize(("off", "offered"), [(20, 0), (40, 1)])
def test_what_was_measured_to_be_slower_here_needs_a_plan_that_is_much_cheaper(
    known: dict[str, Rewrite], judged: Judgement, off: float, offered: int
) -> None:
    known["slow"] = swap("a = 1", "b = 1", worth={"postgres": 0.5})
    assert run("SELECT a FROM t WHERE a = 1") == []
    assert len(run("SELECT a FROM t WHERE a = 1", {"b = 1": off})) == offered


@pytest.mark.parametrize(("unit", "offered"), [("planner units", 1), ("rows read", 0)])
def test_fewer_rows_alone_are_no_reason(
    known: dict[str, Rewrite], judged: Judgement, unit: str, offered: int
) -> None:
    known["unmeasured"] = swap("a = 1", "b = 1", usual=1.0)
    planner = Costs(lambda text: 10.0 if "b = 1" in text else 100.0, unit=unit)
    means = Means(executor=_none, planner=planner)  # type: ignore[arg-type]
    assert len(optimise.optimise(statement("SELECT a FROM t WHERE a = 1"), means)) == offered


def test_what_the_engine_refuses_is_not_offered(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {"bad": swap("a = 1", "b = 1"), "good": swap("a = 1", "c = 1")}
    planner = Costs(lambda text: None if "b = 1" in text else 9.0 if "c = 1" in text else 100.0)
    means = Means(executor=_none, planner=planner)  # type: ignore[arg-type]
    offered = optimise.optimise(statement("SELECT a FROM t WHERE a = 1"), means)
    assert [one.sql for one in offered] == ["SELECT a FROM t WHERE c = 1"]


def test_what_does_not_parse_or_has_unknown_names_is_not_even_planned(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {
        "broken": swap("a = 1", "a = = 1"),
        "unknown": swap("a = 1", "nobody = 1"),
        "two": swap("a = 1", "a = 1; SELECT 1"),
        "changes": swap("SELECT a FROM t", "DELETE FROM t"),
    }
    planner = Costs(lambda text: 1.0 if "a = 1" not in text else 100.0)
    means = Means(executor=_none, planner=planner)  # type: ignore[arg-type]
    assert optimise.optimise(statement("SELECT a FROM t WHERE a = 1"), means) == ()
    assert planner.asked == ["SELECT a FROM t WHERE a = 1"]


def test_all_places_of_one_rewrite_are_one_form(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known["each"] = swap(r"(\w) \+ 0", r"\1")
    text = "SELECT a + 0, b + 0, c + 0, d + 0, e + 0, a + 0 FROM t"
    cheap = {f"{name} + 0": -10.0 for name in "abcde"}
    best = run(text, cheap)[0]
    assert best.sql == "SELECT a, b, c, d, e, a FROM t"
    assert best.rewrites == ("each",)


@pytest.mark.parametrize("proved", [True, False])
def test_a_difference_is_never_offered(
    known: dict[str, Rewrite], judged: Judgement, proved: bool
) -> None:
    known["wrong"] = swap("a = 1", "b = 1", proved=proved)
    judged.kinds = {"b = 1": Kind.DIFFERENT}
    told: list[Candidate] = []
    assert run("SELECT a FROM t WHERE a = 1", refuted=told.append) == []
    assert [one.verdict.kind for one in told] == [Kind.DIFFERENT]


@pytest.mark.parametrize(("proved", "offered"), [(True, [Kind.PROVED]), (False, [])])
def test_where_nothing_is_known_only_proofs_count(
    known: dict[str, Rewrite], judged: Judgement, proved: bool, offered: list[Kind]
) -> None:
    known["some"] = swap("a = 1", "b = 1", proved=proved)
    judged.kinds = {"b = 1": Kind.INCONCLUSIVE}
    found = run("SELECT a FROM t WHERE a = 1")
    assert [one.verdict.kind for one in found] == offered
    assert all(one.proved for one in found)


def test_one_unproved_step_makes_the_whole_unproved(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {"sure": swap("a = 1", "b = 1"), "not": swap("c = 2", "d = 2", proved=False)}
    best = run("SELECT a FROM t WHERE a = 1 AND c = 2")[0]
    assert best.verdict.kind is Kind.NO_DIFFERENCE
    assert not best.proved
    assert best.preconditions == ("Nobody minds d = 2.",)


def test_the_rest_is_offered_where_one_step_fails(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {
        "sure": swap("a = 1", "b = 1"),
        "unsure": swap("c = 2", "d = 2", proved=False, usual=9.0),
    }
    judged.kinds = {"d = 2": Kind.INCONCLUSIVE}
    (one,) = run("SELECT a FROM t WHERE a = 1 AND c = 2")
    assert one.rewrites == ("sure",)


def test_each_unproved_step_is_compared_and_all_of_them_together(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {
        "first": swap("a = 1", "b = 1", proved=False),
        "last": swap("b = 1", "c = 1", proved=False),
    }
    run("SELECT a FROM t WHERE a = 1", {"c = 1": 50})
    one, two, three = (f"SELECT a FROM t WHERE {name} = 1" for name in "abc")
    assert judged.asked[:3] == [(one, two), (two, three), (one, three)]


def test_candidates_are_told_as_soon_as_there_is_evidence(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {"first": swap("a = 1", "b = 1"), "second": swap("a = 1", "c = 1")}
    events: list[str] = []
    judged.on_asked = lambda: events.append("compared")
    run("SELECT a FROM t WHERE a = 1", found=lambda one: events.append("found"))
    assert events == ["compared", "found", "compared", "found"]


def test_no_more_than_wanted(known: dict[str, Rewrite], judged: Judgement) -> None:
    known |= {name: swap("a = 1", f"{name} = 2") for name in "bcde"}
    assert len(run("SELECT a FROM t WHERE a = 1")) == 3
    assert len(run("SELECT a FROM t WHERE a = 1", most=1)) == 1


def test_nothing_is_begun_once_it_is_cancelled(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {name: swap("a = 1", f"{name} = 2") for name in "bcde"}
    assert run("SELECT a FROM t WHERE a = 1", cancelled=lambda: True) == []
    assert judged.asked == []
    told: list[Candidate] = []
    stopped = run("SELECT a FROM t WHERE a = 1", found=told.append, cancelled=lambda: bool(told))
    assert len(stopped) == len(told) == 1


def test_advice_comes_last_and_is_never_compared(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {
        "ask": swap("OFFSET 9", "", caller="Remember the last row.", usual=70.0),
        "good": swap("a = 1", "b = 1", usual=1.2),
    }
    good, ask = run("SELECT a FROM t WHERE a = 1 OFFSET 9")
    assert good.rewrites == ("good",)
    assert ask.caller == "Remember the last row."
    assert ask.verdict.kind is Kind.INCONCLUSIVE
    assert all("OFFSET 9" in second for _, second in judged.asked)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t WHERE a = 1 FOR UPDATE",
        "SELECT a FROM t WHERE a = 1 AND random() < 1",
        "WITH gone AS (DELETE FROM t WHERE a = 1 RETURNING a) SELECT a FROM gone",
        "UPDATE t SET b = 2 WHERE a = 1",
        "INSERT INTO t SELECT * FROM t WHERE a = 1",
        "EXPLAIN SELECT a FROM t WHERE a = 1",
        "SELECT a INTO u FROM t WHERE a = 1",
        "SELECT a FROM t WHERE a = 1 AND nextval('s') > 1",
        "SELECT a FROM t WHERE a = 1 AND nobody = 2",
        "SELECT a FROM t WHERE a = 1 AND",
    ],
)
def test_statements_that_are_left_alone(
    known: dict[str, Rewrite], judged: Judgement, text: str
) -> None:
    known["any"] = swap("a = 1", "b = 1")
    assert run(text) == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("SELECT a FROM t WHERE a = ? AND a = 1", True),
        ("SELECT a FROM t WHERE b = ?", False),
        ("SELECT a FROM t WHERE c = :name", True),
    ],
)
def test_parameters_known_by_their_order_are_neither_moved_nor_copied(
    known: dict[str, Rewrite], judged: Judgement, text: str, offered: bool
) -> None:
    known |= {
        "other": swap("a = 1", "b = 1"),
        "copies": swap(r"b = \?", "b = ? AND c = ?"),
        "named": swap("c = :name", "c = :name AND d = :name"),
    }
    found = optimise.optimise(statement(text, "sqlite"), Means(executor=_none))  # type: ignore[arg-type]
    assert bool(found) == offered


class Changing(Costs):
    """Another plan for each text."""

    def plan(self, query: str, indexes: tuple[IndexIdea, ...] = ()) -> Plan:
        return replace(super().plan(query, indexes), root=Node(query))


@pytest.mark.parametrize(
    ("planner", "cost", "is_offered"),
    [(Changing, 100.0, True), (Changing, 110.0, False), (Costs, 100.0, False)],
    ids=["another plan for the same", "a dearer plan", "the same plan"],
)
def test_what_was_measured_to_gain_much_counts_where_the_plan_costs_the_same(
    known: dict[str, Rewrite],
    judged: Judgement,
    planner: type[Costs],
    cost: float,
    is_offered: bool,
) -> None:
    known |= {"good": swap("a = 1", "b = 1", usual=2.0)}
    costs = planner(lambda said: cost if "b = 1" in said else 100.0)
    means = Means(planner=costs, executor=_none)  # type: ignore[arg-type]
    found = optimise.optimise(statement("SELECT a FROM t WHERE a = 1"), means)
    assert bool(found) == is_offered


def test_what_is_run_before_it_is_shown_may_have_a_dearer_plan(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known |= {"measured": swap("a = 1", "b = 1"), "guessed": swap("c = 2", "d = 2", usual=1.0)}
    text = "SELECT a FROM t WHERE a = 1 AND c = 2"
    dearer = {"b = 1": -50, "d = 2": -50}
    assert run(text, dearer) == []
    (one,) = run(text, dearer, to_be_run=True)
    assert one.rewrites == ("measured",)


def test_what_only_a_run_can_tell_is_tried_where_forms_are_run(
    known: dict[str, Rewrite], judged: Judgement
) -> None:
    known["fence"] = replace(swap("a = 1", "b = 1"), to_be_run=True)
    text = "SELECT a FROM t WHERE a = 1"
    assert run(text, {"b = 1": 50}) == []
    assert [one.sql for one in run(text, {"b = 1": 50}, to_be_run=True)] == [
        "SELECT a FROM t WHERE b = 1"
    ]
