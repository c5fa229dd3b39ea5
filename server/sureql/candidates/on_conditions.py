"""Join conditions: by foreign keys, then by equal names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import log1p

from sureql.candidates import ask as asking
from sureql.candidates import traits
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind

BASE = 5.0
_MOST_PAIRS = 60


@dataclass(frozen=True, slots=True)
class Condition:
    """`text` is the whole condition; `pairs` are its columns, the joined source's first."""

    text: str
    score: float
    pairs: tuple[tuple[str, str], ...]
    left: str
    right: str


def at(ask: Ask) -> Iterator[Candidate]:
    """Whole conditions after ON, after AND within it, and in WHERE for tables joined by comma."""
    before, following = ask.previous(), ask.following()
    if ask.context.quote or before is None or ask.context.call:
        return
    if following is not None and following.kind is Kind.OPERATOR:
        return
    if ask.clause is Clause.WHERE and before.is_word("WHERE", "AND"):
        for order, condition in enumerate(_by_comma(ask)):
            yield _made(ask, condition.text, BASE - 1.0 - 0.05 * order)
        if before.is_word("WHERE") and in_exists(ask):
            for order, condition in enumerate(_correlated(ask)[:3]):
                yield _made(ask, condition.text, BASE - 1.0 - 0.05 * order)
    if ask.clause is not Clause.ON or not (before.is_word("ON", "AND") or before.text == "("):
        return
    for order, condition in enumerate(_of_cursor(ask)):
        if not (before.is_word("AND") and _stands(ask, condition)):
            yield _made(ask, condition.text, BASE + condition.score - 0.01 * order)


def _made(ask: Ask, text: str, score: float) -> Candidate:
    return Candidate("condition", text, text, text, ask.context.word, score, "join condition")


def _by_comma(ask: Ask) -> list[Condition]:
    """Conditions for sources that stand side by side in FROM and that no key connects yet."""
    plain = {source.span.start for source in ask.context.frame.sources if source.role == "from"}
    side_by_side = [
        one
        for one in ask.scope.sources
        if one.relation is not None and one.span is not None and one.span.start in plain
    ]
    if len(side_by_side) < 2:
        return []
    found = []
    for at, source in enumerate(side_by_side[1:], start=1):
        ways = [one for one in between(ask, source, side_by_side[:at]) if one.score >= 1.5]
        if ways and not any(_stands(ask, one) for one in ways):
            found.append(ways[0])
    return found


def in_exists(ask: Ask) -> bool:
    """True in the sub-query of EXISTS, which mostly refers to the query around it."""
    start = ask.context.frame.span.start
    before = [token for token in ask.tokens if token.end <= start][-2:]
    return len(before) == 2 and before[0].is_word("EXISTS") and before[1].text == "("


def _correlated(ask: Ask) -> list[Condition]:
    """Conditions that connect the sub-query with the query around it by a key."""
    found = [
        one
        for source in ask.scope.sources
        for one in between(ask, source, ask.scope.outer, qualified=True)
        if one.score >= 1.5
    ]
    return sorted(found, key=lambda one: -one.score)


def after_relation(ask: Ask) -> Iterator[Candidate]:
    """`ON …` as a whole once the joined table is written."""
    if ask.clause is not Clause.JOIN:
        return
    word = "on" if ask.place.style.upper is False else "ON"
    for order, condition in enumerate(_of_cursor(ask)[:3]):
        text = f"{word} {condition.text}"
        yield Candidate(
            "condition", text, text, word, ask.context.word, 7.38 - 0.01 * order, "join condition"
        )


def after_qualifier(ask: Ask, source: semantics.Source) -> Iterator[Candidate]:
    """`track_id = t.track_id` after `ON il.`: the rest of a condition."""
    if ask.clause is not Clause.ON or ask.context.quote or ask.context.compared:
        return
    if ask.context.expect is not Expect.EXPRESSION:
        return
    following = ask.following()
    if following is not None and following.text == "=":
        return
    others = [one for one in ask.scope.sources if one.name != source.name]
    for condition in between(ask, source, others, mine_first=True)[:3]:
        text = condition.text.partition(".")[2]
        if len(condition.pairs) == 1:
            first = condition.pairs[0][0]
            made = Candidate("condition", text, text, first, ask.context.word, BASE - 3.0)
            yield replace(made, detail="join condition")


