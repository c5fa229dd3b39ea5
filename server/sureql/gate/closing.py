"""The shortest texts that finish what a statement's prefix leaves open, by its tokens alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.gate import clauses, levels
from sureql.gate.ends import TRUTH, End, Filler, insert_arity, operand, shared_column, target_of
from sureql.gate.levels import Level
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Part:
    """What one open level needs: `piece` finishes it, `closer` closes it."""

    level: Level
    piece: str
    closer: str


WINDOW_FUNCTIONS = frozenset(
    [
        "ROW_NUMBER",
        "RANK",
        "DENSE_RANK",
        "PERCENT_RANK",
        "CUME_DIST",
        "NTILE",
        "LAG",
        "LEAD",
        "FIRST_VALUE",
        "LAST_VALUE",
    ]
)


def parts(
    tokens: Sequence[Token], filler: Filler, schema: catalog.Catalog, dialect: Dialect
) -> list[Part]:
    """What each open level needs, innermost first."""
    found: list[Part] = []
    inner: Level | None = None
    for level in levels.scan(tokens)[::-1]:
        end = End(tokens, level, inner, filler, schema, dialect)
        closer = "" if level.kind == "case" else ")"
        if level.word == "[":
            closer = "]"
        elif level.kind == "call" and level.word in WINDOW_FUNCTIONS:
            closer = ") OVER ()"
        found.append(Part(level, _PIECES[level.kind](end), closer))
        inner = level
    outermost = found[-1]
    found[-1] = Part(outermost.level, outermost.piece, "")
    return found


def _group(end: End) -> str:
    if end.empty and end.level.word in ("EXISTS", "AS", "MATERIALIZED"):
        return "SELECT 1"
    return end.filler.operand if end.empty else operand(end, condition=True)


def _call(end: End) -> str:
    special = _SYNTAX.get(end.level.word)
    if special is not None:
        return special(end)
    if not end.empty:
        second = end.level.word in _TWO_ARGUMENTS and end.level.items < 2
        return operand(end) + (", NULL" if second else "")
    # How many arguments it takes is not known here: each filler tries another number.
    return {"NULL": end.filler.predicate and "NULL", "(SELECT NULL)": "NULL, 1"}.get(
        end.filler.operand, end.filler.operand
    )


_TWO_ARGUMENTS = frozenset(("COALESCE", "NULLIF", "IFNULL"))


def _since(end: End, word: str) -> bool:
    # True if `word` stands in this level, whose grammar has it once.
    return any(t.upper == word for t in end.tokens[end.level.first : end.level.last + 1])


def _cast(end: End) -> str:
    if end.word == "AS":
        return " integer"
    return "" if _since(end, "AS") else operand(end) + " AS integer"


def _extract(end: End) -> str:
    if _since(end, "FROM"):
        return " DATE '2000-01-01'" if end.word == "FROM" else operand(end)
    return ("year" if end.empty else "") + " FROM DATE '2000-01-01'"


def _position(end: End) -> str:
    return operand(end) if _since(end, "IN") and end.word != "IN" else _searched(end)


def _searched(end: End) -> str:
    return " 'x'" if end.word == "IN" else operand(end) + " IN 'x'"


def _count(end: End) -> str:
    return "*" if end.empty else operand(end)


def _names(end: End) -> str:
    if not end.empty and end.last_text() != ",":
        return ""
    # A column of the changed table that is not in the list yet.
    outer = levels.scan(end.tokens[: max(0, end.level.first - 1)])[-1]
    if end.level.word == "USING":
        return shared_column(end)
    relation = target_of(end, outer)
    listed = {
        end.dialect.normalize(token.text).lower()
        for token in end.tokens[end.level.first : end.level.last + 1]
    }
    columns = [one for one in relation.columns if not one.generated] if relation else []
    free = (one.name for one in columns if one.name.lower() not in listed)
    name = next(free, "x1")
    return ("" if end.empty else " ") + end.dialect.write(name)


def _values(end: End) -> str:
    outer = levels.scan(end.tokens[: max(0, end.level.first - 1)])[-1]
    wanted = insert_arity(end, outer)
    written = 0 if end.empty else end.level.items
    piece = operand(end) if not end.empty else ("" if wanted else " NULL")
    missing = max(0, wanted - max(written, 0))
    return piece + (", NULL" * missing if written else ", ".join(["NULL"] * missing))


def _case(end: End) -> str:
    stage, filler = end.level.stage, end.filler
    if stage == "CASE":
        simple = end.inner is not None or end.word != "CASE"
        return f" WHEN {'NULL' if simple else TRUTH} THEN {filler.operand} END"
    if end.word in ("WHEN", "THEN", "ELSE"):
        body = TRUTH if end.word == "WHEN" else filler.operand
        then = f" THEN {filler.operand}" if end.word == "WHEN" else ""
        return f" {body}{then} END"
    finished = operand(end, condition=stage == "WHEN")
    return finished + (f" THEN {filler.operand} END" if stage == "WHEN" else " END")


def _over(end: End) -> str:
    word = end.word
    if word in ("PARTITION", "ORDER"):
        return " BY NULL" if word == "PARTITION" else " BY 1"
    if word in ("ROWS", "RANGE", "GROUPS"):
        return " UNBOUNDED PRECEDING"
    if word == "UNBOUNDED":
        between = end.level.between
        return " PRECEDING" + (" AND CURRENT ROW" if between else "")
    if word == "CURRENT":
        return " ROW" + (" AND CURRENT ROW" if end.level.between else "")
    if word == "BETWEEN":
        return " UNBOUNDED PRECEDING AND CURRENT ROW"
    if word == "AND":
        return " CURRENT ROW"
    if end.level.between:
        return " AND CURRENT ROW"
    return "" if end.empty else operand(end)


def _filter(end: End) -> str:
    return f"WHERE {TRUTH}" if end.empty else operand(end, condition=True)


def _relation(end: End) -> str:
    return "SELECT 1" if end.empty else ""


_Piece = Callable[[End], str]
_SYNTAX: dict[str, _Piece] = {
    "CAST": _cast,
    "TRY_CAST": _cast,
    "EXTRACT": _extract,
    "POSITION": _position,
    "COUNT": _count,
}
_PIECES: dict[str, _Piece] = {
    "query": clauses.piece,
    "group": _group,
    "call": _call,
    "names": _names,
    "values": _values,
    "over": _over,
    "filter": _filter,
    "relation": _relation,
    "case": _case,
}
