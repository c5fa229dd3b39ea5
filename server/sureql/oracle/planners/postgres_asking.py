"""How a plan is asked of PostgreSQL, be it the user's own database or an empty copy.

The statement is sent as `PREPARE … AS statement`, which takes only queries and changes of rows, by
the protocol that takes only one statement; then `EXPLAIN EXECUTE` plans it. Nothing of it is run. With
parameters it is the plan for any values that is asked for.
"""

from __future__ import annotations

from sureql.oracle.planners.asked import Asked, with_numbers
from sureql.oracle.postgres.link import Link, LinkLost, Refusal, Rows
from sureql.ports.errors import PlanError

NAME = "sureql_plan"
TIMED_OUT = "57014"
"""The error's code when a limit of time ended a statement."""


def explained(link: Link, found: Asked, seconds: float) -> str:
    """The plan's JSON. The link must be in a transaction, which stays as it is or is aborted.

    Raises PlanError with what the server says.
    """
    text, count = with_numbers(found)
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    generic = ["SET LOCAL plan_cache_mode = force_generic_plan"] if count else []
    answers = answered(
        link,
        [
            *generic,
            f"PREPARE {NAME} AS {text}",
            f"EXPLAIN (FORMAT JSON) EXECUTE {NAME}{values}",
            f"DEALLOCATE {NAME}",
        ],
        seconds,
    )
    return "\n".join(line for (line,) in answers[-2])


def answered(link: Link, commands: list[str], seconds: float) -> list[Rows]:
    """The rows of each command; the first that is refused raises PlanError."""
    try:
        answers = link.run(commands, seconds)
    except LinkLost as error:
        raise PlanError(f"The PostgreSQL server was lost: {error}".rstrip(".: ") + ".") from error
    found: list[Rows] = []
    for answer in answers:
        if isinstance(answer, Refusal):
            raise PlanError(sentence(answer))
        found.append(answer)
    return found


def sentence(refusal: Refusal, doing: str = "plan") -> str:
    """What the server says against planning or running, for the user."""
    if refusal.code == TIMED_OUT:
        return f"The server took too long to {doing} this."
    if refusal.code == "55P03":
        return "A table is locked by somebody else: try again later."
    return f"PostgreSQL does not {doing} this: {refusal.message}."
