"""The shortest texts that finish what a statement's prefix leaves open, by its tokens alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.gate import levels
from sureql.gate.levels import Level
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Filler:
    """What is written where something is missing: an operand, and what makes it a condition."""

    operand: str = "NULL"
    predicate: str = ""
    member: str = "x1"


@dataclass(frozen=True, slots=True)
class Part:
    """What one open level needs: `piece` finishes it, `closer` closes it."""

    level: Level
    piece: str
    closer: str


RELATION = "(SELECT 1 AS x1) AS x1"
TRUTH = "1 = 1"


def parts(
    tokens: Sequence[Token], filler: Filler, schema: catalog.Catalog, dialect: Dialect
) -> list[Part]:
    """What each open level needs, innermost first."""
    found: list[Part] = []
    inner: Level | None = None
    for level in levels.scan(tokens)[::-1]:
        end = _End(tokens, level, inner, filler, schema, dialect)
        closer = "" if level.kind == "case" else ")"
        if level.start and level.word == "[":
            closer = "]"
        found.append(Part(level, _PIECES[level.kind](end), closer))
        inner = level
    outermost = found[-1]
    found[-1] = Part(outermost.level, outermost.piece, "")
    return found


@dataclass(frozen=True, slots=True)
class _End:
    """Where a level stops: at its last token, or after `inner`, which closes there."""

    tokens: Sequence[Token]
    level: Level
    inner: Level | None
    filler: Filler
    schema: catalog.Catalog
    dialect: Dialect

    @property
    def empty(self) -> bool:
        return self.inner is None and self.level.last < self.level.first

    @property
    def last(self) -> Token | None:
        closed = self.inner is not None and self.inner.kind != "case"
        return None if closed or self.level.last < 0 else self.tokens[self.level.last]

    @property
    def word(self) -> str:
        """The last token as an upper-case word, '' if it is none or an operand follows it."""
        token = self.last
        if token is None or self.inner is not None or token.kind is not Kind.WORD:
            return ""
        before = self.tokens[self.level.last - 1] if self.level.last > 0 else None
        return "" if before is not None and before.text == "." else token.upper

    @property
    def before(self) -> str:
        return self.tokens[self.level.last - 1].upper if self.level.last > 0 else ""

    def last_text(self) -> str:
        """The last token's text, '' after an inner level."""
        return self.last.text if self.last is not None and self.inner is None else ""

    def wants_operand(self) -> bool:
        """True if the level ends where an operand must follow."""
        token = self.last
        if self.inner is not None:
            return False
        if token is None or self.empty or self.word in levels.OPERAND_WORDS:
            return True
        if token.text == "*":
            before = self.tokens[self.level.last - 1].text if self.level.last > 0 else ""
            starts = self.level.last == self.level.first or before.upper() in ("SELECT", "DISTINCT")
            return not (starts or before in (",", ".", "(") or before.upper() == "ALL")
        return token.kind is Kind.OPERATOR or token.text == ","

    def member(self) -> str:
        """What completes `name.`, '' if the text does not end with a point."""
        token = self.last
        return self.filler.member if token is not None and token.text == "." else ""


def _operand(end: _End, condition: bool = False) -> str:
    # Finishes an expression: a missing operand, and what some words need after them.
    filler = end.filler
    predicate = filler.predicate if condition else ""
    if member := end.member():
        return member + _and(end) + predicate
    word = end.word
    if word in _AFTER_WORD and not end.empty:
        return _AFTER_WORD[word] + _and(end, word)
    if word == "NOT" and end.before not in ("IS", "WHERE", "AND", "OR", "ON", "WHEN", "("):
        return " IN (NULL)"
    if word == "BY":
        return " 1"
    if word in ("DATE", "TIMESTAMP", "TIME") and end.before in levels.OPERAND_WORDS:
        return predicate or ""
    if end.wants_operand():
        return f" {filler.operand}" + _and(end, word) + predicate
    return _and(end) + predicate


