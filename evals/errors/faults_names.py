"""Faults of names: unknown, misspelt, ambiguous, out of scope."""

from __future__ import annotations

from collections.abc import Iterator

from evals.errors import typos
from evals.errors.fault import Fault, fault_class, inserted, removed, replaced
from evals.errors.query import Block, Query
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_OTHERS = {
    "postgres": ("GETDATE()", "IFNULL({0}, 0)", "NVL({0}, 0)", "DATEADD({0})", "STRFTIME('%Y', {0})",
                 "LEN({0})", "GROUP_CONCAT({0})", "DATE_FORMAT({0}, '%Y')", "INSTR({0}, 'a')"),
    "sqlite": ("NOW()", "GETDATE()", "NVL({0}, 0)", "TO_CHAR({0}, 'YYYY')", "DATE_TRUNC('day', {0})",
               "GREATEST({0}, 1)", "LEN({0})", "DATE_PART('year', {0})", "STRING_TO_ARRAY({0}, ',')"),
    "duckdb": ("GETDATE()", "NVL({0}, 0)", "DATE_FORMAT({0}, '%Y')", "DATEADD({0})", "TO_NUMBER({0})",
               "FIND_IN_SET('a', {0})", "STUFF({0}, 1, 1, '')"),
}  # fmt: skip


