"""What is wrong with SQL that a program puts together from variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sureql.hosts.embedding import Embedding
from sureql.hosts.model import Origin, Region
from sureql.ide.model import Diagnostic
from sureql.ide.spliced import expressions, places, trusted
from sureql.ide.spliced.expressions import Expression
from sureql.ide.spliced.places import Place, Stands
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

CODE = "built-sql"
_LONGEST = 60
_CALLED = {
    Stands.VALUE: "Pass it as a parameter.",
    Stands.PART: "Put the whole text together before, and pass it as a parameter.",
    Stands.LIST: "Pass each value as a parameter of its own.",
}


@dataclass(frozen=True, slots=True)
class Spliced:
    """One expression that others may have chosen, in `region`, whose SQL begins at `start`."""

    region: Region
    start: int
    expression: Expression
    place: Place


def of(embedding: Embedding, dialect: Dialect) -> tuple[Diagnostic, ...]:
    """The diagnostics of a host file; spans are in the SQL text."""
    return tuple(
        _diagnostic(one, one.place.span.shift(one.start)) for one in spliced(embedding, dialect)
    )


def spliced(embedding: Embedding, dialect: Dialect, *, trusting: bool = True) -> Iterator[Spliced]:
    """Every value and name that the program puts into its SQL; with `trusting` only those that are
    not certainly its own."""
    for region, part in zip(embedding.regions, embedding.parts, strict=True):
        if region.parameters or region.origin is not Origin.CALL or not region.holes:
            continue
        holes = tuple(hole.sql for hole in region.holes)
        found = places.of(region.text, holes, dialect)
        if all(place.stands is Stands.FRAGMENT for place in found):
            continue
        file = trusted.known(embedding.host)
        listed = expressions.of(embedding.host, region)
        for expression, place in zip(listed, found, strict=True):
            if place.stands is Stands.FRAGMENT or not expression.text:
                continue
            if place.stands is Stands.NAME and "join" in expression.text:
                continue
            if place.stands is Stands.LIST and not _is_list_of_values(expression.text):
                # Most often it holds as many marks as there are values.
                continue
            if not trusting or not _is_trusted(expression, file, region):
                yield Spliced(region, part.start, expression, place)


def _is_trusted(expression: Expression, file: trusted.Known, region: Region) -> bool:
    at = region.host.start + expression.hole.host.start
    return expression.number or trusted.is_trusted(expression.text, file, at)


def _is_list_of_values(text: str) -> bool:
    return "join" in text or text.startswith(("tuple(", "list("))


def _diagnostic(one: Spliced, span: Span) -> Diagnostic:
    text = " ".join(one.expression.text.split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if one.place.stands is Stands.NAME:
        message = (
            f"`{text}` becomes a name in this statement, which no parameter can be. "
            "Choose it from names that the program knows, or quote it as the driver does."
        )
        return Diagnostic(span, CODE, message, "hint")
    message = (
        f"`{text}` becomes a part of this statement's text: whoever chooses its value can change "
        f"what the statement does. {_CALLED[one.place.stands]}"
    )
    return Diagnostic(span, CODE, message, "warning")
