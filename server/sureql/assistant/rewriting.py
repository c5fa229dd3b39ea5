"""A faster form of a query, as a model proposes it: checked like our own rewrites.

What a proposal does wrong goes back to the model, twice at most: an error, or a small database on
which it returns other rows. What fails then is not shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from sureql.assistant import extract, generate, permitted, whole
from sureql.assistant.generate import Means
from sureql.assistant.permitted import Reach
from sureql.assistant.whole import Bounds
from sureql.equivalence import witness
from sureql.equivalence.model import Kind, Verdict
from sureql.ide.optimise.model import Candidate
from sureql.ports.provider import Turn
from sureql.prompt import build
from sureql.prompt.model import Place
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement

Check = Callable[[str], Awaitable["Candidate | Verdict"]]
"""Compares a proposal with the statement, in another process: what may be offered, or why not."""

NONE_KNOWN = "The model knows no faster form."
_SAME = "That is the query as it was."
_SLOWER = "The engine does not expect that to be faster."


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What may be offered, or a `message` that says why there is nothing. `refuted` proposals were
    shown to return other rows."""

    candidate: Candidate | None = None
    message: str = ""
    refuted: int = 0


async def rewritten(
    place: Place,
    part: Statement,
    facts: Sequence[str],
    means: Means,
    check: Check,
    path: str = "",
) -> Rewritten:
    """A faster form of the query `part`; `facts` are sentences about what it costs now.

    Raises ModelError if the model gives no answer.
    """
    prompt = await build.rewrite(place, part.span, facts, means.limits, means.within, means.count)
    if prompt.withheld:
        return Rewritten(message=f"{prompt.withheld}.".replace("..", "."))
    ask, dialect = prompt.ask, place.snapshot.script.dialect
    wrong, refuted = "", 0
    for _ in range(generate.MOST_REPAIRS + 1):
        answer = await means.model.answer(ask, path)
        proposed = extract.statements(answer, dialect)
        if proposed.no_data:
            return Rewritten(message=NONE_KNOWN, refuted=refuted)
        sql = _bare(next(iter(proposed.candidates), ""), dialect)
        wrong = _forbidden(sql, place, part, means)
        if not wrong:
            found = await check(sql)
            if isinstance(found, Candidate):
                return Rewritten(found, refuted=refuted)
            refuted += found.kind is Kind.DIFFERENT
            wrong = _told(found)
        said = Turn("assistant", sql or answer[: generate.LONGEST_WISH])
        ask = replace(ask, turns=(*ask.turns, said, Turn("user", _feedback(wrong))))
    first = wrong.split("\n", 1)[0]
    return Rewritten(
        message=f"No rewrite passed the checks: {generate.lowered(first)}", refuted=refuted
    )


def _bare(candidate: str, dialect: Dialect) -> str:
    return extract.without_comments(candidate, dialect).rstrip().rstrip(";").rstrip()


def _forbidden(sql: str, place: Place, part: Statement, means: Means) -> str:
    """Why a proposal is not even compared, '' if nothing speaks against that."""
    dialect = place.snapshot.script.dialect
    if not sql:
        return "There is no query in the answer."
    if wrong := permitted.exceeds(sql, part.text, dialect):
        return wrong
    schema = place.snapshot.catalog_at(part)
    bounds = Bounds(
        place.snapshot, place.offset, (), Reach.READ, place.hidden, means.judges_of(place.snapshot)
    )
    return whole.unmentionable(sql, schema, bounds, part.text)


def _told(found: Verdict) -> str:
    """What is wrong with a compared proposal; a witness has rows of ours only, none of the user's."""
    if found.kind is Kind.DIFFERENT and found.witness is not None:
        return f"It returns other rows, for example here:\n{witness.render(found.witness)}"
    return found.reason or (_SLOWER if found.same else _SAME)


def _feedback(wrong: str) -> str:
    return (
        f"That query can't be used. {wrong}\nAnswer with another query only, one that returns the same "
        "rows in every case."
    )