_AFTER_WORD = {
    "IN": " (NULL)",
    "EXISTS": " (SELECT 1)",
    "ANY": " (SELECT NULL)",
    "SOME": " (SELECT NULL)",
    "INTERVAL": " '1' DAY",
    "IS": " NULL",
    "OVER": " ()",
    "FILTER": " (WHERE 1 = 1)",
    "SIMILAR": " TO 'x'",
    "ESCAPE": " 'x'",
    "AS": " x1",
    "BETWEEN": " NULL AND NULL",
    "WITHIN": " GROUP (ORDER BY 1)",
    "NULLS": " LAST",
    "CAST": "(NULL AS integer)",
    "TRY_CAST": "(NULL AS integer)",
    "EXTRACT": "(year FROM DATE '2000-01-01')",
    "SUBSTRING": "('x', 1)",
}


def _and(end: _End, word: str = "") -> str:
    return " AND NULL" if end.level.between and word != "BETWEEN" else ""


def _group(end: _End) -> str:
    return end.filler.operand if end.empty else _operand(end, condition=True)


def _call(end: _End) -> str:
    special = _SYNTAX.get(end.level.word)
    if special is not None:
        return special(end)
    if not end.empty:
        return _operand(end)
    # How many arguments it takes is not known here: each filler tries another number.
    return {"NULL": end.filler.predicate and "NULL", "(SELECT NULL)": "NULL, 1"}.get(
        end.filler.operand, end.filler.operand
    )


def _since(end: _End, word: str) -> bool:
    # True if `word` stands in this level, whose grammar has it once.
    return any(t.upper == word for t in end.tokens[end.level.first : end.level.last + 1])


def _cast(end: _End) -> str:
    if end.word == "AS":
        return " integer"
    return "" if _since(end, "AS") else _operand(end) + " AS integer"


def _extract(end: _End) -> str:
    if _since(end, "FROM"):
        return " DATE '2000-01-01'" if end.word == "FROM" else _operand(end)
    return ("year" if end.empty else "") + " FROM DATE '2000-01-01'"


def _position(end: _End) -> str:
    return _operand(end) if _since(end, "IN") and end.word != "IN" else _searched(end)


def _searched(end: _End) -> str:
    return " 'x'" if end.word == "IN" else _operand(end) + " IN 'x'"


def _count(end: _End) -> str:
    return "*" if end.empty else _operand(end)


def _names(end: _End) -> str:
    return " x1" if end.empty or (end.last is not None and end.last.text == ",") else ""


def _values(end: _End) -> str:
    outer = levels.scan(end.tokens[: max(0, end.level.first - 1)])[-1]
    wanted = _insert_arity(end, outer)
    written = 0 if end.empty else end.level.items
    piece = _operand(end) if not end.empty else ("" if wanted else " NULL")
    missing = max(0, wanted - max(written, 0))
    return piece + (", NULL" * missing if written else ", ".join(["NULL"] * missing))


def _insert_arity(end: _End, level: Level) -> int:
    # How many values a row of this INSERT takes, 0 if that is not known.
    if level.listed:
        return level.listed
    relation = _target(end, level)
    return sum(not column.generated for column in relation.columns) if relation else 0


def _target(end: _End, level: Level) -> catalog.Relation | None:
    if not 0 <= level.target < len(end.tokens):
        return None
    names: list[str] = []
    for token in end.tokens[level.target :]:
        if token.kind in (Kind.WORD, Kind.QUOTED) and token.upper not in ("ONLY",):
            names.append(end.dialect.normalize(token.text))
        elif token.text != ".":
            break
        if len(names) > 1 and end.tokens[level.target + 1].text != ".":
            names = names[:1]
            break
    return end.schema.find(names)