@fault_class("names", local=True)
def column_typo(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        written = reference.span.of(query.text)
        if written.replace("_", "a").isalnum():
            for slip in typos.slips(written):
                yield replaced(reference.span, slip)


@fault_class("names", local=True, lossy=True)
def invented_column(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        yield replaced(reference.span, "nosuchthing")


@fault_class("names", local=True)
def column_of_another_table(query: Query) -> Iterator[Fault]:
    sources = {one.name: one for one in query.analysis.sources}
    for reference in query.references("column"):
        span = query.qualified(reference)
        if span == reference.span or reference.source is None:
            continue
        for other in sources.values():
            names = {field.name.lower() for field in other.fields}
            if other.name == reference.source.name or not other.closed or not names:
                continue
            if reference.name.lower() not in names:
                yield replaced(span, f"{other.name}.{reference.span.of(query.text)}")


@fault_class("names", local=True)
def table_typo(query: Query) -> Iterator[Fault]:
    for reference in query.references("relation", "cte"):
        written = reference.span.of(query.text)
        index = query.index_at(reference.span.start)
        if index and query.word(index - 1) in ("FROM", "JOIN", ",", "INTO", "UPDATE"):
            for slip in typos.slips(written):
                yield replaced(reference.span, slip)


@fault_class("names", local=True)
def qualifier_typo(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        span = query.qualified(reference)
        if span != reference.span:
            qualifier = Span(span.start, query.tokens[query.index_at(span.start) or 0].end)
            for slip in typos.slips(qualifier.of(query.text)) or [qualifier.of(query.text) + "x"]:
                yield replaced(qualifier, slip, span)


@fault_class("names", local=True)
def function_typo(query: Query) -> Iterator[Fault]:
    for reference in query.references("function"):
        for slip in typos.slips(reference.span.of(query.text)):
            yield replaced(reference.span, slip)


@fault_class("names", local=True, lossy=True)
def type_typo(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[2:], 2):
        if token.is_word("AS") and query.word(index + 2) == ")" and _in_cast(query, index):
            written = query.tokens[index + 1]
            for slip in typos.slips(written.text):
                yield replaced(written.span, slip)
    for reference in query.references("column"):
        span = query.qualified(reference)
        written = span.of(query.text)
        yield replaced(span, f"CAST({written} AS intger)")
        if query.dialect.name != "sqlite":
            yield replaced(span, f"{written}::txet")


def _in_cast(query: Query, index: int) -> bool:
    depth = query.depths[index]
    while index and query.depths[index] >= depth:
        index -= 1
    return query.word(index - 1) == "CAST"


@fault_class("names", local=True, lossy=True)
def function_of_another_engine(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        index = query.index_at(reference.span.start)
        block = None if index is None else query.block_of(index)
        if block is None or not block.select < (index or 0) < block.stop("SELECT"):
            continue
        span = query.qualified(reference)
        for call in _OTHERS[query.dialect.name]:
            yield replaced(span, call.format(span.of(query.text)))


@fault_class("names", lossy=True)
def table_left_out(query: Query) -> Iterator[Fault]:
    """`JOIN t ON …` is gone, its columns are still used."""
    for index in range(len(query.tokens)):
        if query.word(index) != "JOIN":
            continue
        block = query.block_of(index)
        if block is None or block.depth != query.depths[index] or "FROM" not in block.at:
            continue
        first = index
        while query.word(first - 1) in ("LEFT", "INNER", "RIGHT", "FULL", "OUTER"):
            first -= 1
        stop, end = block.stop("FROM"), index + 1
        while end < stop and not (
            query.depths[end] == block.depth
            and query.word(end) in ("JOIN", "LEFT", "INNER", "RIGHT", "FULL", "CROSS", ",")
        ):
            end += 1
        gone = Span(query.tokens[first].start, query.tokens[end - 1].end)
        names = {
            one.name
            for one in query.analysis.sources
            if one.span is not None and gone.covers(one.span)
        }
        marks = tuple(
            query.qualified(one)
            for one in query.references("column")
            if one.source is not None and one.source.name in names
        )
        left = tuple(mark for mark in marks if not gone.overlaps(mark))
        if left:
            yield removed(query, first, end - 1, *left)


@fault_class("names", local=True, lossy=True)
def table_not_in_from(query: Query) -> Iterator[Fault]:
    known = {one.relation.name for one in query.analysis.sources if one.relation is not None}
    others = [
        relation
        for name in query.schema.search_path
        if (schema := query.schema.schemas.get(name)) is not None
        for relation in schema.relations.values()
        if relation.name not in known and relation.columns
    ]
    for reference in query.references("column"):
        for other in others[:3]:
            written = query.dialect.write(other.name)
            column = query.dialect.write(other.columns[0].name)
            yield replaced(query.qualified(reference), f"{written}.{column}")


@fault_class("names", local=True)
def ambiguous_column(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        span = query.qualified(reference)
        if span == reference.span:
            continue
        holders = [
            one
            for one in query.analysis.sources
            if any(field.name.lower() == reference.name.lower() for field in one.fields)
        ]
        if len(holders) > 1:
            yield Fault((TextEdit(Span(span.start, reference.span.start), ""),), (span,))


@fault_class("names", lossy=True)
def duplicate_alias(query: Query) -> Iterator[Fault]:
    places = [one for one in query.analysis.sources if one.definition is not None and one.aliased]
    for first in places:
        for second in places:
            a, b = first.definition, second.definition
            if a is None or b is None or a == b or first.name == second.name:
                continue
            block = query.block_of(query.index_at(b.start) or 0)
            if block is None or block is not query.block_of(query.index_at(a.start) or 0):
                continue
            marks = [b] + [
                Span(query.qualified(one).start, one.span.end)
                for one in query.references("column")
                if one.source is not None and one.source.name in (first.name, second.name)
            ]
            yield replaced(b, a.of(query.text), a, *marks)


@fault_class("names", local=True)
def table_name_for_alias(query: Query) -> Iterator[Fault]:
    for reference in query.references("column"):
        span, source = query.qualified(reference), reference.source
        if source is None or source.relation is None or not source.aliased:
            continue
        if source.name.lower() != source.relation.name.lower() and span != reference.span:
            name = query.dialect.write(source.relation.name)
            yield replaced(Span(span.start, reference.span.start), f"{name}.", span)


@fault_class("names", local=True, lossy=True)
def alias_in_where(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        for alias in _aliases(query, block):
            if "WHERE" in block.at:
                where = query.tokens[block.at["WHERE"]]
                yield inserted(where.end, f" {alias} IS NOT NULL AND", Span(where.end, where.end))
            elif "FROM" in block.at:
                stop = query.tokens[block.stop("FROM") - 1].end
                yield inserted(stop, f" WHERE {alias} IS NOT NULL", Span(stop, stop))


def _aliases(query: Query, block: Block) -> list[str]:
    found = []
    for item in query.select_list(block):
        words = item.of(query.text).split()
        if len(words) >= 3 and words[-2].upper() == "AS" and words[-1].isidentifier():
            found.append(words[-1])
    return found


@fault_class("names", local=True)
def unknown_insert_column(query: Query) -> Iterator[Fault]:
    yield from _unknown_column_of(query, "INSERT")


@fault_class("names", local=True)
def unknown_update_column(query: Query) -> Iterator[Fault]:
    yield from _unknown_column_of(query, "UPDATE")


def _unknown_column_of(query: Query, word: str) -> Iterator[Fault]:
    if query.word(0) != word:
        return
    for reference in query.references("column"):
        written = reference.span.of(query.text)
        for slip in [*typos.slips(written)[:2], "nosuchthing"]:
            yield replaced(reference.span, slip)


@fault_class("names", local=True)
def unknown_schema(query: Query) -> Iterator[Fault]:
    for reference in query.references("relation"):
        if query.qualified(reference) == reference.span:
            yield inserted(reference.span.start, "nosuchschema.")
