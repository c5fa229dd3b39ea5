"""Where in the text an engine's message is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sureql.ide.diagnostics.engine_messages.reading import Reading
from sureql.ide.diagnostics.verdicts import units
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_PARTS = re.compile(r'"(?:[^"]|"")*"|[^.]+')
_AHEAD = 40
_SETS = ("UNION", "INTERSECT", "EXCEPT")


@dataclass(frozen=True, slots=True)
class Place:
    """`index` is the token the engine means, `span` what is wrong, in offsets of the asked text.

    `sure` is False if the engine did not say where, and there is more than one candidate.
    """

    index: int
    span: Span
    sure: bool = True


def of_schema(
    reading: Reading, place: Place, found: Text, schemas: Collection[str]
) -> Place | None:
    """Where the schema of an unknown table stands, if it is the schema that does not exist."""
    first, last = units.name(found, place.index)
    if reading.code != "unknown-table" or last - first < 2:
        return None
    name = found.dialect.normalize(found.tokens[last - 2].text)
    known = {one.lower() for one in schemas}
    if name.lower() in known or name.lower().startswith(
        ("pg_", "information_schema", "temp", "main")
    ):
        return None
    return Place(last - 2, found.tokens[last - 2].span)


def place(reading: Reading, offset: int | None, found: Text) -> Place | None:
    """Where the message points; None if that can't be told."""
    if not found.tokens:
        return None
    if offset is None or reading.code == "duplicate-alias":
        places = named(reading, found)
        sure = len(places) == 1 and bool(reading.name)
        return Place(places[0].index, places[0].span, sure) if places else None
    if offset >= found.tokens[-1].end:
        return Place(len(found.tokens) - 1, found.tokens[-1].span)
    index = found.at(offset)
    if reading.at == "value":
        return Place(index, _value(found, index))
    if reading.at in ("name", "qualifier", "call"):
        if not found.is_name(index):
            index = _next_named(reading.name.split(".")[-1], found, index)
        if found.is_name(index):
            return _used(reading, _in_name(reading, found, index), found)
    if reading.at == "operator":
        index = _next_named(reading.name, found, index)
    return Place(index, found.tokens[index].span)


def _next_named(name: str, found: Text, index: int) -> int:
    """The next token that is `name`; engines point at the parenthesis before, or at an operand."""
    wanted = name.strip('"').lower()
    for at in range(index, min(index + _AHEAD, len(found.tokens))):
        if found.dialect.normalize(found.tokens[at].text).lower() == wanted:
            return at
    return index


def _used(reading: Reading, place: Place, found: Text) -> Place:
    """Where an aggregate is used by its alias, if the engine points at its definition."""
    if not reading.code.startswith("misplaced-"):
        return place
    if units.clause(found, place.index) != "SELECT":
        return place
    end = units.item(found, place.index)[1] + 1
    end += found.upper(end) == "AS"
    if not found.is_name(end):
        return place
    alias, level = found.dialect.normalize(found.tokens[end].text).lower(), found.opener[end]
    for at in range(end + 1, len(found.tokens)):
        if found.opener[at] < level:
            break
        same = found.dialect.normalize(found.tokens[at].text).lower() == alias
        if same and found.is_name(at) and units.outer_clause(found, at, level) == "WHERE":
            return Place(at, found.tokens[at].span)
    return place


def named(reading: Reading, found: Text) -> list[Place]:
    """The places that a message without a position may be about, in order."""
    if reading.code in ("insert-arity", "values-arity"):
        return _values(found)
    if reading.code == "set-operation-arity":
        return [
            select_list(found, index)
            for index, token in enumerate(found.tokens)
            if token.is_word("SELECT", "VALUES") and _after_set(found, index)
        ]
    if reading.code == "position-out-of-range" or not reading.at:
        return _terms(reading, found)
    if reading.code == "subquery-columns":
        return [
            select_list(found, index)
            for index, token in enumerate(found.tokens)
            if token.is_word("SELECT")
            and found.upper(index - 1) == "("
            and units.clause(found, found.opener[index]) not in ("FROM", "JOIN", "WITH")
        ]
    if reading.code == "qualified-column":
        return [
            Place(index, found.span(index, index + 2))
            for index in range(1, len(found.tokens) - 2)
            if found.upper(index + 1) == "."
            and found.upper(index - 1) in ("SET", ",")
            and units.clause(found, index) == "SET"
        ]
    words = [part.strip('"') for part in _PARTS.findall(reading.name)]
    if not words:
        return _keywords(reading, found)
    places = [
        _in_name(reading, found, index)
        for index, token in enumerate(found.tokens)
        if found.is_name(index) and _same(found, index, words)
    ]
    if not places:
        return [
            Place(index, token.span)
            for index, token in enumerate(found.tokens)
            if token.upper == reading.name.upper() or token.text == f"'{reading.name}'"
        ]
    if reading.code == "unknown-table":
        places = [one for one in places if units.is_table(found, one.index)]
    elif reading.code == "unknown-column":
        places = [one for one in places if not _named_table(found, one.index)]
    elif reading.code == "duplicate-alias":
        places = [one for one in places if _is_source(found, one.index)][1:]
    elif reading.code == "duplicate-column":
        places = places[1:]
    elif reading.at == "call":
        places = [one for one in places if found.upper(one.index + 1) == "("]
    return places


