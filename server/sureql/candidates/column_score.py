"""How likely a column is at a place: clause, name, type, keys, what stands elsewhere, history.

The parts add up like logarithms of odds: one unit makes a column about 2.7 times as likely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from math import log1p

from sureql.candidates import match, on_conditions, schema_index, scope, traits
from sureql.candidates.ask import Ask, base_column
from sureql.candidates.mentions import Mention
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind, Token

Field = semantics.Field
Source = semantics.Source

_ARITHMETIC = frozenset({"sum", "avg", "stddev", "variance", "total", "round", "abs", "floor"})
_EXTREMES = frozenset({"min", "max", "median"})
_TEXTUAL = frozenset(
    {"lower", "upper", "length", "trim", "substr", "substring", "concat", "replace"}
)
_TEMPORAL = frozenset({"date_trunc", "extract", "strftime", "date_part", "to_char", "age", "date"})

# What a mention in one clause says about the cursor's clause: (not aggregated, aggregated).
_ELSEWHERE: dict[tuple[Clause, Clause], tuple[float, float]] = {
    (Clause.SELECT, Clause.GROUP_BY): (2.6, 0.0),
    (Clause.SELECT, Clause.ORDER_BY): (0.9, 0.4),
    (Clause.SELECT, Clause.HAVING): (0.3, 0.5),
    (Clause.SELECT, Clause.WHERE): (-0.5, 0.0),
    (Clause.SELECT, Clause.ON): (-0.6, 0.0),
    (Clause.WHERE, Clause.SELECT): (-0.6, -0.2),
    (Clause.WHERE, Clause.WHERE): (0.2, 0.0),
    (Clause.WHERE, Clause.ON): (-0.4, 0.0),
    (Clause.GROUP_BY, Clause.SELECT): (3.2, -1.5),
    (Clause.GROUP_BY, Clause.ORDER_BY): (1.0, -0.5),
    (Clause.GROUP_BY, Clause.WHERE): (-0.6, 0.0),
    (Clause.ORDER_BY, Clause.SELECT): (0.6, 0.8),
    (Clause.ORDER_BY, Clause.GROUP_BY): (1.0, 0.0),
    (Clause.ORDER_BY, Clause.WHERE): (-0.2, 0.0),
    (Clause.HAVING, Clause.SELECT): (0.2, 1.2),
    (Clause.HAVING, Clause.GROUP_BY): (0.4, 0.0),
    (Clause.RETURNING, Clause.SET): (0.3, 0.0),
}

# Per clause: human, key-like, measure, dull, time, primary key, foreign key, category.
_Taste = tuple[float, float, float, float, float, float, float, float]
_TASTES: dict[Clause, _Taste] = {
    Clause.SELECT: (0.9, -0.2, 0.0, -0.5, 0.0, 0.0, -0.3, 0.1),
    Clause.WHERE: (0.3, -0.1, 0.2, -0.5, 0.2, 0.1, 0.2, 0.5),
    Clause.ON: (-0.4, 0.8, -0.8, -0.8, -0.6, 1.2, 1.6, -0.4),
    Clause.USING: (-0.4, 0.8, -0.8, -0.8, -0.6, 1.2, 1.6, -0.4),
    Clause.GROUP_BY: (0.6, 0.1, -0.8, -0.8, 0.0, 0.2, 0.3, 0.5),
    Clause.ORDER_BY: (0.2, -0.4, 0.6, -0.4, 0.6, -0.2, -0.5, 0.0),
    Clause.HAVING: (-0.2, 0.0, 0.6, -0.6, 0.0, 0.0, 0.0, 0.0),
    Clause.WINDOW: (0.0, 0.5, 0.0, -0.6, 0.3, 0.0, 0.6, 0.3),
    Clause.RETURNING: (0.2, 0.4, 0.0, -0.5, 0.0, 1.6, -0.4, 0.0),
    Clause.INDEX_COLUMNS: (0.3, 0.2, -0.2, -0.6, 0.3, -1.0, 1.0, 0.2),
    Clause.SET: (0.0, -0.4, 0.4, 0.0, 0.0, -1.0, -0.3, 0.2),
    Clause.CONFLICT: (0.0, 0.6, 0.0, -0.6, -0.2, 1.2, 0.2, 0.0),
}
# Rows are mostly changed one by one, by their key.
_CHANGED_ROWS: _Taste = (0.0, 0.3, 0.0, -0.5, 0.1, 1.5, 0.5, 0.2)
_PLAIN: _Taste = (0.3, 0.0, 0.0, -0.4, 0.0, 0.1, 0.0, 0.0)
_ORDER = {Clause.SELECT: 0.035, Clause.INSERT_COLUMNS: 0.2, Clause.RETURNING: 0.05}
_COMPARED_LINKED, _COMPARED_NAME, _COMPARED_KIND = 4.0, 1.5, 0.6


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores the fields of one place; see `of`."""

    ask: Ask
    taste: _Taste
    step: float
    written: frozenset[tuple[str, str]]
    elsewhere: dict[str, list[Mention]]
    compared: tuple[Source, Field] | None
    linked: frozenset[tuple[str, str, str]]
    wanted: Callable[[traits.Traits], float]
    joined: Mapping[tuple[str, str], float]
    within: bool

    def score(self, source: Source, field: Field, position: int) -> float:
        """The score of `field`, the `position`-th of `source`."""
        column = field.column
        seen = traits.of(field.name, field.type or (column.type if column else ""))
        human, keyish, measure, dull, time, primary, foreign, category = self.taste
        score = (
            human * seen.human
            + keyish * seen.keyish
            + measure * (seen.measure and not seen.keyish)
            + dull * seen.dull
            + time * (seen.kind == "time")
            + category * seen.category
            - self.step * min(position, 30)
            + self.wanted(seen)
        )
        low = field.name.lower()
        relation = source.relation
        if relation is not None:
            if column is not None and column.name in relation.primary_key:
                score += primary
            elif any(field.name in key.columns for key in relation.foreign_keys):
                score += foreign
        if relation is None:
            # What a CTE or derived table yields was written to be used.
            score += 0.5
        if (low, "") in self.written or (low, source.name.lower()) in self.written:
            score -= 4.0
        if self.joined:
            score += self.joined.get((source.name.lower(), low), 0.0)
        if low in self.elsewhere:
            score += self._mentions(source, low)
        if self.ask.echoes:
            score += self.ask.echoes.get(low, 0.0)
        if self.ask.comment:
            known = self.ask.comment.intersection(seen.words)
            score += 1.2 * len(known) / max(len(seen.words), 1)
        if self.compared:
            score += self._compared(source, field, seen)
        return score + self._history(source, field)

    def _mentions(self, source: Source, low: str) -> float:
        """The strongest word for the column, or the strongest against it."""
        said = [
            self._mentioned(mention)
            for mention in self.elsewhere[low]
            if not mention.qualifier or mention.qualifier == source.name.lower()
        ]
        best = max(said, default=0.0)
        return best if best > 0 else min(said, default=0.0)

    def _mentioned(self, mention: Mention) -> float:
        if not mention.here or mention.clause is None:
            return 0.3
        if mention.clause is self.ask.clause is Clause.SELECT and self.within:
            # Expressions in one select list are made of the same columns.
            return 0.7
        weights = _ELSEWHERE.get((self.ask.clause, mention.clause))
        return weights[mention.aggregated] if weights else 0.0

    def _compared(self, source: Source, field: Field, seen: traits.Traits) -> float:
        assert self.compared is not None
        other_source, other = self.compared
        if other.name == field.name and other_source.name == source.name:
            # `SET x = x + 1` and `SET x = excluded.x` are common, `WHERE x = x` is not.
            return 2.0 if self.ask.clause in (Clause.SET, Clause.CONFLICT) else -3.0
        score = 0.0
        base = base_column(source, field)
        if base in self.linked:
            score += _COMPARED_LINKED
        elif other.name.lower() == field.name.lower():
            score += _COMPARED_NAME
        elif len(seen.words) > 1 and seen.words[1:] == match.words(other.name)[1:]:
            # ss_item_sk and sr_item_sk: names that differ by their table's prefix.
            score += _COMPARED_NAME
        kind = traits.kind_of(other.type)
        if kind:
            # A type of neither kind, such as an enumerated one, fits no better than a wrong one.
            known = seen.kind or field.type
            score += _COMPARED_KIND if kind == seen.kind else -1.0 if known else 0.0
        return score

    def _history(self, source: Source, field: Field) -> float:
        past = self.ask.place.history
        if not past.columns and not past.clauses:
            return 0.0
        base = base_column(source, field)
        name = f"{base[1]}.{base[2]}" if base else f".{field.name.lower()}"
        clause = self.ask.clause.value
        return 1.1 * log1p(past.clauses.get(f"{clause}:{name}", 0.0)) + 0.35 * log1p(
            past.columns.get(name, 0.0)
        )


