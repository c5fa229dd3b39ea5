"""What the grammar needs to know about a cursor, worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.prompt.grammar import families
from sureql.semantics import model as semantics
from sureql.semantics import visible as visibility
from sureql.syntax import cursor, lexer
from sureql.syntax.cursor import CursorContext, Expect
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_SILENT = (Expect.NOTHING, Expect.NEW_NAME, Expect.LITERAL)
_CHANGES = ("UPDATE", "DELETE")
_MOST_COLUMNS = 160
_PARAMETER = re.compile(r"\?|\$\d+|[:@]\w+|%s|%\(\w+\)s")


@dataclass(frozen=True, slots=True)
class Place:
    """A column in scope: `written` are the texts that name it here, `whole` that it has no decimals."""

    name: str
    family: str
    written: tuple[str, ...]
    source: str
    values: tuple[str, ...] = ()
    nullable: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """`begun` is what of the word at the cursor stands, with its qualifier; `typed` without it.
    `before` are the tokens in front of it, `after` those behind the cursor. `upper` says how
    keywords are written. `columns` are those in scope, `known` that there are no others."""

    text: str
    context: CursorContext
    visible: semantics.Visible
    schema: catalog.Catalog
    dialect: Dialect
    typed: str
    begun: str
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    upper: bool
    columns: tuple[Place, ...]
    known: bool
    parameters: tuple[str, ...]

    def word(self, phrase: str) -> str:
        """A keyword as the user writes them."""
        return phrase if self.upper else phrase.lower()

    def previous(self, back: int = 1) -> str:
        """The token that many before the word, in upper case, '' if there is none."""
        return self.before[-back].upper if len(self.before) >= back else ""

    @property
    def next(self) -> str:
        """The token behind the cursor, in upper case."""
        return self.after[0].upper if self.after else ""

    @property
    def last(self) -> bool:
        """True if nothing of the statement follows."""
        return not self.after or self.next == ";"

    def write(self, name: str) -> str:
        """A name as it must be written, in the quotes that the user has opened if any."""
        quote = self.context.quote
        if not quote:
            return self.dialect.write(name)
        closing = "]" if quote == "[" else quote
        return quote + name.replace(closing, closing * 2) + closing

    def sql(self, span: Span) -> str:
        return span.of(self.text).strip()


def at(text: str, offset: int, schema: catalog.Catalog, dialect: Dialect) -> Here | None:
    """The facts at `offset`; None where a name is invented, in strings, comments, amid words."""
    context = cursor.at(text, offset, dialect)
    if context.expect in _SILENT or context.word.end > offset:
        return None
    if context.quote and context.typed == "" and not context.unclosed:
        return None
    tokens = lexer.code(text, dialect)
    start = context.qualifier.span.start if context.qualifier else context.word.start
    before = tuple([token for token in tokens if token.end <= start])
    after = tuple([token for token in tokens if token.start >= offset])
    upper = _upper(before, context.typed)
    seen = visibility.at(text, context, schema, dialect)
    columns, known = _columns(context, seen, schema, dialect)
    qualifier = "".join(context.qualifier.span.of(text).split()) + "." if context.qualifier else ""
    return Here(
        text=text,
        context=context,
        visible=seen,
        schema=schema,
        dialect=dialect,
        typed=text[context.word.start : offset],
        begun=qualifier + text[context.word.start : offset],
        before=before,
        after=after,
        upper=upper,
        columns=columns,
        known=known,
        parameters=_parameters(tokens),
    )


def sources(context: CursorContext, seen: semantics.Visible) -> tuple[semantics.Source, ...]:
    """The sources of the query at the cursor, with the table that a statement changes."""
    target = seen.target
    changed = context.statement_kind.startswith(_CHANGES) and context.frame.parent is None
    if target is None or not changed or any(one.name == target.name for one in seen.sources):
        return seen.sources
    return (target, *seen.sources)


def _columns(
    context: CursorContext, seen: semantics.Visible, schema: catalog.Catalog, dialect: Dialect
) -> tuple[tuple[Place, ...], bool]:
    own = sources(context, seen)
    counts: dict[str, int] = {}
    for source in own:
        for field in source.fields:
            counts[field.name.lower()] = counts.get(field.name.lower(), 0) + 1
    merged = {name.lower() for name in seen.merged}
    known = all(source.closed for source in own)
    quote = context.quote
    found: list[Place] = []
    for source in (*own, *_correlated(seen, own)):
        inner = any(source is one for one in own)
        qualifier = dialect.write(source.name)
        for field in source.fields:
            if not field.name or len(found) >= _MOST_COLUMNS:
                continue
            name = _quoted(field.name, quote) if quote else dialect.write(field.name)
            low = field.name.lower()
            bare = inner and (counts[low] == 1 or low in merged) and (known or len(own) == 1)
            hidden = low in merged and bool(source.name)
            forms = []
            if source.name and not hidden and not (quote and context.qualifier is None):
                forms.append(f"{qualifier}.{name}")
            if bare and context.qualifier is None:
                forms.append(name)
            if len(own) == 1 and not source.aliased and inner and context.qualifier is None:
                forms = forms[-1:]
            family, values = _family(field, schema, dialect)
            if forms:
                column = field.column
                nullable = field.nullable and (column is None or column.nullable)
                whole = families.is_whole(field.type)
                made = Place(field.name, family, tuple(forms), source.name, values, nullable, whole)
                found.append(made)
    return tuple(found), known


def _correlated(
    seen: semantics.Visible, own: tuple[semantics.Source, ...]
) -> tuple[semantics.Source, ...]:
    taken = {source.name.lower() for source in own}
    return tuple(source for source in seen.outer if source.name.lower() not in taken)


def _family(
    field: semantics.Field, schema: catalog.Catalog, dialect: Dialect
) -> tuple[str, tuple[str, ...]]:
    values = families.enumeration(field.column, schema)
    if values:
        return f"enum-{field.type.lower()}", values
    return families.of(field.type, dialect), ()


def _quoted(name: str, quote: str) -> str:
    closing = "]" if quote == "[" else quote
    return quote + name.replace(closing, closing * 2) + closing


def _upper(before: tuple[Token, ...], typed: str) -> bool:
    for token in before:
        if token.kind is Kind.WORD:
            return token.text == token.upper
    return not (typed and typed == typed.lower())


def _parameters(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    found = [token.text for token in tokens if token.kind is Kind.PARAMETER]
    # Two kinds of parameters in one statement are something else's.
    marks = {text[0] for text in found}
    plain = [text for text in found if _PARAMETER.fullmatch(text)]
    if len(marks) != 1 or len(plain) != len(found) or marks == {"?"}:
        return ("?",) if marks == {"?"} and len(plain) == len(found) else ()
    if marks == {"$"}:
        numbers = [int(text[1:]) for text in found if text[1:].isdigit()]
        return (f"${max(numbers) + 1}",) if numbers and max(numbers) < 50 else ()
    return ("%s",) if found[0] == "%s" else ()
