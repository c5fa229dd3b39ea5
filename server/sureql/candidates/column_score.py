"""How likely a column is at a place: clause, name, type, keys, what stands elsewhere, history.

The parts add up like logarithms of odds: one unit makes a column about 2.7 times as likely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

from sureql.candidates import (
    counterpart,
    join_columns,
    match,
    operand,
    schema_index,
    traits,
    values,
)
from sureql.candidates.ask import Ask, base_column, column_of
from sureql.candidates.mentions import Mention
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind, Token

Field = semantics.Field
Source = semantics.Source

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
_COUNTERPART_NAME = 3.5
_HOLDS_VALUE, _LACKS_VALUE = 3.0, -2.0
_SETTLED = -1.5
_ORDERED = 0.7
_CANNOT_ORDER = -2.0
# Rows are numbered and summed within what they belong to, in the order of time or quantity.
_PARTITION: _Taste = (-0.2, 0.5, -0.9, -0.6, -0.8, -0.3, 1.0, 0.6)
_WITHIN_WINDOW: _Taste = (0.0, -0.3, 0.7, -0.6, 1.0, 0.2, -0.5, -0.2)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores the fields of one place; see `of`."""

    ask: Ask
    taste: _Taste
    number: float
    step: float
    written: frozenset[tuple[str, str]]
    elsewhere: dict[str, list[Mention]]
    compared: tuple[Source, Field] | None
    counterpart: tuple[Source, Field] | None
    literal: str | None
    settled: frozenset[tuple[str, str]]
    orderable: frozenset[str] | None
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
            + self.number * (seen.kind == "number" and not seen.keyish)
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
        if self.ask.guesses:
            score += self.ask.guesses.get(f"c:{low}", 0.0)
        if self.ask.comment:
            known = self.ask.comment.intersection(seen.words)
            score += 1.2 * len(known) / max(len(seen.words), 1)
        if self.compared:
            score += self._compared(source, field, seen)
        if self.counterpart:
            score += self._counterpart(source, field, seen)
        if self.literal is not None:
            score += self._holds(self.literal, source, field)
        if (low, "") in self.settled or (low, source.name.lower()) in self.settled:
            score += _SETTLED
        if self.orderable is not None and low not in self.orderable:
            score += _CANNOT_ORDER
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
        within = self.ask.context.compared is None and self.ask.context.call is not None
        if within and other.name.lower() == field.name.lower():
            # `salary > (SELECT avg(salary) …`
            return _COMPARED_LINKED
        if other.name == field.name and other_source.name == source.name:
            # `SET x = x + 1` and `SET x = excluded.x` are common, `WHERE x = x` is not.
            if self.ask.clause not in (Clause.SET, Clause.CONFLICT):
                return -3.0
            path = self.ask.context.qualifier
            return 4.0 if path is not None and path.parts[-1].lower() == "excluded" else 2.0
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
        if seen.keyish and not traits.of(other.name, other.type).keyish:
            score -= 1.0
        if kind:
            # A type of neither kind, such as an enumerated one, fits no better than a wrong one.
            known = seen.kind or field.type
            score += _COMPARED_KIND if kind == seen.kind else -1.0 if known else 0.0
        return score

    def _counterpart(self, source: Source, field: Field, seen: traits.Traits) -> float:
        """How well the field fills the column, or stands below the one, that has its position."""
        assert self.counterpart is not None
        other = self.counterpart[1]
        kind = traits.kind_of(other.type)
        score = 0.0
        if kind:
            score += _COMPARED_KIND if kind == seen.kind else -1.0 if seen.kind else 0.0
        if base_column(source, field) in self.linked:
            return score + _COMPARED_LINKED
        return score + _COUNTERPART_NAME * (other.name.lower() == field.name.lower())

    def _holds(self, literal: str, source: Source, field: Field) -> float:
        """Whether the field is one of few values, and `literal` is among them."""
        column = column_of(field, source)
        if column is None:
            return 0.0
        allowed = values.values_of(self.ask.place.catalog, column, source.relation)
        if not allowed:
            return 0.0
        return _HOLDS_VALUE if literal in allowed else _LACKS_VALUE

    def _history(self, source: Source, field: Field) -> float:
        past = self.ask.place.history
        if not past.columns and not past.clauses:
            return 0.0
        base = base_column(source, field)
        name = f"{base[1]}.{base[2]}" if base else f".{field.name.lower()}"
        clause = self.ask.clause.value
        return 0.8 * log1p(past.clauses.get(f"{clause}:{name}", 0.0)) + 0.35 * log1p(
            past.columns.get(name, 0.0)
        )