def of(ask: Ask) -> Scorer:
    """The scorer for the fields that may stand at `ask`."""
    context = ask.context
    elsewhere: dict[str, list[Mention]] = defaultdict(list)
    for mention in ask.mentions:
        if mention.clause not in (Clause.FROM, Clause.JOIN):
            elsewhere[mention.name].append(mention)
    compared = ask.scope.field(context.compared) if context.compared else _outer_operand(ask)
    return Scorer(
        ask=ask,
        taste=_taste(ask),
        step=_ORDER.get(ask.clause, 0.02),
        written=frozenset(
            (path.parts[-1].lower(), path.parts[-2].lower() if len(path.parts) > 1 else "")
            for path in context.written
        ),
        elsewhere=elsewhere,
        compared=compared,
        linked=linked_columns(ask.index, compared),
        wanted=_wanted(ask),
        within=context.call is not None or not _heads_item(ask),
        joined=_join_columns(ask) if _may_join(ask, compared) else {},
    )


def _heads_item(ask: Ask) -> bool:
    """True if the cursor is at the beginning of a list item."""
    before = ask.previous()
    return before is None or before.text == "," or before.is_word("SELECT", "DISTINCT", "BY")


def _taste(ask: Ask) -> _Taste:
    kind = ask.context.statement_kind
    if ask.clause is Clause.WHERE and kind.startswith(("UPDATE", "DELETE")):
        return _CHANGED_ROWS
    return _TASTES.get(ask.clause, _PLAIN)