def _is_source(found: Text, index: int) -> bool:
    """True for the name of a source in FROM or WITH: its alias, or a table without one."""
    if found.upper(index + 1) == ".":
        return False
    if found.upper(index + 1) == "AS" and found.upper(index + 2) in ("(", "MATERIALIZED", "NOT"):
        return True
    return units.is_table(found, index)


def _named_table(found: Text, index: int) -> bool:
    return units.clause(found, index) in ("FROM", "JOIN") and found.upper(index + 1) != "."


def _same(found: Text, index: int, words: list[str]) -> bool:
    for back, word in enumerate(reversed(words)):
        at = index - 2 * back
        if back and (at < 0 or found.upper(at + 1) != "."):
            return len(words) > 2  # A schema that the text leaves out.
        if found.dialect.normalize(found.tokens[at].text).lower() != word.lower():
            return False
    return True


def _in_name(reading: Reading, found: Text, index: int) -> Place:
    first, last = units.name(found, index)
    if reading.at == "qualifier" and last > first:
        return Place(first, found.span(first, last - 2))
    if reading.at == "name" and reading.name:
        wanted = [part.strip('"') for part in _PARTS.findall(reading.name)][-1].lower()
        # `(row).field` has its field behind the parenthesis.
        behind = [at for at in range(last + 2, last + 8) if found.upper(at - 1) == "."]
        for at in (*range(last, first - 1, -2), *behind):
            if at >= len(found.tokens):
                break
            if found.dialect.normalize(found.tokens[at].text).lower() == wanted:
                last = at
                break
    return Place(last, found.tokens[last].span)


def _value(found: Text, index: int) -> Span:
    token = found.tokens[index]
    inner = index + 1
    while token.text == "(" and found.upper(inner) == "(":
        inner += 1
    if token.text == "(" and found.upper(inner) in ("SELECT", "VALUES"):
        return select_list(found, inner).span
    first, last = units.item(found, index)
    if first != index:
        first, last = units.operand(found, index)
    return found.span(index, max(last, index))


def select_list(found: Text, index: int) -> Place:
    """The select list behind the SELECT at `index`."""
    level, first = found.opener[index], index + 1
    last = index
    for at in range(first, len(found.tokens)):
        if found.opener[at] == level and found.upper(at) in units.HEADS:
            break
        if found.closer.get(level) == at:
            break
        last = at
    if last < first:
        return Place(index, found.tokens[index].span)
    return Place(first, found.span(first, last))


def _after_set(found: Text, index: int) -> bool:
    back = index - 1
    while found.upper(back) in ("ALL", "DISTINCT", "BY", "NAME", "("):
        back -= 1
    return found.upper(back) in _SETS


def _values(found: Text) -> list[Place]:
    """The rows of VALUES, the odd ones first; else the select list of an INSERT."""
    out: list[Place] = []
    for index, token in enumerate(found.tokens):
        if not token.is_word("VALUES"):
            continue
        at = index + 1
        rows: list[tuple[int, int, int]] = []
        while found.upper(at) == "(" and at in found.closer:
            end = found.closer[at]
            rows.append((len(units.items(found, at + 1, end, at)), at, end))
            at = end + 2 if found.upper(end + 1) == "," else end + 1
        odd = [one for one in rows if one[0] != rows[0][0]] or rows
        out += [Place(first + 1, found.span(first, last)) for _, first, last in odd]
    if not out:
        out = [
            select_list(found, i) for i, one in enumerate(found.tokens) if one.is_word("SELECT")
        ][:1]
    return out


def _terms(reading: Reading, found: Text) -> list[Place]:
    """Numbers and names in ORDER BY and GROUP BY: the one that the message counts, if it does."""
    out = []
    for index, token in enumerate(found.tokens):
        if not token.is_word("ORDER", "GROUP") or found.upper(index + 1) != "BY":
            continue
        level = found.opener[index]
        end = index + 2
        while end < len(found.tokens) and found.closer.get(level) != end:
            if found.opener[end] == level and found.upper(end) in units.HEADS:
                break
            end += 1
        terms = units.items(found, index + 2, end, level)
        if reading.name.isdigit() and reading.at == "":
            terms = terms[int(reading.name) - 1 : int(reading.name)]
        for first, last in terms:
            numeric = found.tokens[first].kind is Kind.NUMBER
            if numeric == (reading.code == "position-out-of-range"):
                last = first if numeric else last
                out.append(Place(first, found.span(first, units.item(found, first)[1])))
    return out


def _keywords(reading: Reading, found: Text) -> list[Place]:
    words = {
        "not-grouped": ("HAVING",),
        "misplaced-aggregate": ("GROUP",),
        "no-unique-key": ("CONFLICT",),
    }.get(reading.code, ())
    return [
        Place(index, token.span)
        for index, token in enumerate(found.tokens)
        if token.is_word(*words)
    ]