def between(
    ask: Ask,
    source: semantics.Source,
    others: Iterable[semantics.Source],
    mine_first: bool | None = None,
    qualified: bool = False,
) -> list[Condition]:
    """Conditions that connect `source` with one of `others`, likeliest first.

    `mine_first`: whether the columns of `source` stand at the left; the user's habit if None.
    `qualified`: whether columns are written with their source even where they need not be.
    """
    first = ask.place.style.new_first if mine_first is None else mine_first
    found: list[Condition] = []
    for distance, other in enumerate(reversed(list(others))):
        if other.name == source.name:
            continue
        for pairs, score in _pairs(ask, source, other):
            text = _written(ask, source, other, pairs, first, qualified)
            found.append(Condition(text, score - 0.15 * distance, pairs, source.name, other.name))
    found.sort(key=lambda one: -one.score)
    return found


def keys_between(
    ask: Ask, source: semantics.Source, other: semantics.Source
) -> list[tuple[tuple[str, str], ...]]:
    """The pairs of columns, those of `source` first, that keys connect the two by."""
    found = sorted(_by_key(ask, source, other), key=lambda one: -one[1])
    return [pairs for pairs, _ in found]


def joined(ask: Ask) -> semantics.Source | None:
    """The source whose join condition the cursor is in: the last one before the cursor."""
    before = _before(ask)
    if len(before) < 2:
        return None
    if all(one.span is not None for one in before):
        return max(before, key=lambda one: one.span.start if one.span else 0)
    return before[-1]


def _before(ask: Ask) -> list[semantics.Source]:
    sources = [one for one in ask.scope.sources if one.name]
    start = ask.context.word.start
    return [one for one in sources if one.span is None or one.span.start < start] or sources


def _of_cursor(ask: Ask) -> list[Condition]:
    """Conditions for the join at the cursor."""
    source = joined(ask)
    if source is None:
        return []
    return between(ask, source, [one for one in _before(ask) if one is not source])


_Pairs = tuple[tuple[str, str], ...]


def _pairs(
    ask: Ask, left: semantics.Source, right: semantics.Source
) -> Iterator[tuple[_Pairs, float]]:
    """The columns that belong together, with a score: declared keys, inferred ones, equal names."""
    seen: set[_Pairs] = set()
    found = (*_by_key(ask, left, right), *_by_name(left, right), *_by_history(ask, left, right))
    for pairs, score in found:
        if pairs not in seen and not any(set(pairs) <= set(known) for known in seen):
            seen.add(pairs)
            yield pairs, score + _history(ask, left, right, pairs)


def _by_key(
    ask: Ask, left: semantics.Source, right: semantics.Source
) -> Iterator[tuple[_Pairs, float]]:
    mine, theirs = _bases(left), _bases(right)
    # `employee e JOIN employee m`: the row that is joined is mostly the one referred to.
    same = left.relation is not None and left.relation is right.relation
    later = (left.span.start if left.span else 1 << 30) > (right.span.start if right.span else 0)
    for relation in {base[:2] for base in mine}:
        for edge in ask.index.edges.get(relation, ()):
            pairs = []
            for column, other in zip(edge.columns, edge.other_columns, strict=False):
                one = mine.get((*relation, column.lower()))
                two = theirs.get((*edge.other, other.lower()))
                if one is None or two is None:
                    break
                pairs.append((one, two))
            else:
                # A column that meets itself says nothing, except between two rows of one table.
                against = same and edge.outgoing == later
                yield tuple(pairs), (3.0 if edge.declared else 2.0) - 0.1 * against


