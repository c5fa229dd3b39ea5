"""Faults of grammar: what no engine, or another one, would read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from evals.errors import typos
from evals.errors.fault import Fault, fault_class, inserted, removed, replaced
from evals.errors.query import Query
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_KEYWORDS = frozenset(
    """SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT JOIN LEFT INNER ON AND OR BETWEEN LIKE UNION
    DISTINCT INSERT INTO VALUES UPDATE SET DELETE CASE WHEN THEN ELSE END EXISTS""".split()  # noqa: SIM905
)
_TWINS = ("AND", "OR", "WHERE", "FROM", "SELECT", "JOIN", "SET", "VALUES", "ON", "HAVING")
_COMPARE = ("=", "<", ">", "<=", ">=", "<>", "!=")


@fault_class("syntax", local=True)
def keyword_typo(query: Query) -> Iterator[Fault]:
    for token in query.tokens:
        if token.is_word(*_KEYWORDS) and len(token.text) > 2:
            for slip in typos.slips(token.text):
                yield replaced(token.span, slip)


@fault_class("syntax")
def swapped_clauses(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        order = sorted(block.at.items(), key=lambda item: item[1])
        for (_, first), (second, middle) in itertools.pairwise(order[1:]):
            last = block.stop(second)
            left = Span(query.tokens[first].start, query.tokens[middle - 1].end)
            right = Span(query.tokens[middle].start, query.tokens[last - 1].end)
            whole = Span(left.start, right.end)
            text = right.of(query.text) + query.text[left.end : right.start] + left.of(query.text)
            yield replaced(whole, text)


@fault_class("syntax")
def clause_before_from(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "FROM" not in block.at or "WHERE" not in block.at:
            continue
        first, middle, last = block.at["FROM"], block.at["WHERE"], block.stop("WHERE")
        left = Span(query.tokens[first].start, query.tokens[middle - 1].end)
        right = Span(query.tokens[middle].start, query.tokens[last - 1].end)
        text = right.of(query.text) + query.text[left.end : right.start] + left.of(query.text)
        yield replaced(Span(left.start, right.end), text)


def _commas(query: Query) -> list[int]:
    return [index for index, token in enumerate(query.tokens) if token.text == ","]


@fault_class("syntax")
def missing_comma(query: Query) -> Iterator[Fault]:
    for index in _commas(query):
        yield removed(query, index, index)


@fault_class("syntax")
def doubled_comma(query: Query) -> Iterator[Fault]:
    for index in _commas(query):
        token = query.tokens[index]
        following = query.tokens[index + 1]
        yield inserted(token.end, ",", Span(token.start, following.end))


@fault_class("syntax")
def trailing_comma(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        for clause in ("SELECT", "GROUP", "ORDER"):
            if clause != "SELECT" and clause not in block.at:
                continue
            stop = block.stop(clause)
            last = query.tokens[stop - 1]
            end = query.tokens[stop].end if stop < len(query.tokens) else last.end
            yield inserted(last.end, ",", Span(last.start, end))


@fault_class("syntax", hides=True)
def missing_close_paren(query: Query) -> Iterator[Fault]:
    stack = []
    for index, token in enumerate(query.tokens):
        if token.text == "(":
            stack.append(index)
        elif token.text == ")" and stack:
            opener = query.tokens[stack.pop()]
            yield removed(query, index, index, Span(opener.start, len(query.text)))


@fault_class("syntax")
def missing_open_paren(query: Query) -> Iterator[Fault]:
    stack = []
    for index, token in enumerate(query.tokens):
        if token.text == "(":
            stack.append(index)
        elif token.text == ")" and stack:
            opener = stack.pop()
            before = query.tokens[max(0, opener - 1)]
            yield removed(query, opener, opener, Span(before.start, token.end))


@fault_class("syntax")
def extra_close_paren(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[1:], 1):
        if token.kind in (Kind.WORD, Kind.NUMBER, Kind.STRING) and not token.is_word(*_KEYWORDS):
            following = query.tokens[min(index + 1, len(query.tokens) - 1)]
            yield inserted(token.end, ")", Span(token.start, following.end))


@fault_class("syntax", hides=True)
def unclosed_string(query: Query) -> Iterator[Fault]:
    for token in query.tokens:
        if token.kind is Kind.STRING and token.text.startswith("'"):
            span = Span(token.end - 1, token.end)
            yield replaced(span, "", Span(token.start, len(query.text)))


@fault_class("syntax", hides=True)
def unclosed_name(query: Query) -> Iterator[Fault]:
    for token in query.tokens:
        if token.kind is Kind.QUOTED:
            yield replaced(Span(token.end - 1, token.end), "", Span(token.start, len(query.text)))
    for reference in query.references("column", "relation"):
        if reference.span.of(query.text).isidentifier():
            mark = Span(reference.span.start, len(query.text))
            yield inserted(reference.span.start, '"', mark)


@fault_class("syntax", local=True)
def string_in_double_quotes(query: Query) -> Iterator[Fault]:
    for token in query.tokens:
        if token.kind is Kind.STRING and token.text.startswith("'") and '"' not in token.text:
            yield replaced(token.span, '"' + token.text[1:-1].replace("''", "'") + '"')


@fault_class("syntax", local=True)
def name_in_backticks(query: Query) -> Iterator[Fault]:
    for reference in query.references("column", "relation"):
        if reference.span.of(query.text).isidentifier():
            yield replaced(reference.span, f"`{reference.span.of(query.text)}`")


@fault_class("syntax", local=True)
def name_in_brackets(query: Query) -> Iterator[Fault]:
    for reference in query.references("column", "relation"):
        if reference.span.of(query.text).isidentifier():
            yield replaced(reference.span, f"[{reference.span.of(query.text)}]")


@fault_class("syntax", local=True)
def name_in_single_quotes(query: Query) -> Iterator[Fault]:
    for reference in query.references("relation"):
        if reference.span.of(query.text).isidentifier():
            yield replaced(reference.span, f"'{reference.span.of(query.text)}'")


@fault_class("syntax", lossy=True)
def missing_on(query: Query) -> Iterator[Fault]:
    for index in range(len(query.tokens)):
        if query.word(index) != "ON":
            continue
        block = query.block_of(index)
        if block is None or block.depth != query.depths[index] or "FROM" not in block.at:
            continue
        stop, end = block.stop("FROM"), index + 1
        while end < stop and not (
            query.depths[end] == block.depth
            and query.word(end) in ("JOIN", "LEFT", "INNER", "RIGHT", "FULL", "CROSS", ",")
        ):
            end += 1
        if end <= stop:
            joins = [at for at in range(index) if query.word(at) == "JOIN"]
            if joins:
                mark = Span(
                    query.tokens[joins[-1]].start, query.tokens[min(end, len(query.tokens) - 1)].end
                )
                yield removed(query, index, end - 1, mark)


@fault_class("syntax", local=True)
def missing_on_word(query: Query) -> Iterator[Fault]:
    for index in range(len(query.tokens)):
        if query.word(index) == "ON":
            mark = Span(query.tokens[index - 1].start, query.tokens[index + 1].end)
            yield removed(query, index, index, mark)


@fault_class("syntax", lossy=True)
def limit_with_comma(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        if "LIMIT" in block.at and query.tokens[block.at["LIMIT"] + 1].kind is Kind.NUMBER:
            number = query.tokens[block.at["LIMIT"] + 1]
            keyword = query.tokens[block.at["LIMIT"]]
            mark = Span(keyword.start, number.end)
            yield replaced(number.span, f"10, {number.text}", mark)
        elif block.depth == 0 and block.operator < 0 and block.end >= len(query.tokens):
            last = query.tokens[-1]
            yield inserted(last.end, " LIMIT 5, 10", Span(last.end, last.end))


@fault_class("syntax", lossy=True)
def top(query: Query) -> Iterator[Fault]:
    for block in query.blocks:
        token = query.tokens[block.select]
        following = query.tokens[block.select + 1]
        if following.is_word("DISTINCT") or "LIMIT" in block.at:
            continue
        yield inserted(token.end, " TOP 10", Span(token.start, following.end))


@fault_class("syntax", lossy=True)
def missing_operand(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[:-1]):
        following = query.tokens[index + 1]
        if token.text not in _COMPARE or following.kind not in (
            Kind.NUMBER,
            Kind.STRING,
            Kind.WORD,
        ):
            continue
        if query.word(index + 2) in (".", "("):
            continue
        yield removed(query, index + 1, index + 1)


@fault_class("syntax", lossy=True)
def missing_operator(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[:-1]):
        if token.text in _COMPARE:
            yield removed(query, index, index)


@fault_class("syntax")
def doubled_keyword(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[:-1]):
        if token.is_word(*_TWINS):
            mark = Span(token.start, query.tokens[index + 1].end)
            yield inserted(token.end, " " + token.text, mark)


@fault_class("syntax")
def missing_by(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens[1:], 1):
        if token.is_word("BY") and query.word(index - 1) in ("GROUP", "ORDER", "PARTITION"):
            yield removed(query, index, index)


@fault_class("syntax")
def missing_keyword(query: Query) -> Iterator[Fault]:
    for index, token in enumerate(query.tokens):
        inner = token.is_word("THEN", "END", "FROM", "SELECT", "SET", "VALUES", "IN", "WHEN")
        if inner or (token.is_word("AND", "OR", "WHERE") and query.depths[index] == 0):
            mark = Span(query.tokens[max(0, index - 2)].start, _end(query, index + 4))
            yield removed(query, index, index, mark)


def _end(query: Query, index: int) -> int:
    """The end of the token at `index`, of the last one if there are not so many."""
    return query.tokens[min(index, len(query.tokens) - 1)].end


@fault_class("syntax", lossy=True)
def missing_table(query: Query) -> Iterator[Fault]:
    for reference in query.references("relation"):
        index = query.index_at(reference.span.start)
        if index and query.word(index - 1) in ("FROM", "JOIN", "INTO", "UPDATE"):
            last = index
            if query.word(index + 1) == "AS":
                last = index + 2
            elif query.word(index + 1) in {one.name.upper() for one in query.analysis.sources}:
                last = index + 1
            yield removed(query, index, last)


@fault_class("syntax", local=True)
def wrong_operator(query: Query) -> Iterator[Fault]:
    wrong = {"=": "==", "<>": "><", "<=": "=<", ">=": "=>", "||": "&&", "!=": "=!"}
    for token in query.tokens:
        if token.kind is Kind.OPERATOR and token.text in wrong:
            yield replaced(token.span, wrong[token.text])


@fault_class("syntax", lossy=True)
def cut_end(query: Query) -> Iterator[Fault]:
    for count in (1, 2, 3):
        first = len(query.tokens) - count
        if first < 3:
            return
        mark = Span(query.tokens[first - 1].start, query.tokens[-1].end)
        yield Fault((TextEdit(Span(query.tokens[first].start, len(query.text)), ""),), (mark,))


@fault_class("syntax", lossy=True)
def not_after_operand(query: Query) -> Iterator[Fault]:
    """`a NOT = b`, `a IS NOT IN (…)`, `a = NOT IN (…)`: words in a wrong order."""
    for index, token in enumerate(query.tokens[:-1]):
        following = query.tokens[index + 1]
        mark = Span(query.tokens[max(index - 1, 0)].start, following.end)
        if token.is_word("NOT") and following.is_word("IN", "LIKE", "EXISTS", "BETWEEN"):
            if following.upper == "EXISTS":
                continue
            yield replaced(Span(token.start, following.end), f"{following.text} {token.text}", mark)
        elif token.is_word("IS") and following.is_word("NOT"):
            yield replaced(Span(token.start, following.end), f"{following.text} {token.text}", mark)
        elif token.text in ("=", "<", ">"):
            yield replaced(token.span, "NOT " + token.text, mark)


@fault_class("syntax")
def between_with_comma(query: Query) -> Iterator[Fault]:
    open_between = []
    for index, token in enumerate(query.tokens):
        if token.is_word("BETWEEN"):
            open_between.append(index)
        elif token.is_word("AND") and open_between:
            start = query.tokens[open_between.pop()]
            end = query.tokens[index + 1].end
            yield replaced(token.span, ",", Span(start.start, end))


@fault_class("syntax")
def missing_cte_comma_or_as(query: Query) -> Iterator[Fault]:
    if query.word(0) != "WITH":
        return
    for index in range(2, len(query.tokens) - 1):
        if query.word(index) == "AS" and query.word(index + 1) == "(" and not query.depths[index]:
            yield removed(query, index, index)
        after_cte = query.word(index - 1) == ")" and query.word(index + 2) == "AS"
        if query.word(index) == "," and not query.depths[index] and after_cte:
            yield removed(query, index, index)


@fault_class("syntax", local=True, lossy=True)
def reserved_word_as_name(query: Query) -> Iterator[Fault]:
    for token in query.tokens:
        index = query.index_at(token.start)
        if index and query.word(index - 1) == "AS" and token.kind is Kind.WORD:
            for word in ("order", "group", "table", "user", "select", "end"):
                yield replaced(token.span, word)
