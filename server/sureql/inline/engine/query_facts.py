"""What the select list of the query level at the cursor says about the clauses to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sureql.gate import grouping
from sureql.inline.engine.moment import Moment
from sureql.syntax import lexer
from sureql.syntax.tokens import Kind, Token

_NUMBERED = re.compile(r"([A-Za-z_]+?)([0-9]+)")
_NAMES = (Kind.WORD, Kind.QUOTED)


@dataclass(frozen=True, slots=True)
class SelectList:
    """`plain` are the items that are no aggregates, as written without their alias. `missing` maps
    each qualifier that no source defines to the columns taken from it, all in lower case.
    `aggregates` are the aliases of aggregated items, in lower case.
    """

    plain: tuple[str, ...]
    aggregated: bool
    missing: dict[str, frozenset[str]]
    aggregates: frozenset[str]

    @property
    def mixed(self) -> bool:
        """True if the statement needs GROUP BY."""
        return self.aggregated and bool(self.plain)


def of(moment: Moment) -> SelectList:
    """The facts at a moment, from the select list alone."""
    frame = moment.place.context.frame
    text = moment.spot.masked
    defined = {source.name.lower() for source in moment.place.visible.sources}
    defined |= {source.name.lower() for source in moment.place.visible.outer}
    plain: list[str] = []
    aliases: set[str] = set()
    aggregated = False
    missing: dict[str, set[str]] = {}
    for span in frame.projection:
        if span.start <= moment.spot.offset <= span.end and moment.typed:
            continue
        item = span.of(text)
        tokens = lexer.code(item, moment.spot.dialect)
        words = {token.upper for token in tokens}
        if "GROUPING" in words:
            continue
        if _aggregates(tokens):
            aggregated = True
            aliases.update(_alias(tokens))
        elif tokens and "OVER" not in words and not _constant(tokens):
            plain.append(_expression(item, tokens))
        for qualifier, column in _qualified(tokens):
            if qualifier not in defined:
                missing.setdefault(qualifier, set()).add(column)
    found = {name: frozenset(columns) for name, columns in missing.items()}
    return SelectList(tuple(plain), aggregated, found, frozenset(aliases))


def next_alias(moment: Moment, facts: SelectList) -> str | None:
    """The alias that the next relation surely gets where aliases are numbered.

    None where they are not, '' if the numbers do not tell.
    """
    used = [match for name in facts.missing if (match := _NUMBERED.fullmatch(name))]
    defined = [
        match
        for source in moment.place.visible.sources
        if (match := _NUMBERED.fullmatch(source.name))
    ]
    if not used or len(used) != len(facts.missing):
        return None
    stems = {match[1].lower() for match in (*used, *defined)}
    if len(stems) > 1:
        return ""
    count = len(moment.place.visible.sources)
    return f"{stems.pop()}{count + 1}"


def pending_alias(moment: Moment, facts: SelectList) -> str:
    """The alias that the relation before the cursor gets, '' if it needs none or that is open."""
    if not facts.missing or not moment.symbols[-1:] or moment.symbols[-1][:2] != "t:":
        return ""
    numbered = next_alias(moment, facts)
    name = moment.symbols[-1][2:]
    if numbered is not None:
        # The relation stands in FROM already, so the number is its own.
        match = _NUMBERED.fullmatch(numbered)
        return f"{match[1]}{int(match[2]) - 1}" if match else ""
    source = next((s for s in moment.place.visible.sources if s.name.lower() == name), None)
    known = {field.name.lower() for field in source.fields} if source is not None else set()
    fitting = [alias for alias, columns in facts.missing.items() if columns <= known]
    return fitting[0] if len(fitting) == 1 and fitting[0][:1] == name[:1] else ""


def as_written(moment: Moment, alias: str) -> str:
    """The alias in the letters that the select list uses."""
    for token in lexer.code(moment.spot.masked, moment.spot.dialect):
        if token.text.lower() == alias:
            return token.text
    return alias


def condition_is_whole(moment: Moment) -> bool:
    """True if the condition before the cursor has been compared with something."""
    for symbol in reversed(moment.symbols):
        if symbol in _COMPARISONS:
            return True
        if symbol in _CONDITION_STARTS:
            return False
    return False


_COMPARISONS = frozenset(
    ("=", "<", ">", "<=", ">=", "<>", "!=", "IS", "IN", "LIKE", "ILIKE", "BETWEEN", "EXISTS")
)
_CONDITION_STARTS = frozenset(("ON", "WHERE", "AND", "OR", "HAVING", "USING"))


def _aggregates(tokens: tuple[Token, ...]) -> bool:
    # A window function is no aggregate of the query; a sub-query's aggregates are its own.
    words = [token.upper for token in tokens]
    if "OVER" in words or "SELECT" in words:
        return False
    return any(word in grouping.AGGREGATES and after == "(" for word, after in pairwise(words))


def _alias(tokens: tuple[Token, ...]) -> Iterator[str]:
    if len(tokens) > 1 and tokens[-1].kind in _NAMES and tokens[-2].text != ".":
        yield tokens[-1].text.strip('"').lower()


def _constant(tokens: tuple[Token, ...]) -> bool:
    return not any(token.kind in _NAMES or token.text == "*" for token in tokens)


def _expression(item: str, tokens: tuple[Token, ...]) -> str:
    start = tokens[1].start if tokens[0].is_word("DISTINCT", "ALL") and len(tokens) > 1 else 0
    for index, token in enumerate(tokens):
        if token.is_word("AS") and index == len(tokens) - 2:
            return item[start : token.start].strip()
    names = len(tokens) > 1 and tokens[-1].kind in _NAMES and tokens[-2].kind in _NAMES
    if names and not tokens[-2].is_word("DISTINCT", "ALL"):
        return item[start : tokens[-1].start].strip()
    return item[start:].strip()


def _qualified(tokens: tuple[Token, ...]) -> Iterator[tuple[str, str]]:
    for index in range(len(tokens) - 2):
        name, dot, column = tokens[index : index + 3]
        first = index == 0 or tokens[index - 1].text != "."
        if dot.text == "." and first and name.kind in _NAMES:
            after = tokens[index + 3].text if index + 3 < len(tokens) else ""
            if after not in (".", "("):
                yield name.text.strip('"').lower(), column.text.strip('"').lower()
