"""Select lists, GROUP BY, ORDER BY, and the clauses that may come next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sureql.prompt.grammar import families, relations
from sureql.prompt.grammar.here import Here
from sureql.prompt.grammar.model import Chars, Names, Node, either, listed, maybe, names, seq
from sureql.prompt.grammar.terms import Terms
from sureql.syntax import lexer
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_AGGREGATES = frozenset(
    [
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "STRING_AGG",
        "GROUP_CONCAT",
        "ARRAY_AGG",
        "JSON_AGG",
        "TOTAL",
        "BOOL_AND",
        "BOOL_OR",
    ]
)
_MOST_ITEMS, _MOST_KEYS = 4, 3
_ORDER = (
    Clause.SELECT,
    Clause.FROM,
    Clause.JOIN,
    Clause.ON,
    Clause.WHERE,
    Clause.GROUP_BY,
    Clause.HAVING,
    Clause.QUALIFY,
    Clause.WINDOW,
    Clause.ORDER_BY,
    Clause.LIMIT,
)
_NAMES = (Kind.WORD, Kind.QUOTED)
_BEHIND_KEYS = ("HAVING", "ORDER", "LIMIT", "QUALIFY", "WINDOW", "UNION", "OFFSET", "FETCH")
_SOURCES = (Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING)
_RANKS = {clause: rank for rank, clause in enumerate(_ORDER)}
_OPENS = {
    "FROM": Clause.FROM,
    "WHERE": Clause.WHERE,
    "GROUP BY": Clause.GROUP_BY,
    "HAVING": Clause.HAVING,
    "ORDER BY": Clause.ORDER_BY,
    "LIMIT": Clause.LIMIT,
}


class Query:
    """What the query at the cursor selects, grouped and as written."""

    def __init__(self, here: Here) -> None:
        self.here = here
        frame, at = here.context.frame, here.context.word.start
        spans = [span for span in frame.projection if not _holds(here.text, span, at)]
        self.inside = len(spans) < len(frame.projection)
        self.items = [here.sql(span) for span in spans]
        self.aggregated = [self._aggregates(span) for span in spans]
        clause = frame.clause(Clause.GROUP_BY)
        self.grouped = clause is not None
        self.keys = self._keys(clause.body) if clause is not None else []
        select = frame.clause(Clause.SELECT)
        head = select.body.of(here.text).lstrip().upper() if select is not None else ""
        self.distinct = head.startswith("DISTINCT")

    def _aggregates(self, span: Span) -> bool:
        tokens = lexer.code(self.here.sql(span), self.here.dialect)
        return any(
            token.upper in _AGGREGATES and following.text == "("
            for token, following in pairwise(tokens)
        )

    def _keys(self, body: Span) -> list[str]:
        text = body.of(self.here.text)
        found, depth, start, end = [], 0, 0, 0
        for token in lexer.code(text, self.here.dialect):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.is_word(*_BEHIND_KEYS):
                break
            if token.text == "," and depth == 0:
                found.append(text[start:end].strip())
                start = token.end
            end = token.end
        last = text[start:end].strip()
        return [one for one in (*found, last) if one and not one.isdigit()]

    @property
    def plain(self) -> list[str]:
        """The items that hold no aggregate, as GROUP BY wants them."""
        return [
            self._split(item)[0]
            for item, aggregated in zip(self.items, self.aggregated, strict=True)
            if not aggregated
        ]

    @property
    def aliases(self) -> list[str]:
        """The names that the user gave to items."""
        return [alias for item in self.items if (alias := self._split(item)[1])]

    def _split(self, item: str) -> tuple[str, str]:
        """An item without its alias, and the alias, '' if it has none."""
        tokens = lexer.code(item, self.here.dialect)
        if len(tokens) < 2 or tokens[-1].kind not in _NAMES or tokens[-1].is_word("END"):
            return item, ""
        before = tokens[-2]
        if before.is_word("AS"):
            return item[: before.start].rstrip(), tokens[-1].text
        ends = before.kind in (*_NAMES, Kind.STRING, Kind.NUMBER) or before.text == ")"
        if not ends or before.is_word("DISTINCT", "ALL", "NOT", "IS", "AND", "OR"):
            return item, ""
        return item[: before.end], tokens[-1].text


def _holds(text: str, span: Span, at: int) -> bool:
    return span.start <= at and not text[span.end : at].strip()


def items(terms: Terms, query: Query) -> Node | None:
    """A select list from here on, up to the end of its clause."""
    aggregate = _named(terms, terms.aggregate())
    if query.grouped:
        keys = names(query.keys)
        item = terms.rule("item", either(keys, aggregate))
        return listed(item, _MOST_ITEMS if terms.here.last else 1)
    plain = terms.rule("plain", either(terms.column(), terms.call()))
    star = Names(("*",)) if not query.items else None
    if not terms.here.last and any(query.aggregated):
        plain = star = None
    elif not terms.here.last and query.items:
        aggregate = None
    if terms.here.last:
        item = terms.rule("item", either(plain, aggregate))
        return either(star, listed(item, _MOST_ITEMS))
    # Where the rest of the statement stands, a list can't be accepted word by word.
    return either(star, plain, aggregate)


def one(terms: Terms, query: Query) -> Node | None:
    """One item of a select list that has a name already."""
    if query.grouped:
        return either(names(query.keys), terms.aggregate())
    if any(query.aggregated):
        return terms.aggregate()
    return either(terms.column(), terms.call(), None if query.items else terms.aggregate())


def _named(terms: Terms, node: Node | None) -> Node | None:
    # An underscore keeps an invented name from being a reserved word.
    alias = seq(terms.word(" AS "), Chars("a-bd-km-rt-z", 2, 12), "_", Chars("a-z", 2, 12))
    return seq(node, maybe(alias)) if node is not None else None


def group(terms: Terms, query: Query) -> Node | None:
    """The items of GROUP BY: all that the select list has beside its aggregates."""
    plain = [item for item in query.plain if item != "*" and not _constant(item)]
    if plain:
        return names([", ".join(dict.fromkeys(plain))])
    return listed(terms.comparable(), _MOST_KEYS)


def _constant(item: str) -> bool:
    return item[:1].isdigit() or item.startswith("'")


def order(terms: Terms, query: Query) -> Node | None:
    """The items of ORDER BY with their directions."""
    direction = maybe(names([terms.word(" DESC"), terms.word(" ASC")]))
    return seq(order_key(terms, query), direction)


def order_key(terms: Terms, query: Query) -> Node | None:
    """What the rows may be ordered by."""
    if query.inside:  # In a window.
        return terms.comparable()
    aliases = names([alias for alias in query.aliases if alias])
    plain = names([item for item in query.plain if item and not item.endswith("*")])
    if query.distinct:
        return either(plain, aliases)
    if query.grouped or any(query.aggregated):
        return either(names(query.keys) if query.keys else plain, aliases, terms.aggregate())
    return either(terms.comparable(), aliases)


def limit() -> Node | None:
    """A number of rows."""
    return families.ROWS


def following(terms: Terms, query: Query, keywords: Sequence[str]) -> Node | None:
    """The clauses that may come next, each with what belongs to it; a blank stands before them."""
    here = terms.here
    found: list[Node | None] = []
    highest = _next_rank(here)
    if here.context.clause in _SOURCES:
        lacking = relations.wanted(here)
        joining = here.context.clause is Clause.JOIN and "ON" in keywords
        if joining and here.context.expect is Expect.AFTER_RELATION:
            keywords = () if lacking else ("ON",)
        elif lacking:
            # Names that nothing explains yet: a table is missing.
            keywords = [phrase for phrase in keywords if "JOIN" in phrase]
    for phrase in keywords:
        clause = _OPENS.get(phrase)
        if clause is not None and _RANKS[clause] >= highest:
            continue
        found.append(_clause(terms, query, phrase, highest))
    return either(*found)


def _next_rank(here: Here) -> int:
    ranks = [
        _RANKS[one.clause]
        for one in here.context.frame.clauses
        if one.clause in _RANKS and one.keyword.start >= here.context.offset
    ]
    return min(ranks, default=len(_ORDER))


def _clause(terms: Terms, query: Query, phrase: str, highest: int) -> Node | None:
    word = terms.word
    if phrase == "WHERE":
        return seq(word("WHERE "), terms.predicate())
    if phrase == "GROUP BY":
        wanted = any(query.aggregated) or not query.items or terms.here.last
        stars = any(item.endswith("*") for item in query.plain)
        return seq(word("GROUP BY "), group(terms, query)) if wanted and not stars else None
    if phrase == "HAVING":
        return (
            seq(word("HAVING "), terms.having()) if query.grouped or any(query.aggregated) else None
        )
    if phrase == "ORDER BY":
        return seq(word("ORDER BY "), order(terms, query))
    if phrase == "LIMIT":
        return seq(word("LIMIT "), limit())
    if phrase == "FROM":
        return seq(word("FROM "), relations.tables(terms.here))
    if phrase in ("JOIN", "LEFT JOIN", "INNER JOIN"):
        if highest <= _RANKS[Clause.FROM]:
            return None
        return seq(word(phrase + " "), relations.joined(terms.here, terms.rules))
    if phrase in ("AND", "OR"):
        condition = (
            terms.having() if terms.here.context.clause is Clause.HAVING else terms.predicate()
        )
        return seq(word(phrase + " "), condition)
    if phrase == "ON":
        return seq(word("ON "), relations.conditions(terms))
    if phrase in ("DESC", "ASC"):
        return names([word(phrase)])
    return None
