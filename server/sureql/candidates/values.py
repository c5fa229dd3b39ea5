"""Values that a comparison or assignment allows: enumerated types and CHECK lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_BASE = 6.0
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_INLINE_ENUM = re.compile(r"(?i)^enum\s*\(")


def at(ask: Ask) -> Iterator[Candidate]:
    """The values of the compared column, in their order; inside quotes without them."""
    column = _compared(ask)
    if column is None:
        return
    found = values_of(ask.place.catalog, *column)
    if not found:
        return
    inside = ask.context.expect is Expect.LITERAL
    replace, closing = _inside_quotes(ask) if inside else (ask.context.word, "")
    detail = column[0].type or "value"
    for order, value in enumerate(found):
        escaped = value.replace("'", "''")
        text = f"{escaped}{closing}" if inside else f"'{escaped}'"
        label = value if inside else text
        yield Candidate(
            "enum", label, text, value, replace, _BASE - 0.05 * order, detail, column=column[0]
        )


def values_of(
    schema: catalog.Catalog, column: catalog.Column, relation: catalog.Relation | None
) -> tuple[str, ...]:
    """The values that a column may hold, () if that is not known."""
    if enum := schema.enum_of(column):
        return enum.values
    if _INLINE_ENUM.match(column.type):
        return _literals(column.type)
    for check in relation.checks if relation else ():
        # status IN ('a', 'b') or, as pg_dump writes it, status = ANY (ARRAY['a', 'b']).
        named = re.search(rf'(?i)(?<![\w.])"?{re.escape(column.name)}"?\W', check)
        listed = re.search(r"(?i)\bIN\s*\(|\bANY\s*\(", check)
        if named and listed and len(re.findall(r"(?i)\b(?:and|or)\b", check)) == 0:
            return _literals(check)
    if column.type.lower() in ("boolean", "bool"):
        return ()
    return ()


def _literals(text: str) -> tuple[str, ...]:
    return tuple(value.replace("''", "'") for value in _LITERAL.findall(text))


def _compared(ask: Ask) -> tuple[catalog.Column, catalog.Relation | None] | None:
    path = ask.context.compared
    if path is None:
        return None
    found: tuple[semantics.Source, semantics.Field] | None = ask.scope.field(path)
    if found is not None:
        source, field = found
        column = field.column or _column(source.relation, field.name)
        if column is None:
            column = catalog.Column(field.name, field.type)
            return _origin(ask, field) or (column, None)
        return column, source.relation
    target = ask.place.visible.target
    relation = target.relation if target else None
    if relation is None and ask.context.target is not None:
        relation = ask.place.catalog.find(ask.context.target.parts)
    column = _column(relation, path.parts[-1])
    return (column, relation) if column else None


def _origin(
    ask: Ask, field: semantics.Field
) -> tuple[catalog.Column, catalog.Relation | None] | None:
    if len(field.origins) != 1:
        return None
    schema, name, column_name = field.origins[0]
    relation = ask.place.catalog.find((schema, name) if schema else (name,))
    column = _column(relation, column_name)
    return (column, relation) if column else None


def _column(relation: catalog.Relation | None, name: str) -> catalog.Column | None:
    if relation is None:
        return None
    low = name.lower()
    return next((column for column in relation.columns if column.name.lower() == low), None)


def _inside_quotes(ask: Ask) -> tuple[Span, str]:
    """The inside of the literal at the cursor, and the quote that it still lacks."""
    offset = ask.context.offset
    for token in ask.tokens:
        if token.kind is Kind.STRING and token.start < offset <= token.end:
            start = token.start + token.text.index("'") + 1 if "'" in token.text else token.start
            text = ask.place.text
            if token.closed and token.end > offset - 1 and "\n" not in text[start : token.end]:
                return Span(start, max(token.end - 1, offset)), ""
            end = offset
            while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
                end += 1
            return Span(start, end), "'"
    return ask.context.word, ""


def defaults(ask: Ask) -> Iterator[Candidate]:
    """In VALUES: what the target column would usually get."""
    if ask.clause is not Clause.VALUES or ask.context.expect is not Expect.EXPRESSION:
        return
    column = _compared(ask)
    upper = ask.place.style.upper is not False
    words = ["DEFAULT", "NULL"]
    if column is not None:
        if column[0].type.lower().startswith(("timestamp", "datetime")):
            words.insert(0, "CURRENT_TIMESTAMP")
        elif column[0].type.lower() == "date":
            words.insert(0, "CURRENT_DATE")
        elif column[0].type.lower().startswith("bool"):
            words[0:0] = ["TRUE", "FALSE"]
        if not column[0].nullable:
            words.remove("NULL")
    for order, word in enumerate(words):
        text = word if upper else word.lower()
        yield Candidate("keyword", text, text, text, ask.context.word, 2.0 - 0.1 * order)