def linked_columns(
    index: schema_index.Index, compared: tuple[Source, Field] | None
) -> frozenset[tuple[str, str, str]]:
    """The columns that a key pairs with the compared one."""
    base = base_column(*compared) if compared else None
    if base is None:
        return frozenset()
    found: set[tuple[str, str, str]] = set()
    for edge in index.edges.get(base[:2], ()):
        for mine, theirs in zip(edge.columns, edge.other_columns, strict=False):
            if mine.lower() == base[2]:
                found.add((*edge.other, theirs.lower()))
    return frozenset(found)


def _may_join(ask: Ask, compared: tuple[Source, Field] | None) -> bool:
    """True where a column may stand that a key pairs with another source's."""
    return compared is None and ask.context.call is None and _literal_ahead(ask) is None


def _join_columns(ask: Ask) -> dict[tuple[str, str], float]:
    """(source, column) of every column that a key pairs with another source in scope; in ON those
    that meet the source being joined count more, in WHERE those that nothing connects yet."""
    if ask.clause not in (Clause.ON, Clause.WHERE) or len(ask.scope.sources) < 2:
        return {}
    found: dict[tuple[str, str], float] = {}
    joined = on_conditions.joined(ask)
    for source, other in permutations(ask.scope.sources, 2):
        mine, theirs = scope.relation_key(source), scope.relation_key(other)
        if mine is None or theirs is None:
            continue
        edges = list(ask.index.between(mine, theirs))
        if ask.clause is Clause.ON:
            weight = 2.5 if joined in (source, other) else 0.8
        elif any(_connected(ask, source, other, edge) for edge in edges):
            continue
        else:
            weight = 1.6
        for edge in edges:
            for column in edge.columns:
                name = (source.name.lower(), column.lower())
                found[name] = max(found.get(name, 0.0), weight)
    return found


def _connected(ask: Ask, source: Source, other: Source, edge: schema_index.Edge) -> bool:
    """True if the columns of `edge` are already named for both of its sources."""
    named = {(mention.qualifier, mention.name) for mention in ask.mentions if mention.here}
    merged = {name.lower() for name in ask.place.visible.merged}
    return all(
        mine.lower() in merged
        or (
            ((source.name.lower(), mine.lower()) in named or ("", mine.lower()) in named)
            and ((other.name.lower(), theirs.lower()) in named or ("", theirs.lower()) in named)
        )
        for mine, theirs in zip(edge.columns, edge.other_columns, strict=False)
    )


