"""Faults of types."""

from __future__ import annotations

from collections.abc import Iterator

from evals.errors.fault import Fault, fault_class, inserted, replaced
from evals.errors.faults_structure import insert_lists
from evals.errors.query import Query, family
from sureql.semantics.model import Reference
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_COMPARE = ("=", "<", ">", "<=", ">=", "<>", "!=")


def _typed(query: Query, *families: str) -> Iterator[tuple[int, Reference, Span]]:
    """Columns of these families: index of the last token, reference, span with the qualifier."""
    for reference in query.references("column"):
        index = query.index_at(reference.span.start)
        if index is None or reference.field is None:
            continue
        if family(reference.field.type) in families:
            yield index, reference, query.qualified(reference)


def _compared(query: Query, *families: str) -> Iterator[tuple[Span, Span]]:
    """`column op literal` with a column of these families: the column's and the literal's spans."""
    for index, _, span in _typed(query, *families):
        if query.word(index + 1) in _COMPARE and index + 2 < len(query.tokens):
            literal = query.tokens[index + 2]
            if literal.kind in (Kind.NUMBER, Kind.STRING) and query.word(index + 3) not in "+-*/::":
                yield span, literal.span


@fault_class("types", local=True, lossy=True)
def number_for_text(query: Query) -> Iterator[Fault]:
    for column, literal in _compared(query, "text"):
        yield replaced(literal, "5", Span(column.start, literal.end))


@fault_class("types", local=True, lossy=True)
def text_for_number(query: Query) -> Iterator[Fault]:
    for column, literal in _compared(query, "number"):
        yield replaced(literal, "'abc'", Span(column.start, literal.end))


@fault_class("types", local=True, lossy=True)
def text_for_time(query: Query) -> Iterator[Fault]:
    for column, literal in _compared(query, "time"):
        yield replaced(literal, "'yesterdy'", Span(column.start, literal.end))


@fault_class("types", lossy=True)
def join_of_two_types(query: Query) -> Iterator[Fault]:
    for index, reference, span in _typed(query, "number", "text", "time"):
        if query.word(index + 1) != "=" or reference.field is None:
            continue
        other = next(
            (
                (second, theirs)
                for second in query.references("column")
                if (theirs := query.qualified(second)).start == query.tokens[index + 2].start
            ),
            None,
        )
        if other is None or other[0].source is None or other[1] == other[0].span:
            continue
        kind = family(reference.field.type)
        for field in other[0].source.fields:
            if family(field.type) not in ("", kind):
                mark = Span(span.start, other[0].span.end)
                yield replaced(other[0].span, query.dialect.write(field.name), mark)


@fault_class("types", lossy=True)
def arithmetic_on_text(query: Query) -> Iterator[Fault]:
    for index, _, span in _typed(query, "text"):
        if query.word(index + 1) in (",", "FROM") and query.word(index - 1) != "(":
            yield inserted(span.end, " + 1", span)


@fault_class("types", local=True, lossy=True)
def sum_of_text(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        for index, _, span in _typed(query, "text"):
            if block.select < index < block.stop("SELECT") and query.block_of(index) is block:
                if query.word(index + 1) in (",", "FROM") and query.word(index - 1) != ".":
                    yield replaced(span, f"SUM({span.of(query.text)})")
                if query.word(index - 1) == "(" and query.word(index - 2) in (
                    "COUNT",
                    "MIN",
                    "MAX",
                ):
                    word = query.tokens[index - 2]
                    yield replaced(word.span, "SUM", Span(word.start, span.end + 1))


@fault_class("types", lossy=True)
def condition_no_boolean(query: Query) -> Iterator[Fault]:
    for _, _, span in _typed(query, "number", "text", "time"):
        index = query.index_at(span.start)
        block = None if index is None else query.block_of(index)
        if block is None or "FROM" not in block.at:
            continue
        if "WHERE" in block.at:
            where = query.tokens[block.at["WHERE"]]
            yield inserted(where.end, f" {span.of(query.text)} AND", Span(where.end, where.end))
        else:
            end = query.tokens[block.stop("FROM") - 1].end
            yield inserted(end, f" WHERE {span.of(query.text)}", Span(end, end))


@fault_class("types", lossy=True)
def set_operation_types(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if block.operator < 0:
            continue
        items = query.select_list(block)
        mark = Span(query.tokens[block.select].start, len(query.text))
        for item in items[:1]:
            for _, reference, span in _typed(query, "number", "time"):
                if span == item and reference.field is not None:
                    yield replaced(item, "CAST('a' AS text)", mark)


@fault_class("types", lossy=True)
def text_into_number(query: Query) -> Iterator[Fault]:
    columns, rows = insert_lists(query)
    types = {
        reference.span: family(reference.field.type)
        for reference in query.references("column")
        if reference.field is not None
    }
    for row in rows:
        for column, value in zip(columns, row, strict=False):
            if types.get(column) == "number":
                yield replaced(value, "'abc'", Span(columns[0].start - 1, row[-1].end))


@fault_class("types", local=True, lossy=True)
def text_function_on_number(query: Query) -> Iterator[Fault]:
    for index, _, span in _typed(query, "number"):
        block = query.block_of(index)
        if block is None or not block.select < index < block.stop("SELECT"):
            continue
        if query.word(index + 1) in (",", "FROM"):
            yield replaced(span, f"UPPER({span.of(query.text)})")
            yield replaced(span, f"SUBSTRING({span.of(query.text)}, 1, 2)")


@fault_class("types", local=True, lossy=True)
def like_on_number(query: Query) -> Iterator[Fault]:
    for index, _, span in _typed(query, "number", "time"):
        if query.word(index + 1) in _COMPARE and index + 2 < len(query.tokens):
            literal = query.tokens[index + 2]
            if literal.kind in (Kind.NUMBER, Kind.STRING):
                mark = Span(span.start, literal.end)
                operator = query.tokens[index + 1]
                yield replaced(Span(operator.start, literal.end), "LIKE 'a%'", mark)


@fault_class("types", lossy=True)
def case_of_two_types(query: Query) -> Iterator[Fault]:
    for _, _, span in _typed(query, "number", "time"):
        index = query.index_at(span.start)
        block = None if index is None else query.block_of(index)
        if block is not None and block.select < (index or 0) < block.stop("SELECT"):
            written = span.of(query.text)
            yield replaced(span, f"CASE WHEN {written} IS NULL THEN 'none' ELSE {written} END")
            yield replaced(span, f"COALESCE({written}, 'none')")
