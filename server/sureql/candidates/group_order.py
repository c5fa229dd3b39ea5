"""GROUP BY, ORDER BY and HAVING from the select list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from sureql.candidates import ask as asking
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.syntax import lexer
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind, Token

_AGGREGATES = frozenset({
    "COUNT", "SUM", "AVG", "MIN", "MAX", "STRING_AGG", "ARRAY_AGG", "JSON_AGG", "JSONB_AGG",
    "GROUP_CONCAT", "TOTAL", "MEDIAN", "MODE", "STDDEV", "VARIANCE", "BOOL_AND", "BOOL_OR", "EVERY",
    "STDDEV_SAMP", "STDDEV_POP", "VAR_SAMP", "VAR_POP", "LIST", "ANY_VALUE", "FIRST", "LAST",
    "ARG_MAX", "ARG_MIN", "PERCENTILE_CONT", "PERCENTILE_DISC", "APPROX_COUNT_DISTINCT",
})  # fmt: skip
_BASE = 3.5


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the select list: its expression as written and its alias ('' if it has none)."""

    expression: str
    alias: str
    aggregate: bool
    window: bool
    constant: bool
    name: bool
    star: bool


def at(ask: Ask) -> Iterator[Candidate]:
    """Candidates that come from the select list of this query level."""
    if ask.context.call is not None:
        return
    if ask.context.quote:
        yield from _quoted_aliases(ask)
        return
    if ask.clause is Clause.GROUP_BY:
        yield from _group(ask)
    elif ask.clause is Clause.ORDER_BY:
        yield from _order(ask)
    elif ask.clause is Clause.HAVING:
        yield from _having(ask)


def items(ask: Ask) -> list[Item]:
    """The select list of the cursor's query level without the item that is being written."""
    found = []
    for span in ask.context.frame.projection:
        if span.touches(ask.context.offset):
            continue
        text = span.of(ask.place.text)
        if tokens := lexer.code(text, ask.place.dialect):
            found.append(_item(ask, text, tokens))
    return found


def _item(ask: Ask, text: str, tokens: tuple[Token, ...]) -> Item:
    words = {token.upper for token in tokens if token.kind is Kind.WORD}
    calls = {left.upper for left, right in pairwise(tokens) if right.text == "("}
    start = tokens[1].start if tokens[0].is_word("DISTINCT", "ALL") and len(tokens) > 1 else 0
    end, alias = len(text), ""
    last = tokens[-1]
    if len(tokens) > 2 and tokens[-2].is_word("AS"):
        alias, end = last.text, tokens[-2].start
    elif (
        len(tokens) > 1
        and last.kind in (Kind.WORD, Kind.QUOTED)
        and tokens[-2].text not in (".", "::")
        and (
            tokens[-2].kind in (Kind.WORD, Kind.QUOTED, Kind.NUMBER, Kind.STRING)
            or tokens[-2].text == ")"
        )
        and not last.is_word("END", "NULL", "TRUE", "FALSE")
        and not tokens[-2].is_word("DISTINCT", "ALL", "NOT", "AND", "OR", "IS", "LIKE")
    ):
        alias, end = last.text, last.start
    expression = text[start:end].strip()
    names = lexer.code(expression, ask.place.dialect)
    is_name = len(names) in (1, 3, 5) and all(
        token.kind in (Kind.WORD, Kind.QUOTED) if index % 2 == 0 else token.text == "."
        for index, token in enumerate(names)
    )
    return Item(
        expression=expression,
        alias=ask.place.dialect.normalize(alias) if alias else "",
        aggregate=bool(calls & _AGGREGATES) and "OVER" not in words,
        window="OVER" in words,
        constant=all(token.kind in (Kind.NUMBER, Kind.STRING, Kind.PARAMETER) for token in names),
        name=is_name,
        star=expression.endswith("*"),
    )


def _group(ask: Ask) -> Iterator[Candidate]:
    """The select items that are no aggregates; all of them as one item, then one by one."""
    plain = [
        item
        for item in items(ask)
        if not (item.aggregate or item.window or item.constant or item.star) and item.expression
    ]
    done = {_squeeze(path_text) for path_text in _written(ask)}
    rest = [item for item in plain if _squeeze(item.expression) not in done]
    aggregated = any(item.aggregate for item in items(ask))
    lead = _BASE + (1.0 if aggregated else 0.0)
    for order, item in enumerate(rest):
        if not item.name or "." in item.expression:
            yield _made(ask, item.expression, lead + 0.9 - 0.05 * order, "from the select list")
        elif item.name:
            # A bare column: the column candidates hold it too; the better score wins.
            yield _made(ask, item.expression, lead + 0.9 - 0.05 * order, "from the select list")
    if len(rest) > 1 and len(rest) == len(plain) and aggregated:
        text = ", ".join(item.expression for item in rest)
        if "\n" not in text:
            yield _made(ask, text, lead + 0.88, "all that is not aggregated")


def _order(ask: Ask) -> Iterator[Candidate]:
    """The select list's aliases, its aggregates, and its columns."""
    written = {_squeeze(text) for text in _written(ask)}
    later = 1.4 if written else 0.0  # The first key is what was computed, the next what it is of.
    for order, item in enumerate(items(ask)):
        shade = 0.05 * order + later
        past = 4.0 if _squeeze(item.alias or item.expression) in written else 0.0
        if item.alias:
            name = ask.place.dialect.write(item.alias)
            # People sort by what they computed rather than by what they copied.
            score = _BASE + (0.8 if item.aggregate or item.window else 0.0) - shade - past
            yield _made(ask, name, score, "select alias")
        elif item.aggregate:
            yield _made(ask, item.expression, _BASE + 0.3 - shade - past, "from the select list")
    grouped = ask.context.frame.clause(Clause.GROUP_BY)
    if grouped is not None and not any(item.aggregate for item in items(ask)):
        count = "COUNT(*)" if ask.place.style.upper_functions else "count(*)"
        yield _made(ask, count, 2.6, "aggregate")


def _quoted_aliases(ask: Ask) -> Iterator[Candidate]:
    """Inside quotes only a name fits."""
    if ask.clause is Clause.ORDER_BY:
        for item in items(ask):
            if item.alias:
                written = ask.place.dialect.write(item.alias)
                made = asking.name(ask, "alias", written, item.alias, _BASE)
                yield replace(made, detail="select alias")


def _having(ask: Ask) -> Iterator[Candidate]:
    count = "COUNT(*)" if ask.place.style.upper_functions else "count(*)"
    seen = set()
    for order, item in enumerate(items(ask)):
        if item.aggregate:
            seen.add(_squeeze(item.expression))
            yield _made(ask, item.expression, _BASE + 0.5 - 0.05 * order, "from the select list")
    if _squeeze(count) not in seen:
        yield _made(ask, count, _BASE - 0.2, "aggregate")


def _made(ask: Ask, text: str, score: float, detail: str) -> Candidate:
    one_line = re.sub(r"\s+", " ", text)
    match = one_line.rpartition(".")[2] if re.fullmatch(r'[\w"]+\.[\w"]+', one_line) else one_line
    return Candidate(
        "alias" if detail == "select alias" else "value",
        one_line,
        text,
        match.strip('"'),
        ask.context.word,
        score,
        detail,
    )


def _written(ask: Ask) -> list[str]:
    return [".".join(path.parts) for path in ask.context.written]


def _squeeze(text: str) -> str:
    return re.sub(r'[\s"]+', "", text).lower()