def _by_name(left: semantics.Source, right: semantics.Source) -> Iterator[tuple[_Pairs, float]]:
    names = {field.name.lower(): field for field in right.fields if field.name}
    count = 0
    for field in left.fields:
        other = names.get(field.name.lower())
        if other is None or not field.name:
            continue
        seen = traits.of(field.name, field.type)
        same = _base(left, field) is not None and _base(left, field) == _base(right, other)
        bare = field.name.lower() in ("id", "name", "title", "description")
        score = 0.6 + 0.8 * seen.keyish + 1.0 * (same and seen.keyish) - 1.2 * bare
        if left.relation and right.relation and left.relation is right.relation:
            score -= 0.6
        yield ((field.name, other.name),), score
        count += 1
        if count == _MOST_PAIRS:
            return


def _by_history(
    ask: Ask, left: semantics.Source, right: semantics.Source
) -> Iterator[tuple[_Pairs, float]]:
    """Pairs that past statements joined by, though neither keys nor names suggest them."""
    if not ask.place.history.joins or not left.relation or not right.relation:
        return
    mine = {field.name.lower(): field.name for field in left.fields}
    theirs = {field.name.lower(): field.name for field in right.fields}
    one, two = left.relation.name.lower(), right.relation.name.lower()
    for condition in ask.place.history.joins:
        first, _, second = condition.partition("=")
        for side, other in ((first, second), (second, first)):
            table, _, column = side.partition(".")
            other_table, _, other_column = other.partition(".")
            if (table, other_table) == (one, two) and column in mine and other_column in theirs:
                yield ((mine[column], theirs[other_column]),), 0.5


def _bases(source: semantics.Source) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for field in source.fields:
        if base := _base(source, field):
            found.setdefault(base, field.name)
    return found


def _base(source: semantics.Source, field: semantics.Field) -> tuple[str, str, str] | None:
    return asking.base_column(source, field)


def _history(ask: Ask, left: semantics.Source, right: semantics.Source, pairs: _Pairs) -> float:
    joins = ask.place.history.joins
    if not joins:
        return 0.0
    one = left.relation.name.lower() if left.relation else left.name.lower()
    two = right.relation.name.lower() if right.relation else right.name.lower()
    total = 0.0
    for mine, theirs in pairs:
        sides = sorted((f"{one}.{mine.lower()}", f"{two}.{theirs.lower()}"))
        total += log1p(joins.get("=".join(sides), 0.0))
    return 1.5 * total


def _written(
    ask: Ask,
    left: semantics.Source,
    right: semantics.Source,
    pairs: _Pairs,
    left_first: bool,
    qualified: bool,
) -> str:
    write = ask.place.dialect.write
    bare = ask.clause is Clause.WHERE and not qualified
    parts = []
    for mine, theirs in pairs:
        one = f"{_prefix(ask, left, mine, bare)}{write(mine)}"
        two = f"{_prefix(ask, right, theirs, bare)}{write(theirs)}"
        parts.append(f"{one} = {two}" if left_first else f"{two} = {one}")
    joint = " and " if ask.place.style.upper is False else " AND "
    return joint.join(parts)


def _prefix(ask: Ask, source: semantics.Source, column: str, bare: bool) -> str:
    """The qualifier of a column; in WHERE only where it is needed or usual."""
    unneeded = column.lower() not in ask.scope.repeated
    if bare and unneeded and source.name.lower() not in ask.scope.qualified:
        return ""
    return f"{ask.place.dialect.write(source.name)}."


def _stands(ask: Ask, condition: Condition) -> bool:
    """True if the condition is already part of the statement."""
    names = {
        (mention.qualifier, mention.name)
        for mention in ask.mentions
        if mention.here and mention.clause in (Clause.ON, Clause.WHERE)
    }

    def named(source: str, column: str) -> bool:
        return (source.lower(), column.lower()) in names or ("", column.lower()) in names

    return all(
        named(condition.left, mine) and named(condition.right, theirs)
        for mine, theirs in condition.pairs
    )
