"""Operands and predicates over the columns in scope, typed so that engines take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sureql.catalog import builtins
from sureql.prompt.grammar import families
from sureql.prompt.grammar.families import ANY, BOOL, NUMBER, OPAQUE, TEXT, TIME
from sureql.prompt.grammar.here import Here, Place
from sureql.prompt.grammar.model import (
    Node,
    Ref,
    Rules,
    either,
    listed,
    names,
    seq,
)

_ORDERED = (NUMBER, TIME, TEXT, ANY)
_MOST_LISTED = 3


class Terms:
    """Rules over one set of columns. `mark` keeps their names apart from those of other sets."""

    def __init__(self, here: Here, rules: Rules, columns: Sequence[Place], mark: str = "") -> None:
        self.here = here
        self.rules = rules
        self.places = tuple(columns)
        self.mark = mark
        self.by_family: dict[str, list[Place]] = {}
        for place in self.places:
            self.by_family.setdefault(place.family, []).append(place)
        functions = builtins.functions(here.dialect.name) or builtins.functions("postgres")
        self.functions = functions

    def rule(self, name: str, node: Node | None, shared: bool = False) -> Node | None:
        """A reference to a rule of that name, made now if it is new."""
        if node is None:
            return None
        full = _safe(name) if shared else f"{_safe(name)}{self.mark}"
        self.rules.setdefault(full, node)
        return Ref(full)

    def known(self, name: str) -> bool:
        """True if a rule of that name stands already."""
        return f"{_safe(name)}{self.mark}" in self.rules

    def word(self, phrase: str) -> str:
        return self.here.word(phrase)

    # Columns.

    def column(self, *wanted: str) -> Node | None:
        """A column of one of these families; of any if none is given."""
        name = _safe("-".join(("c", *(wanted or ("all",)))))
        if self.known(name):
            return Ref(name + self.mark)
        found = [place for place in self.places if not wanted or place.family in wanted]
        if not wanted and self.by_family.keys() != {""}:
            parts = [self.column(family) for family in sorted(self.by_family)]
            return self.rule(name, either(*parts))
        return self.rule(name, names([text for place in found for text in place.written]))

    def comparable(self) -> Node | None:
        """A column that can be compared and grouped."""
        kept = [self.column(family) for family in sorted(self.by_family) if family != OPAQUE]
        return self.rule("c-comparable", either(*kept))

    # Values.

    def literal(self, family: str, values: Iterable[str] = ()) -> Node | None:
        """A literal or parameter that may be compared with a column of `family`."""
        parameters = names(self.here.parameters)
        if family.startswith("enum-"):
            found = tuple(values) or next(
                (place.values for place in self.places if place.family == family), ()
            )
            return either(self.rule(_safe(family), families.values(found), True), parameters)
        node = families.literal(family, self.here.upper)
        if node is None:
            return parameters
        if family == NUMBER and all(place.whole for place in self.by_family.get(NUMBER, ())):
            # Small models like to write decimals where there are none.
            return either(self.rule("whole", families.WHOLE, True), parameters)
        return either(self.rule(f"{family}-literal", node, True), parameters)

    def operand(self, family: str, values: Iterable[str] = ()) -> Node | None:
        """What may stand on the other side of a comparison with `family`."""
        now = self._now() if family == TIME else None
        return either(self.literal(family, values), self.column(family), now)

    def _now(self) -> Node | None:
        return names([self.word("CURRENT_DATE"), self.word("CURRENT_TIMESTAMP")])

    # Calls.

    def aggregate(self, family: str = "") -> Node | None:
        """An aggregate call; with a family only those whose result is a number."""
        w = self.word
        ordered = self.column(NUMBER, TIME, TEXT) if not family else self.column(NUMBER)
        number = self.column(NUMBER, *((ANY,) if ANY in self.by_family else ()))
        made = either(
            w("COUNT(*)"),
            seq(names([w("COUNT("), w("COUNT(DISTINCT ")]), self.comparable(), ")"),
            seq(names([w("SUM("), w("AVG(")]), number, ")"),
            seq(names([w("MIN("), w("MAX(")]), ordered, ")"),
        )
        return self.rule("number-aggregate" if family else "aggregate", made)

    def call(self) -> Node | None:
        """A scalar call that is legal wherever a column is."""
        w, dialect = self.word, self.here.dialect.name
        text, number, time = self.column(TEXT), self.column(NUMBER), self.column(TIME)
        month = None
        if dialect in ("postgres", "duckdb", "redshift"):
            month = seq(w("DATE_TRUNC("), names(["'day'", "'month'", "'year'"]), ", ", time, ")")
        elif dialect == "sqlite":
            month = seq(w("STRFTIME("), names(["'%Y'", "'%Y-%m'"]), ", ", time, ")")
        return self.rule(
            "call",
            either(
                seq(names([w("LOWER("), w("UPPER("), w("LENGTH(")]), text, ")"),
                seq(names([w("ROUND("), w("ABS(")]), number, ")"),
                seq(w("COALESCE("), number, ", 0)"),
                month,
            ),
        )

    # Predicates.

    def tail(self, family: str, values: Iterable[str] = ()) -> Node | None:
        """What may follow a column of `family` in a predicate, a blank first."""
        w = self.word
        name = _safe(f"is-{family}")
        if self.known(name):
            return Ref(name + self.mark)
        null = names([w(" IS NULL"), w(" IS NOT NULL")])
        literal = self.literal(family, values)
        if family == OPAQUE:
            return self.rule(name, null)
        compared = [" = ", " <> "]
        compared += [" > ", " < ", " >= ", " <= "] if family in _ORDERED else []
        signs = self.rule(
            f"sign-{'ordered' if len(compared) > 2 else 'equal'}", names(compared), True
        )
        several = listed(literal, _MOST_LISTED)
        made = either(
            seq(signs, self.operand(family, values)),
            seq(names([w(" IN ("), w(" NOT IN (")]), several, ")") if family != BOOL else None,
            seq(w(" BETWEEN "), literal, w(" AND "), literal) if family in (NUMBER, TIME) else None,
            seq(
                names([w(" LIKE "), w(" NOT LIKE ")]), self.rule("pattern", families.PATTERNS, True)
            )
            if family == TEXT
            else None,
            null,
        )
        return self.rule(name, made)

    def predicate(self) -> Node | None:
        """One condition on a column."""
        if self.known("predicate"):
            return Ref("predicate" + self.mark)
        found: list[Node | None] = []
        for family in sorted(self.by_family):
            values = self.by_family[family][0].values
            found.append(seq(self.column(family), self.tail(family, values)))
            if family == BOOL and self.here.dialect.name != "tsql":
                found += [self.column(BOOL), seq(self.word("NOT "), self.column(BOOL))]
        return self.rule("predicate", either(*found))

    def having(self) -> Node | None:
        """A condition on groups."""
        signs = names([" > ", " < ", " >= ", " <= ", " = "])
        return seq(self.aggregate(NUMBER), signs, self.rule("whole", families.WHOLE, True))


def _safe(name: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