def of(ask: Ask) -> Scorer:
    """The scorer for the fields that may stand at `ask`."""
    context = ask.context
    elsewhere: dict[str, list[Mention]] = defaultdict(list)
    for mention in ask.mentions:
        if mention.clause not in (Clause.FROM, Clause.JOIN):
            elsewhere[mention.name].append(mention)
    compared = ask.scope.field(context.compared) if context.compared else operand.outer(ask)
    answers = counterpart.of(ask) if compared is None and _heads_item(ask) else None
    literal = operand.literal_ahead(ask)
    # The right side of an assignment may well name what the left sides name.
    assigned = ask.clause is Clause.SET and context.compared is not None
    # In a grouped query only what is grouped may be ordered by.
    grouped = context.frame.clause(Clause.GROUP_BY) is not None
    return Scorer(
        ask=ask,
        taste=_taste(ask),
        number=_ORDERED if ask.clause is Clause.ORDER_BY and not grouped else 0.0,
        step=_ORDER.get(ask.clause, 0.02),
        written=frozenset(
            (path.parts[-1].lower(), path.parts[-2].lower() if len(path.parts) > 1 else "")
            for path in context.written
            if not assigned
        ),
        elsewhere=elsewhere,
        compared=compared,
        counterpart=answers,
        literal=_string(literal),
        settled=_settled(ask, compared),
        orderable=_orderable(ask, grouped),
        linked=linked_columns(ask.index, compared or answers),
        wanted=operand.wanted(ask),
        within=context.call is not None or not _heads_item(ask),
        joined=join_columns.of(ask) if compared is None else {},
    )


def _heads_item(ask: Ask) -> bool:
    """True if the cursor is at the beginning of a list item."""
    before = ask.previous()
    return before is None or before.text == "," or before.is_word("SELECT", "DISTINCT", "BY")


def _taste(ask: Ask) -> _Taste:
    kind = ask.context.statement_kind
    if ask.clause is Clause.WHERE and kind.startswith(("UPDATE", "DELETE")):
        return _CHANGED_ROWS
    if ask.clause is Clause.WINDOW:
        return _WITHIN_WINDOW if _window_part(ask) == "ORDER" else _PARTITION
    return _TASTES.get(ask.clause, _PLAIN)


def _window_part(ask: Ask) -> str:
    """PARTITION or ORDER: which list of a window the cursor is in."""
    for back in range(1, 40):
        token = ask.previous(back)
        if token is None or token.text == "(":
            return ""
        if token.is_word("PARTITION", "ORDER"):
            return token.upper
    return ""


def _string(token: Token | None) -> str | None:
    """What a string literal says."""
    if token is None or token.kind is not Kind.STRING or token.text[:1] != "'":
        return None
    return token.text[1:].removesuffix("'").replace("''", "'")


def _orderable(ask: Ask, grouped: bool) -> frozenset[str] | None:
    """The only columns that this ORDER BY or HAVING may name outside an aggregate, in a grouped or
    a DISTINCT query; None if all may."""
    if ask.clause not in (Clause.ORDER_BY, Clause.HAVING) or ask.context.call is not None:
        return None
    select = ask.context.frame.clause(Clause.SELECT)
    start = select.body.start if select else -1
    first = next((token for token in ask.tokens if token.start >= start), None)
    distinct = select is not None and first is not None and first.is_word("DISTINCT")
    if not grouped and not distinct:
        return None
    clause = Clause.GROUP_BY if grouped else Clause.SELECT
    names = (mention for mention in ask.mentions if mention.here and mention.clause is clause)
    return frozenset(mention.name for mention in names) or None


def _settled(ask: Ask, compared: tuple[Source, Field] | None) -> frozenset[tuple[str, str]]:
    """(column, source) of what this WHERE already holds equal to something, and of the operand
    that an operator at the cursor follows: seldom named twice."""
    operator, operand_before = ask.previous(), ask.previous(2)
    if operator is not None and operand_before is not None and operator.text in ("*", "/", "-"):
        return frozenset({(ask.place.dialect.normalize(operand_before.text).lower(), "")})
    if ask.clause is not Clause.WHERE or compared is not None:
        return frozenset()
    if any(token.is_word("OR") for token in ask.tokens):
        return frozenset()
    starts = {one.start for one, after in pairwise(ask.tokens) if after.text == "="}
    return frozenset(
        (mention.name, mention.qualifier)
        for mention in ask.mentions
        if mention.here and mention.clause is Clause.WHERE and mention.start in starts
    )


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