def _outer_operand(ask: Ask) -> tuple[Source, Field] | None:
    """In `x IN (SELECT <here>`: the outer column x."""
    frame = ask.context.frame
    if ask.clause is not Clause.SELECT or frame.parent is None or ask.context.written:
        return None
    at = next((i for i, token in enumerate(ask.tokens) if token.end >= frame.span.start), 0)
    back = at - 1
    if back < 1 or ask.tokens[at].text != "(":
        return None
    if ask.tokens[back].upper not in ("IN", "=", "<", ">", "<>", "!="):
        return None
    back -= 1
    if ask.tokens[back].upper == "NOT":
        back -= 1
    qualifier = ""
    if back > 1 and ask.tokens[back - 1].text == ".":
        qualifier = ask.place.dialect.normalize(ask.tokens[back - 2].text).lower()
    low = ask.place.dialect.normalize(ask.tokens[back].text).lower()
    for source in ask.scope.outer:
        if not qualifier or source.name.lower() == qualifier:
            for field in source.fields:
                if field.name.lower() == low:
                    return source, field
    return None


def _wanted(ask: Ask) -> Callable[[traits.Traits], float]:
    """What a literal after the cursor, or the enclosing call, asks of the operand."""
    call = ask.context.call
    if (literal := _literal_ahead(ask)) is not None:
        operator = ask.following()
        ordered = operator is not None and operator.text in ("<", ">", "<=", ">=")
        return _LITERALS.get(literal.kind, _like_number if ordered else _anything)
    if _in_arithmetic(ask):
        return _number
    if call is None or ask.context.expect is not Expect.EXPRESSION:
        return _anything
    function = call.name.parts[-1].lower()
    if function in _ARITHMETIC:
        return _number
    if function in _EXTREMES:
        return _extreme
    if function in _TEXTUAL:
        return _text
    if function in _TEMPORAL:
        return _time
    return _key if function == "count" else _anything


def _anything(_: traits.Traits) -> float:
    return 0.0


def _number(seen: traits.Traits) -> float:
    if seen.kind in ("number", ""):
        return (-1.2 if seen.keyish else 1.2) + 0.8 * seen.measure - 0.9 * seen.human
    return -2.5


def _extreme(seen: traits.Traits) -> float:
    if seen.kind in ("number", "time", ""):
        return (-0.8 if seen.keyish else 0.8) + 0.4 * seen.measure - 0.9 * seen.human
    return -0.8


def _text(seen: traits.Traits) -> float:
    return 1.0 if seen.kind == "text" else -1.0


def _time(seen: traits.Traits) -> float:
    return 2.5 if seen.kind == "time" else -1.0


def _key(seen: traits.Traits) -> float:
    return 0.7 * seen.keyish - 0.3 * seen.human


def _in_arithmetic(ask: Ask) -> bool:
    """True beside `+`, `-`, `*` or `/`."""
    before, following = ask.previous(), ask.following()
    return any(
        token is not None and token.text in ("+", "-", "*", "/") for token in (before, following)
    )


def _literal_ahead(ask: Ask) -> Token | None:
    """In `<here> = 'x'`: what the operand is compared with, if that is no name."""
    operator = ask.following()
    if operator is None or operator.upper not in _COMPARING:
        return None
    ahead = 2 if operator.upper == "NOT" else 1
    literal = ask.following(ahead)
    if literal is not None and literal.text == "(":
        literal = ask.following(ahead + 1)
    if literal is not None and literal.kind in (Kind.WORD, Kind.QUOTED):
        after = ask.following(ahead + 1)
        named = after is None or after.text in (".", ")", ";", ",") or after.kind is Kind.WORD
        if (
            named
            and not literal.is_word("SELECT", "NULL", "TRUE", "FALSE")
            and (literal.kind is Kind.WORD or not ask.place.dialect.double_quoted_strings)
        ):
            return None
    double_quoted = literal is not None and literal.text[:1] == '"'
    if literal is not None and double_quoted and ask.place.dialect.double_quoted_strings:
        return replace(literal, kind=Kind.STRING)
    return literal


def _like_string(seen: traits.Traits) -> float:
    return {"text": 0.7, "time": 0.2, "number": -1.2}.get(seen.kind, 0.0) - 0.5 * seen.keyish


def _like_number(seen: traits.Traits) -> float:
    return {"number": 0.8, "text": -1.2, "time": -0.6}.get(seen.kind, 0.0) - 0.3 * seen.human


def _like_parameter(seen: traits.Traits) -> float:
    return 0.6 * seen.keyish


_COMPARING = frozenset(
    {"=", "<", ">", "<=", ">=", "<>", "!=", "LIKE", "ILIKE", "NOT", "IN", "BETWEEN"}
)
_LITERALS: dict[Kind, Callable[[traits.Traits], float]] = {
    Kind.STRING: _like_string,
    Kind.NUMBER: _like_number,
    Kind.PARAMETER: _like_parameter,
}
