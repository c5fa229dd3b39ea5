"""The types of parameters that an engine inferred while it judged a statement."""

from __future__ import annotations

from sureql.ide.diagnostics.verdicts import asked, units
from sureql.ports.judge import Judgement, Ruling
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind


def hints(
    statement: Statement, judgement: Judgement | None, dialect: Dialect, engine: str
) -> tuple[tuple[int, str], ...]:
    """What to show behind a place: the type behind each parameter.

    Offsets are the statement's. Nothing if `engine` refused the statement or was not asked.
    """
    asks = asked.of(statement, dialect, engine)
    if judgement is None or judgement.ruling is not Ruling.ACCEPTED or asks is None:
        return ()
    found = units.of(asks.patched.text, dialect)
    parameters = [
        token
        for token in found.tokens
        if token.kind is Kind.PARAMETER and asks.holds(asks.patched.back(token.span))
    ]
    numbers: dict[str, int] = {}
    out = []
    for token in parameters:
        number = numbers.get(token.text, len(set(numbers.values())))
        if token.text[1:].isdigit():
            number = int(token.text[1:]) - 1
        if token.text != "?":
            numbers[token.text] = number
        else:
            numbers[f"?{token.start}"] = number
        if 0 <= number < len(judgement.parameters) and judgement.parameters[number]:
            end = asks.patched.back(token.span).end
            out.append((end, judgement.parameters[number]))
    return tuple(out)