def _case(end: _End) -> str:
    stage, filler = end.level.stage, end.filler
    if stage == "CASE":
        simple = end.inner is not None or end.word != "CASE"
        return f" WHEN {'NULL' if simple else TRUTH} THEN {filler.operand} END"
    if end.word in ("WHEN", "THEN", "ELSE"):
        body = TRUTH if end.word == "WHEN" else filler.operand
        then = f" THEN {filler.operand}" if end.word == "WHEN" else ""
        return f" {body}{then} END"
    finished = _operand(end, condition=stage == "WHEN")
    return finished + (f" THEN {filler.operand} END" if stage == "WHEN" else " END")


def _over(end: _End) -> str:
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
    return "" if end.empty else _operand(end)


def _filter(end: _End) -> str:
    return f"WHERE {TRUTH}" if end.empty else _operand(end, condition=True)


def _relation(end: _End) -> str:
    return "SELECT 1" if end.empty else ""


def _query(end: _End) -> str:
    level, word = end.level, end.word
    if end.empty or (not level.clause and not word):
        return "SELECT 1" if end.empty else ""
    if level.clause in _CLAUSE_PIECES:
        return _CLAUSE_PIECES[level.clause](end)
    return _operand(end)


def _with(end: _End) -> str:
    inner, word = end.inner, end.word
    if inner is not None:
        return " SELECT 1" if inner.kind != "names" else " AS (SELECT 1) SELECT 1"
    if word in ("WITH", "RECURSIVE") or (end.last is not None and end.last.text == ","):
        return " x1 AS (SELECT 1) SELECT 1"
    if word in ("AS", "MATERIALIZED"):
        return " (SELECT 1) SELECT 1"
    if end.last is not None and end.last.text == ")":
        closed_query = any(token.upper == "AS" for token in end.tokens[-80:])
        return " SELECT 1" if closed_query else " AS (SELECT 1) SELECT 1"
    return " AS (SELECT 1) SELECT 1"


def _select(end: _End) -> str:
    piece = _operand(end)
    if end.word in ("SELECT", "DISTINCT", "ALL"):
        piece = f" {end.filler.operand}"
    missing = end.level.arity - end.level.items if end.level.arity and not end.level.starred else 0
    return piece + ", NULL" * max(0, missing)


def _from(end: _End) -> str:
    level, word, last = end.level, end.word, end.last
    joined = f" ON {TRUTH}" if level.joined else ""
    if end.inner is not None:
        named = end.inner.word in ("FROM", "JOIN", "LATERAL") or level.from_paren
        derived = end.inner.kind in ("query", "relation", "group") and (named or _after_comma(end))
        return (" AS x1" if derived else "") + joined
    if member := end.member():
        return member + joined
    if last is not None and last.text == ")" and level.from_paren:
        return " AS x1" + joined
    if word in ("LEFT", "RIGHT", "FULL", "INNER", "OUTER", "ASOF"):
        return f" JOIN {RELATION} ON {TRUTH}"
    if word in ("CROSS", "NATURAL"):
        return f" JOIN {RELATION}"
    if word in ("FROM", "JOIN", "LATERAL", "ONLY") or (last is not None and last.text == ","):
        return f" {RELATION}" + joined
    if word == "USING":
        return " (x1)"
    return (" x1" if word == "AS" else "") + joined


def _after_comma(end: _End) -> bool:
    at = end.inner.first - 2 if end.inner is not None else -1
    return 0 <= at < len(end.tokens) and end.tokens[at].text in (",", "(")


def _on(end: _End) -> str:
    return f" {TRUTH}" if end.word == "ON" else _operand(end, condition=True)


def _condition(end: _End) -> str:
    if end.word in ("WHERE", "HAVING", "QUALIFY"):
        return f" {TRUTH}"
    return _operand(end, condition=True)


def _group_by(end: _End) -> str:
    if end.word == "GROUP":
        return " BY 1"
    return " 1" if end.wants_operand() else _operand(end)


