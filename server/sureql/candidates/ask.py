"""One question for candidates: the place with all that its answerers share, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sureql.candidates import match, mentions, schema_index, scope
from sureql.candidates.mentions import Mention
from sureql.candidates.model import Candidate, Place
from sureql.candidates.scope import Scope
from sureql.catalog import model as catalog
from sureql.history import normalise, recall
from sureql.semantics import model as semantics
from sureql.syntax import cursor, dialects, lexer
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_CLOSING = {"[": "]"}
_NOTHING: Mapping[str, float] = MappingProxyType({})
_GUESSED, _LONG_GUESS = 4.0, 6
_LONGEST_ECHO = 5
_ECHO = (0.0, 0.0, 0.7, 1.3, 1.8, 2.2)


@dataclass(frozen=True, slots=True)
class Ask:
    """`tokens` are those of the statement, `before` and `after` count them around the half-typed
    word. `comment` holds the words of the statement's comments. `echoes` maps a name, in lower
    case, to how much of the text before the cursor also stood before that name elsewhere. `guesses`
    maps what came next in past statements to a bonus; see history.normalise for its symbols."""

    place: Place
    scope: Scope
    index: schema_index.Index
    matcher: match.Matcher
    mentions: tuple[Mention, ...]
    tokens: tuple[Token, ...]
    before: int
    after: int
    comment: frozenset[str]
    echoes: Mapping[str, float]
    guesses: Mapping[str, float]

    @property
    def context(self) -> cursor.CursorContext:
        return self.place.context

    @property
    def clause(self) -> Clause:
        return self.place.context.clause

    def previous(self, back: int = 1) -> Token | None:
        """The token that stands `back` tokens before the half-typed word and its qualifier."""
        at = self.before - back
        return self.tokens[at] if at >= 0 else None

    def following(self, ahead: int = 0) -> Token | None:
        """The token that stands after the half-typed word."""
        at = self.after + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def tier(self, name: str) -> int:
        return self.matcher.tier(name) if self.matcher.typed else match.PREFIX


def of(place: Place) -> Ask:
    """The question that `place` poses."""
    tokens = lexer.code(place.text, place.dialect)
    context = place.context
    start = context.qualifier.span.start if context.qualifier else context.word.start
    end = context.word.end
    before = next((i for i, token in enumerate(tokens) if token.start >= start), len(tokens))
    after = before
    while after < len(tokens) and tokens[after].start < end:
        after += 1
    found = mentions.of(place)
    at_word = _word_index(tokens, context.word.start)
    return Ask(
        place=place,
        scope=scope.of(place, found),
        index=schema_index.of(place.catalog),
        matcher=match.Matcher(context.typed),
        mentions=found,
        tokens=tokens,
        before=before,
        after=after,
        comment=_comment_words(place.text, place.dialect),
        echoes=_echoes(tokens, at_word, place.dialect),
        guesses=_guesses(place, at_word),
    )


def name(
    ask: Ask, kind: str, written: str, plain: str, score: float, qualifier: str = ""
) -> Candidate:
    """A candidate that names something existing. `plain` is its name, `written` how it stands in
    a statement, `qualifier` ('c.') what must stand before it here.

    Inside quotes only the name between them is replaced, so that editors filter on what they show.
    """
    context = ask.context
    if not context.quote:
        insert = f"{qualifier}{written}"
        return Candidate(kind, plain, insert, plain, context.word, score)
    closing = _CLOSING.get(context.quote, context.quote)
    if written != plain:
        score += 1.0  # Who opens a quote probably needs one.
    if qualifier:
        quoted = context.quote + plain.replace(closing, closing * 2) + closing
        return Candidate(kind, plain, qualifier + quoted, plain, context.word, score)
    inside = Span(
        min(context.word.start + 1, context.word.end),
        context.word.end if context.unclosed else max(context.word.end - 1, context.word.start + 1),
    )
    insert = plain.replace(closing, closing * 2) + (closing if context.unclosed else "")
    return Candidate(kind, plain, insert, plain, inside, score)


def plain(ask: Ask, kind: str, text: str, score: float) -> Candidate:
    """A candidate whose label, insert text and match are the same."""
    return Candidate(kind, text, text, text, ask.context.word, score)


def base_column(source: semantics.Source, field: semantics.Field) -> tuple[str, str, str] | None:
    """The catalog column that a field passes through: schema, relation and name in lower case."""
    if source.relation is not None:
        relation = source.relation
        return relation.schema.lower(), relation.name.lower(), field.name.lower()
    if len(field.origins) == 1:
        schema, relation_name, column = field.origins[0]
        return schema.lower(), relation_name.lower(), column.lower()
    return None


def column_of(field: semantics.Field, source: semantics.Source | None) -> catalog.Column | None:
    """The catalog column behind a field, if it is one."""
    if field.column is not None or source is None or source.relation is None:
        return field.column
    low = field.name.lower()
    return next((one for one in source.relation.columns if one.name.lower() == low), None)


def _word_index(tokens: tuple[Token, ...], start: int) -> int:
    return next((i for i, token in enumerate(tokens) if token.start >= start), len(tokens))


def _guesses(place: Place, at: int) -> Mapping[str, float]:
    past = place.history.past
    if not past.shapes:
        return _NOTHING
    symbols = normalise.shape(place.text, place.catalog, place.dialect).symbols[:at]
    return {
        guess.symbol: _GUESSED * guess.share * min(guess.length - 2, _LONG_GUESS) / _LONG_GUESS
        for guess in recall.next_symbols(past, symbols, 12)
        if guess.length > 2
    }


def _echoes(tokens: tuple[Token, ...], at: int, dialect: dialects.Dialect) -> Mapping[str, float]:
    """Names that stand elsewhere behind the same tokens as the cursor; longer sameness counts more.

    People repeat themselves: in the arms of a UNION, in CASE branches, in GROUP BY.
    """
    if at < 2:
        return _NOTHING
    last, last_but_one = tokens[at - 1].upper, tokens[at - 2].upper
    found: dict[str, float] = {}
    for index in range(2, len(tokens)):
        token = tokens[index]
        if token.kind not in (Kind.WORD, Kind.QUOTED) or index == at:
            continue
        if tokens[index - 1].upper != last or tokens[index - 2].upper != last_but_one:
            continue
        same = 2
        while (
            same < _LONGEST_ECHO
            and same < min(index, at)
            and tokens[index - same - 1].upper == tokens[at - same - 1].upper
        ):
            same += 1
        name = dialect.normalize(token.text).lower()
        found[name] = max(found.get(name, 0.0), _ECHO[same])
    return found


@lru_cache(maxsize=16)
def _comment_words(text: str, dialect: dialects.Dialect) -> frozenset[str]:
    if "--" not in text and "/*" not in text and "#" not in text:
        return frozenset()
    found: set[str] = set()
    for token in lexer.tokens(text, dialect):
        if token.kind is Kind.COMMENT:
            found.update(match.words(token.text))
    return frozenset(word for word in found if len(word) > 2)
