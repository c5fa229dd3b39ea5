"""Faults of structure: the names are right, but may not be used like this; wrong counts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from evals.errors.fault import Fault, fault_class, inserted, removed, replaced
from evals.errors.query import Block, Query, family
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_AGGREGATES = ("SUM", "COUNT", "AVG", "MIN", "MAX")
_ONE_ARGUMENT = ("LOWER", "UPPER", "ABS", "LENGTH", "AVG", "SUM", "TRIM")


def _columns(query: Query, block: Block, types: tuple[str, ...] = ()) -> list[str]:
    """Columns used in the block, as written, with their qualifiers; of these type families."""
    found = []
    for reference in query.references("column"):
        index = query.index_at(reference.span.start)
        if index is None or query.block_of(index) is not block:
            continue
        field = reference.field
        if types and (field is None or family(field.type) not in types):
            continue
        found.append(query.qualified(reference).of(query.text))
    return list(dict.fromkeys(found))


def _condition(query: Query, block: Block, text: str) -> Iterator[Fault]:
    if "WHERE" in block.at:
        where = query.tokens[block.at["WHERE"]]
        yield inserted(where.end, f" {text} AND", Span(where.end, where.end))
    elif "FROM" in block.at:
        stop = query.tokens[block.stop("FROM") - 1].end
        yield inserted(stop, f" WHERE {text}", Span(stop, stop))


@fault_class("structure", lossy=True)
def aggregate_in_where(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        yield from _condition(query, block, "COUNT(*) > 1")
        for column in _columns(query, block, ("number",))[:2]:
            yield from _condition(query, block, f"SUM({column}) > 10")


@fault_class("structure", lossy=True)
def window_in_where(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        for column in _columns(query, block)[:2]:
            call = f"ROW_NUMBER() OVER (ORDER BY {column}) = 1"
            yield from _condition(query, block, call)


@fault_class("structure", lossy=True)
def aggregate_in_on(query: Query) -> Iterator[Fault]:
    for index in range(len(query.tokens)):
        block = query.block_of(index)
        if query.word(index) == "ON" and block is not None and "FROM" in block.at:
            token = query.tokens[index]
            yield inserted(token.end, " COUNT(*) > 0 AND", Span(token.end, token.end))


@fault_class("structure", lossy=True)
def aggregate_in_group_by(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "GROUP" in block.at:
            last = query.tokens[block.stop("GROUP") - 1]
            yield inserted(last.end, ", COUNT(*)", Span(last.end, last.end))


@fault_class("structure", lossy=True)
def nested_aggregate(query: Query) -> Iterator[Fault]:
    for index in range(len(query.tokens) - 2):
        if query.word(index) in _AGGREGATES and query.word(index + 1) == "(":
            end = index + 2
            while end < len(query.tokens) and query.depths[end] > query.depths[index]:
                end += 1
            if query.word(index + 2) in ("DISTINCT", "*"):
                continue
            argument = Span(query.tokens[index + 2].start, query.tokens[end - 1].end)
            whole = Span(
                query.tokens[index].start, query.tokens[min(end, len(query.tokens) - 1)].end
            )
            yield replaced(argument, f"MAX({argument.of(query.text)})", whole)


@fault_class("structure")
def missing_group_by_item(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "GROUP" not in block.at:
            continue
        start, stop = block.at["GROUP"] + 2, block.stop("GROUP")
        if query.word(start) in ("ROLLUP", "CUBE", "GROUPING", "ALL"):
            continue
        items = query.items(start, stop)
        block_end = query.tokens[block.end - 1].end
        marks = (Span(query.tokens[block.select].start, block_end),)
        for number, item in enumerate(items):
            if len(items) == 1:
                whole = Span(query.tokens[start - 2].start, item.end)
                yield Fault((TextEdit(whole, ""),), marks)
            elif number:
                yield Fault((TextEdit(Span(items[number - 1].end, item.end), ""),), marks)
            else:
                yield Fault((TextEdit(Span(item.start, items[1].start), ""),), marks)


@fault_class("structure", lossy=True)
def ungrouped_select_item(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        items = query.select_list(block)
        grouped = "GROUP" in block.at or any(
            re.match(r"(?i)(sum|count|avg|min|max)\s*\(", item.of(query.text)) for item in items
        )
        if not items or not grouped or "FROM" not in block.at:
            continue
        for column in _columns(query, block):
            end = items[-1].end
            yield inserted(end, f", {column}", Span(end, end))


@fault_class("structure", lossy=True)
def ungrouped_having(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "GROUP" not in block.at or "HAVING" in block.at:
            continue
        end = query.tokens[block.stop("GROUP") - 1].end
        for column in _columns(query, block):
            yield inserted(end, f" HAVING {column} IS NOT NULL", Span(end, end))


@fault_class("structure", lossy=True)
def set_operation_arity(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if block.operator < 0:
            continue
        items = query.select_list(block)
        if not items or "*" in items[0].of(query.text):
            continue
        other = next((one for one in query.blocks if one.select > block.operator), None)
        mark = Span(query.tokens[block.select].start, len(query.text))
        yield inserted(items[-1].end, ", 1", mark)
        if other is not None and other.depth == block.depth and len(items) > 1:
            theirs = query.select_list(other)
            if len(theirs) > 1:
                yield Fault((TextEdit(Span(theirs[-2].end, theirs[-1].end), ""),), (mark,))


@fault_class("structure", lossy=True)
def subquery_with_two_columns(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        before = query.word(block.select - 1)
        if before != "(" or query.word(block.select - 2) not in ("IN", "=", ">", "<", ">=", "<="):
            continue
        items = query.select_list(block)
        if items:
            start = query.tokens[max(0, block.select - 3)].start
            mark = Span(start, query.tokens[block.end - 1].end + 1)
            yield inserted(items[-1].end, ", 1", mark)


def insert_lists(query: Query) -> tuple[list[Span], list[list[Span]]]:
    """The column list and the rows of an INSERT … VALUES, as spans of their items."""
    columns: list[Span] = []
    rows: list[list[Span]] = []
    values = next((i for i in range(len(query.tokens)) if query.word(i) == "VALUES"), None)
    if query.word(0) != "INSERT" or values is None:
        return columns, rows
    for index, token in enumerate(query.tokens):
        if token.text != "(" or query.depths[index]:
            continue
        end = index + 1
        while end < len(query.tokens) and query.depths[end] > 0:
            end += 1
        items = query.items(index + 1, end)
        if index < values:
            columns = items
        elif query.word(index - 1) in ("VALUES", ","):
            rows.append(items)
    return columns, rows


@fault_class("structure", lossy=True)
def insert_one_value_less(query: Query) -> Iterator[Fault]:
    columns, rows = insert_lists(query)
    for row in rows:
        if len(row) > 1 and columns:
            mark = Span(columns[0].start - 1, row[-1].end)
            yield Fault((TextEdit(Span(row[-2].end, row[-1].end), ""),), (mark,))


@fault_class("structure")
def insert_one_value_more(query: Query) -> Iterator[Fault]:
    columns, rows = insert_lists(query)
    for row in rows:
        if columns:
            yield inserted(row[-1].end, ", NULL", Span(columns[0].start - 1, row[-1].end))


@fault_class("structure", lossy=True)
def insert_column_twice(query: Query) -> Iterator[Fault]:
    columns, rows = insert_lists(query)
    if len(columns) > 1 and rows:
        for first, second in itertools.pairwise(columns):
            yield replaced(second, first.of(query.text), first, second)


@fault_class("structure", lossy=True)
def update_column_twice(query: Query) -> Iterator[Fault]:
    if query.word(0) != "UPDATE":
        return
    for index in range(len(query.tokens) - 3):
        if query.word(index) == "SET" and query.word(index + 2) == "=":
            name = query.tokens[index + 1]
            mark = Span(name.start, name.end)
            yield inserted(query.tokens[index].end, f" {name.text} = NULL,", mark)


@fault_class("structure", lossy=True)
def argument_too_many(query: Query) -> Iterator[Fault]:
    for index in range(len(query.tokens) - 2):
        if query.word(index) not in (*_AGGREGATES, *_ONE_ARGUMENT) or query.word(index + 1) != "(":
            continue
        end = index + 2
        while end < len(query.tokens) and query.depths[end] > query.depths[index]:
            end += 1
        last = query.tokens[end - 1]
        mark = Span(query.tokens[index].start, query.tokens[min(end, len(query.tokens) - 1)].end)
        if end > index + 2 and last.text != "*":
            yield inserted(last.end, ", 1, 2, 3", mark)


@fault_class("structure", lossy=True)
def argument_missing(query: Query) -> Iterator[Fault]:
    for reference in query.references("function"):
        index = query.index_at(reference.span.start)
        if index is None or query.word(index + 1) != "(" or query.word(index + 2) == ")":
            continue
        end = index + 2
        while end < len(query.tokens) and query.depths[end] > query.depths[index]:
            end += 1
        mark = Span(reference.span.start, query.tokens[min(end, len(query.tokens) - 1)].end)
        inside = Span(query.tokens[index + 2].start, query.tokens[end - 1].end)
        yield replaced(inside, "", mark)


@fault_class("structure", local=True, lossy=True)
def position_out_of_range(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        for clause in ("ORDER", "GROUP"):
            if clause in block.at:
                items = query.items(block.at[clause] + 2, block.stop(clause))
                if items and len(items[0].of(query.text).split()) == 1:
                    yield replaced(items[0], "99")


@fault_class("structure", lossy=True)
def order_by_before_union(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if block.operator >= 0 and "ORDER" not in block.at:
            end = query.tokens[block.operator - 1].end
            mark = Span(end, query.tokens[block.operator].end)
            yield inserted(end, " ORDER BY 1", mark)


@fault_class("structure", lossy=True)
def distinct_order_by_other(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        items = query.select_list(block)
        if query.word(block.select + 1) == "ALL" or "ORDER" in block.at or "GROUP" in block.at:
            continue
        if block.operator >= 0 or not items or "LIMIT" in block.at or block.depth:
            continue
        distinct = query.word(block.select + 1) == "DISTINCT"
        listed = " ".join(item.of(query.text) for item in items)
        for column in _columns(query, block):
            if column not in listed and "*" not in listed:
                end = query.tokens[block.end - 1].end
                edits = [TextEdit(Span(end, end), f" ORDER BY {column}")]
                if not distinct:
                    start = query.tokens[block.select].end
                    edits.insert(0, TextEdit(Span(start, start), " DISTINCT"))
                yield Fault(tuple(edits), (Span(end, end),))


@fault_class("structure", lossy=True)
def column_in_limit(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "LIMIT" in block.at:
            number = query.tokens[block.at["LIMIT"] + 1]
            for column in _columns(query, block)[:2]:
                if number.kind is Kind.NUMBER:
                    yield replaced(number.span, column)


@fault_class("structure", lossy=True)
def from_left_out(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "FROM" in block.at:
            stop = block.stop("FROM")
            marks = [
                query.qualified(one)
                for one in query.references("column")
                if block.select < (query.index_at(one.span.start) or 0) < block.end
            ]
            yield removed(query, block.at["FROM"], stop - 1, *marks)


@fault_class("structure", lossy=True)
def star_with_group_by(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        items = query.select_list(block)
        if "GROUP" in block.at and items:
            yield replaced(Span(items[0].start, items[-1].end), "*")
