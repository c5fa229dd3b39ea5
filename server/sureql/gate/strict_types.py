"""What engines with strict types refuse for sure: a string that is no value of its column's type,
and a condition that is a plain column of another type than boolean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_STRICT = frozenset(("postgres", "redshift", "duckdb"))
_COMPARISONS = frozenset(("=", "<>", "!=", "<", ">", "<=", ">="))
_NUMERIC = re.compile(
    r"(?i)^(?:\w*int(?:eger)?\d*|\w*serial\d*|numeric|decimal|real|double|float\d?)\b"
)
_TEMPORAL = re.compile(r"(?i)^(?:date|timestamp|timestamptz)\b")
_WORD_TIMES = frozenset(["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "-infinity"])
_NUMBER = re.compile(
    r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*|\s*[-+]?(?:nan|infinity)\s*", re.I
)
_BOOLEANS = frozenset(["t", "true", "y", "yes", "on", "1", "f", "false", "n", "no", "off", "0"])
_UUID = re.compile(r"\{?[0-9a-fA-F-]{32,36}\}?")


def problems(
    text: str,
    tree: exp.Expression,
    references: Sequence[semantics.Reference],
    schema: catalog.Catalog,
    dialect: Dialect,
) -> tuple[semantics.Problem, ...]:
    """One problem for each such string or column."""
    if dialect.name not in _STRICT:
        return ()
    tokens = lexer.code(text, dialect)
    columns = {one.span.start: one.field for one in references if one.field is not None}
    found = [*_compared(tokens, columns), *_inserted(tokens, tree, schema, dialect)]
    made = tuple(
        semantics.Problem(token.span, "invalid-literal", f"{token.text} is not a {type_}.")
        for token, type_ in found
        if _refuses(type_, token.text, schema)
    )
    return made + tuple(_conditions(tree, columns))


def _conditions(
    tree: exp.Expression, columns: dict[int, semantics.Field]
) -> Iterator[semantics.Problem]:
    for node in tree.find_all(exp.Where, exp.Having, exp.Join):
        condition = node.args.get("on") if isinstance(node, exp.Join) else node.this
        for leaf in _leaves(condition):
            start = leaf.this.meta.get("start") if isinstance(leaf.this, exp.Identifier) else None
            field = columns.get(start) if isinstance(start, int) else None
            if field is not None and field.type and not field.type.lower().startswith("bool"):
                name = leaf.this
                span = Span(name.meta["start"], name.meta["end"] + 1)
                yield semantics.Problem(span, "no-condition", f"`{name.name}` is no condition.")


def _leaves(condition: object) -> Iterator[exp.Column]:
    # The plain columns that a condition consists of.
    if isinstance(condition, exp.Column):
        yield condition
    elif isinstance(condition, (exp.And, exp.Or, exp.Not, exp.Paren)):
        for part in condition.args.values():
            yield from _leaves(part)


def _compared(
    tokens: Sequence[Token], columns: dict[int, semantics.Field]
) -> Iterator[tuple[Token, str]]:
    # `column = 'x'`, and every string of `column IN ('x', 'y')`.
    for index, token in enumerate(tokens):
        if token.kind is not Kind.STRING or index < 2:
            continue
        at = index - 1
        if tokens[at].text in ("(", ","):
            while at > 1 and (tokens[at].text in ("(", ",") or tokens[at].kind is Kind.STRING):
                at -= 1
            if not tokens[at].is_word("IN"):
                continue
            at -= 1 if tokens[at - 1].is_word("NOT") else 0
        elif tokens[at].text not in _COMPARISONS:
            continue
        if field := columns.get(tokens[at - 1].start):
            yield token, field.type


def _inserted(
    tokens: Sequence[Token], tree: exp.Expression, schema: catalog.Catalog, dialect: Dialect
) -> Iterator[tuple[Token, str]]:
    if not isinstance(tree, exp.Insert) or not isinstance(tree.this, exp.Schema):
        return
    rows, table = tree.expression, tree.this.this
    if not isinstance(rows, exp.Values) or not isinstance(table, exp.Table):
        return
    path = [part for part in (table.db, table.name) if part]
    relation = schema.find([dialect.normalize(part) for part in path])
    if relation is None:
        return
    names = [dialect.normalize(one.name) for one in tree.this.expressions]
    found = [schema.column(relation, name) for name in names]
    texts = {token.text: token for token in tokens if token.kind is Kind.STRING}
    for row in rows.expressions:
        for column, value in zip(found, row.expressions, strict=False):
            if column is None or not isinstance(value, exp.Literal) or not value.is_string:
                continue
            written = "'" + str(value.this).replace("'", "''") + "'"
            if written in texts:
                yield texts[written], column.type


def _refuses(type_: str, written: str, schema: catalog.Catalog) -> bool:
    value = written[1:-1].replace("''", "'")
    if not written.startswith("'") or type_.endswith("]"):
        return False
    if _NUMERIC.match(type_):
        return not _NUMBER.fullmatch(value)
    if _TEMPORAL.match(type_):
        return value.strip().lower() not in _WORD_TIMES and not any(c.isdigit() for c in value)
    if type_.lower().startswith("bool"):
        return value.strip().lower() not in _BOOLEANS
    if type_.lower() == "uuid":
        return not _UUID.fullmatch(value)
    enum = schema.enum_of(catalog.Column("x", type_))
    return enum is not None and value not in enum.values
