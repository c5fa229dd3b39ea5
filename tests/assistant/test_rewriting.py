"""Faster queries that a model proposes: compared like ours, with the witness sent back."""

from __future__ import annotations

from support.scripted_model import ScriptedModel, means, place
from sureql.assistant import rewriting
from sureql.assistant.rewriting import Rewritten
from sureql.equivalence.model import Kind, Verdict, Witness
from sureql.ide.optimise.model import Candidate
from sureql.ports.executor import Outcome, Table

QUERY = "SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album)"
BETTER = (
    "SELECT name FROM artist a WHERE EXISTS (SELECT 1 FROM album b WHERE b.artist_id = a.artist_id)"
)
WITNESS = Witness(
    (Table("", "artist", ("artist_id", "name"), ((1, "Zyzzyx"),)),),
    Outcome(("name",), ("TEXT",), (("Zyzzyx",),)),
    Outcome(("name",), ("TEXT",), ()),
)
DIFFERENT = Verdict(Kind.DIFFERENT, 3, witness=WITNESS, reason="The second returns fewer rows.")


async def rewritten(*answers: str, refusing: int = 0) -> tuple[Rewritten, ScriptedModel, list[str]]:
    """What comes of the answers, the first `refusing` proposals of which return other rows."""
    here, model, compared = place(QUERY), ScriptedModel(*answers), []

    async def check(sql: str) -> Candidate | Verdict:
        compared.append(sql)
        if len(compared) <= refusing:
            return DIFFERENT
        return Candidate(("model",), "t", sql, (), Verdict(Kind.NO_DIFFERENCE, 100))

    part = here.snapshot.script.statements[-1]
    return (
        await rewriting.rewritten(here, part, ("It is slow.",), means(model, here), check),
        model,
        compared,
    )


async def test_a_proposal_that_holds_up_is_offered() -> None:
    made, model, compared = await rewritten(f"```sql\n{BETTER};\n```")
    assert made.candidate is not None
    assert made.candidate.sql == BETTER
    assert compared == [BETTER]
    assert QUERY in model.told[0]
    assert "It is slow." in model.told[0]


async def test_a_witness_goes_back_and_a_second_proposal_may_do() -> None:
    made, model, compared = await rewritten("SELECT name FROM artist", BETTER, refusing=1)
    assert made.candidate is not None
    assert compared == ["SELECT name FROM artist", BETTER]
    assert "Zyzzyx" in model.told[1]
    assert made.refuted == 1


async def test_it_is_asked_three_times_and_no_more() -> None:
    made, model, compared = await rewritten("SELECT name FROM artist", refusing=9)
    assert made.candidate is None
    assert made.message.startswith("No rewrite passed the checks: ")
    assert len(model.asked) == len(compared) == 3
    assert made.refuted == 3


async def test_what_is_no_query_is_not_even_compared() -> None:
    for answer in ("DELETE FROM artist", "I can't.", "", "SELECT load_extension('x')"):
        made, _, compared = await rewritten(answer)
        assert made.candidate is None
        assert compared == []


async def test_a_model_may_know_of_none() -> None:
    made, model, _ = await rewritten("-- NO DATA: it is as fast as can be")
    assert made == Rewritten(message=rewriting.NONE_KNOWN)
    assert len(model.asked) == 1


async def test_nothing_is_told_of_tables_that_are_to_be_ignored() -> None:
    here, model = place(QUERY, hidden=("album",)), ScriptedModel(BETTER)

    async def check(sql: str) -> Candidate | Verdict:
        raise AssertionError

    part = here.snapshot.script.statements[-1]
    made = await rewriting.rewritten(here, part, (), means(model, here), check)
    assert made.candidate is None
    assert model.asked == []
