"""Symbols as text: spacing, letter case, aliases and layout as the user writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sureql.candidates import aliases as alias_candidates
from sureql.history import normalise
from sureql.inline.engine.moment import Moment
from sureql.syntax import lexer
from sureql.syntax.cursor import Clause

_OPENS_LINE = frozenset(
    [
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "SET",
        "VALUES",
    ]
)
_BEFORE_JOIN = frozenset(("LEFT", "RIGHT", "INNER", "OUTER", "FULL", "CROSS", "NATURAL"))
_NAMELESS = frozenset(
    (Clause.WHERE, Clause.ON, Clause.HAVING, Clause.GROUP_BY, Clause.ORDER_BY, Clause.QUALIFY)
)
_NUMBERED = re.compile(r"([a-z]+)[0-9]+")


class Writer:
    """Writes symbols one after the other, behind the text at a moment."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._style = moment.place.style
        self._by_relation = {name: alias for alias, name in moment.aliases.items()}
        self._previous = moment.symbols[-1] if moment.symbols else ""
        self._relation = self._previous[2:] if self._previous.startswith("t:") else ""
        self._lines = _writes_lines(moment)
        self._defined = False
        self._given = 0
        self.text = ""

    @property
    def qualifies(self) -> bool:
        """True if the last symbol is an alias in use, which a column must follow."""
        return self._previous.startswith("@") and not self._defined

    def add(self, symbol: str) -> bool:
        """Write one more symbol; False (and nothing written) if it cannot be said here."""
        written = self._written(symbol)
        if written is None:
            return False
        self.text += self._gap(symbol) + written
        if symbol.startswith("t:"):
            self._relation = symbol[2:]
        self._defined = self._previous == "AS" or self._previous.startswith("t:")
        self._previous = symbol
        return True

    def _written(self, symbol: str) -> str | None:
        tag, name = symbol[:2], symbol[2:]
        dialect = self._moment.place.dialect
        if tag in ("s:", "d:", "p:", "n:"):
            return name
        if name == "grouping" and not self._groups():
            return None
        if tag == "f:":
            return name.upper() if self._style.upper_functions else name
        if tag == "t:":
            relation = self._moment.place.catalog.find([name])
            return dialect.write(relation.name) if relation else self._known(name)
        if tag == "c:":
            return self._column(name)
        if symbol.startswith("@"):
            return self._alias(symbol[1:])
        if symbol == "AS" and not self.text and self._moment.clause in _NAMELESS:
            # Only a cast names a type there.
            call = self._moment.place.context.call
            if call is None or not call.name.parts[-1].lower().endswith("cast"):
                return None
        operand = "".join(self._moment.symbols[-2:-1])
        if symbol == "INTERVAL" and not self.text and operand.startswith("d:"):
            # Engines do not add an interval to a number.
            return None
        if symbol in normalise.KEYWORDS:
            return self._moment.keyword(symbol)
        return symbol

    def _groups(self) -> bool:
        # GROUPING() is about a GROUP BY that must be there.
        return self._moment.place.context.frame.clause(Clause.GROUP_BY) is not None

    def _known(self, name: str) -> str | None:
        return name if name in self._moment.aliases else None

    def _column(self, name: str) -> str:
        dialect = self._moment.place.dialect
        for source in (*self._moment.place.visible.sources, *self._moment.place.visible.outer):
            for field in source.fields:
                if field.name.lower() == name:
                    return dialect.write(field.name)
        relation = self._moment.place.catalog.find([self._relation or self._qualifier()])
        found = (
            next((c for c in relation.columns if c.name.lower() == name), None)
            if relation
            else None
        )
        return dialect.write(found.name) if found else name

    def _qualifier(self) -> str:
        return self._previous[1:] if self._previous.startswith("@") else ""

    def _alias(self, relation: str) -> str | None:
        if self._previous == "AS" or self._previous.startswith("t:"):
            if self._relation != relation:
                return None
            made = self._new_alias(relation)
            if made:
                self._by_relation[relation] = made
                self._given += 1
            return made or None
        alias = self._by_relation.get(relation)
        if alias is None:
            return None
        return self._spelled(alias)

    def _new_alias(self, relation: str) -> str:
        # One that the statement uses already, then one as in the user's other statements.
        moment = self._moment
        early = self._by_relation.get(relation, "")
        defined = {source.name.lower() for source in moment.place.visible.sources}
        if early and early != relation and early not in defined:
            return self._as_typed(early)
        past = moment.place.history.aliases
        numbered = [match[1] for alias in past if (match := _NUMBERED.fullmatch(alias))]
        if not any(source.aliased for source in moment.place.visible.sources) and past:
            if 2 * len(numbered) > len(past):
                return f"{numbered[0].upper()}{self._given + 1}"
            usual = [alias for alias, name in past.items() if name == relation]
            if usual and usual[0] not in defined:
                return usual[0]
        return alias_candidates.propose(moment.place, relation)

    def _as_typed(self, alias: str) -> str:
        for token in lexer.code(self._moment.spot.masked, self._moment.place.dialect):
            if token.text.lower() == alias.lower():
                return token.text
        return alias

    def _spelled(self, alias: str) -> str:
        # The alias in the letters that the user gave it.
        for source in (*self._moment.place.visible.sources, *self._moment.place.visible.outer):
            if source.name.lower() == alias.lower():
                return self._moment.place.dialect.write(source.name)
        return self._as_typed(alias)

    def _gap(self, symbol: str) -> str:
        before = self._previous
        if not before or (not self.text and self._moment.spot.before[-1:].isspace()):
            return ""
        if not self.text and self._moment.typed:
            return ""
        if symbol in (",", ")", ".", ";", "]", "::", "[") or before in ("(", ".", "[", "::"):
            return ""
        if symbol == "(" and before.startswith("f:"):
            return ""
        clause = symbol in _OPENS_LINE and before not in _BEFORE_JOIN
        return "\n" if clause and self._lines and self._moment.place.context.depth == 0 else " "


def _writes_lines(moment: Moment) -> bool:
    # True if the statement puts its clauses on lines of their own.
    lines = moment.spot.text.split("\n")
    return any(
        line.split(None, 1)[:1] and line.split()[0].upper() in _OPENS_LINE for line in lines[1:]
    )


def write(moment: Moment, symbols: Iterable[str]) -> str:
    """All of `symbols`, '' if one of them cannot be said here."""
    writer = Writer(moment)
    for symbol in symbols:
        if not writer.add(symbol):
            return ""
    return writer.text
