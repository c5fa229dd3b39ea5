"""Habits of other engines that are no syntax here: `x::type`, ILIKE, `#` comments."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_WITH_CASTS = frozenset({"postgres", "redshift", "duckdb", "snowflake", "databricks", "clickhouse"})
_WITH_ILIKE = frozenset({"postgres", "redshift", "duckdb", "snowflake", "databricks", "spark"})
_HASH_COMMENTS = frozenset({"mysql", "bigquery"})


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """All of one habit at once: one alone would leave the statement broken."""
    found = shape.of(context.tokens, context.dialect)
    name = context.dialect.name
    if name not in _WITH_ILIKE:
        # LIKE takes no notice of case in these engines' usual collations, SQLite's among them.
        words = [token for token in found.tokens if token.is_word("ILIKE")]
        if words and name == "sqlite":
            edits = tuple(TextEdit(token.span, as_case(token, "LIKE")) for token in words)
            yield Fix("Change ILIKE to LIKE", edits, "unsafe", True)
    if name not in _WITH_CASTS:
        casts = [edits for at in range(1, len(found.tokens)) for edits in _cast(context, found, at)]
        if casts:
            yield Fix("Change `::` to CAST", tuple(casts), "unsafe", True)
    if name not in _HASH_COMMENTS:
        hashes = [
            TextEdit(Span(token.start, token.start + 1), "--")
            for token in found.tokens
            if token.text.startswith("#") and not _line_before(context.text, token.start).strip()
        ]
        if hashes:
            yield Fix("Begin comments with `--`", tuple(hashes), "unsafe", True)


def _cast(context: Context, found: Shape, at: int) -> Iterator[TextEdit]:
    """The edits for the `::` at a token; none if what it casts is not plain."""
    if found.text(at) != "::" or not found.is_name(at + 1) or found.text(at + 2) == "::":
        return
    first = at - 1
    if found.text(first) == ")":
        first = found.partner[first]
        if first < 0:
            return
        if found.is_name(first - 1) and found.tokens[first - 1].end == found.tokens[first].start:
            first -= 1
    elif found.tokens[first].kind not in (
        Kind.WORD, Kind.QUOTED, Kind.STRING, Kind.NUMBER, Kind.PARAMETER
    ):  # fmt: skip
        return
    while found.text(first - 1) == "." and found.is_name(first - 2):
        first -= 2
    last = at + 1
    if found.text(last + 1) == "(" and found.partner[last + 1] > 0:
        last = found.partner[last + 1]
    start, end = found.tokens[first].start, found.tokens[last].end
    yield TextEdit(Span(start, start), "CAST(")
    yield TextEdit(Span(found.tokens[at - 1].end, found.tokens[at + 1].start), " AS ")
    yield TextEdit(Span(end, end), ")")


def _line_before(text: str, offset: int) -> str:
    return text[text.rfind("\n", 0, offset) + 1 : offset]