def _order_by(end: _End) -> str:
    if end.word == "ORDER":
        return " BY 1"
    return " 1" if end.word == "BY" or end.last_text() == "," else _operand(end)


def _limit(end: _End) -> str:
    if end.word == "FETCH":
        return " FIRST 1 ROWS ONLY"
    return " 1" if end.wants_operand() else ""


def _set_operation(end: _End) -> str:
    arity = max(1, end.level.arity)
    return " SELECT " + ", ".join(["NULL"] * arity)


def _insert(end: _End) -> str:
    word = end.word
    if end.inner is not None:
        row = ", ".join(["NULL"] * max(1, end.inner.items))
        return f" VALUES ({row})"
    if word in ("INSERT", "REPLACE"):
        return f" INTO {RELATION} DEFAULT VALUES"
    if word == "DEFAULT":
        return " VALUES"
    if end.last is not None and end.last.text == ")":
        return " VALUES (" + ", ".join(["NULL"] * max(1, end.level.listed)) + ")"
    if word == "ON":
        return " CONFLICT DO NOTHING"
    return (end.member() or (" x1" if word in ("INTO", "AS") else "")) + " DEFAULT VALUES"


def _values_clause(end: _End) -> str:
    if end.word == "ON":
        return " CONFLICT DO NOTHING"
    if end.word != "VALUES" and not (end.last is not None and end.last.text == ","):
        return ""
    row = ", ".join(["NULL"] * max(1, _insert_arity(end, end.level)))
    return f" ({row})"


def _conflict(end: _End) -> str:
    if end.inner is not None or end.word == "CONFLICT" or end.last_text() == ")":
        return " DO NOTHING"
    if end.word == "DO":
        return " NOTHING"
    if end.word == "UPDATE":
        return f" SET {_first_column(end)} = NULL"
    return _operand(end, condition=True)


def _update(end: _End) -> str:
    if end.word == "UPDATE":
        return " x1 SET x1 = NULL"
    return f"{end.member()} SET {_first_column(end)} = NULL"


def _first_column(end: _End) -> str:
    relation = _target(end, end.level)
    names = [column.name for column in relation.columns if not column.generated] if relation else []
    return end.dialect.write(names[0]) if names else "x1"


def _set(end: _End) -> str:
    if end.word == "SET" or end.last_text() == ",":
        return f" {_first_column(end)} = NULL"
    since = end.level.clauses.get("set", 0)
    words = [token.text for token in end.tokens[since : end.level.last + 1]]
    current = words[len(words) - words[::-1].index(",") :] if "," in words else words
    return _operand(end) if "=" in current else f"{end.member()} = NULL"


def _delete(end: _End) -> str:
    if end.word == "DELETE":
        return " FROM x1"
    if end.word == "USING":
        return f" {RELATION}"
    return " x1" if end.word == "FROM" else end.member()


def _returning(end: _End) -> str:
    return " 1" if end.wants_operand() else _operand(end)


_Piece = Callable[[_End], str]
_SYNTAX: dict[str, _Piece] = {
    "CAST": _cast,
    "TRY_CAST": _cast,
    "EXTRACT": _extract,
    "POSITION": _position,
    "COUNT": _count,
}
_CLAUSE_PIECES: dict[str, _Piece] = {
    "with": _with,
    "select": _select,
    "from": _from,
    "on": _on,
    "where": _condition,
    "having": _condition,
    "group": _group_by,
    "order": _order_by,
    "limit": _limit,
    "set operation": _set_operation,
    "insert": _insert,
    "values": _values_clause,
    "conflict": _conflict,
    "update": _update,
    "set": _set,
    "delete": _delete,
    "returning": _returning,
}
_PIECES: dict[str, _Piece] = {
    "query": _query,
    "group": _group,
    "call": _call,
    "names": _names,
    "values": _values,
    "over": _over,
    "filter": _filter,
    "relation": _relation,
    "case": _case,
}
