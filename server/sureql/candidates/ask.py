"""One question for candidates: the place with all that its answerers share, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sureql.candidates import match, mentions, schema_index, scope
from sureql.candidates.mentions import Mention
from sureql.candidates.model import Candidate, Place
from sureql.candidates.scope import Scope
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax import cursor, dialects, lexer
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_CLOSING = {"[": "]"}


@dataclass(frozen=True, slots=True)
class Ask:
    """`tokens` are those of the statement, `before` and `after` count them around the half-typed
    word. `comment` holds the words of the statement's comments."""

    place: Place
    scope: Scope
    index: schema_index.Index
    matcher: match.Matcher
    mentions: tuple[Mention, ...]
    tokens: tuple[Token, ...]
    before: int
    after: int
    comment: frozenset[str]

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
    return Ask(
        place=place,
        scope=scope.of(place),
        index=schema_index.of(place.catalog),
        matcher=match.Matcher(context.typed),
        mentions=mentions.of(place),
        tokens=tokens,
        before=before,
        after=after,
        comment=_comment_words(place.text, place.dialect),
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
    if qualifier:
        quoted = context.quote + plain.replace(closing, closing * 2) + closing
        return Candidate(kind, plain, qualifier + quoted, quoted, context.word, score)
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


@lru_cache(maxsize=16)
def _comment_words(text: str, dialect: dialects.Dialect) -> frozenset[str]:
    if "--" not in text and "/*" not in text and "#" not in text:
        return frozenset()
    found: set[str] = set()
    for token in lexer.tokens(text, dialect):
        if token.kind is Kind.COMMENT:
            found.update(match.words(token.text))
    return frozenset(word for word in found if len(word) > 2)
