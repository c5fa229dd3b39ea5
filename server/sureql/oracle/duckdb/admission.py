"""Which statements DuckDB may be asked about at all.

To prepare a statement DuckDB calls the bind step of each table function (some open files, some take
raw pointers) and computes constant arguments. So only harmless table functions are let through, and
nothing that makes a large value out of a small text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sureql.oracle import statements
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_FIRST_WORDS = [
    "SELECT",
    "WITH",
    "FROM",
    "VALUES",
    "TABLE",
    "PIVOT",
    "UNPIVOT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
]
# Each needs a table function's form, `name(`, which is how the real engine calls them, too.
_HARMLESS = frozenset(
    [
        "unnest",
        "range",
        "generate_series",
        "repeat",
        "repeat_row",
        "json_each",
        "json_tree",
        "pg_timezone_names",
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_databases",
        "duckdb_functions",
        "duckdb_indexes",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_sequences",
        "duckdb_settings",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "histogram",
        "histogram_values",
        "summary",
        "icu_calendar_names",
    ]
)
# Scalar functions that plan a text of their own, write, wait, double a value with each element, or
# are the engine's own, which trusts their arguments.
_FORBIDDEN = frozenset(
    [
        *("json_serialize_plan", "json_serialize_sql", "json_deserialize_sql", "write_log"),
        *("sleep_ms", "pg_sleep", "list_reduce", "array_reduce", "reduce"),
    ]
)
_INTERNAL = "__internal"
# They compare each character with each: two texts make a square.
_SQUARES = frozenset(("levenshtein", "editdist3", "damerau_levenshtein"))
_AMPLIFIERS = frozenset(
    [
        "repeat",
        "lpad",
        "rpad",
        "list_resize",
        "array_resize",
        "array_fill",
        "printf",
        "format",
        "bitstring",
        "bar",
        "range",
        "generate_series",
        "to_base",
        "hex",
        "to_hex",
        "bin",
        "to_binary",
        "replace",
        "regexp_replace",
        "url_encode",
        "to_json",
    ]
)
_LAZY = ("range", "generate_series")
_LOOPS = frozenset(
    [
        "list_transform",
        "array_transform",
        "list_apply",
        "array_apply",
        "apply",
        "list_filter",
        "array_filter",
        "filter",
    ]
)
_NUMBERS = re.compile(r"\d+")
_LEAST_FACTOR = 8
MOST_AMPLIFIED = 2_000_000
_MOST_COMPREHENSIONS = 6
_MOST_NESTED = 24
_MOST_WIDENED = 100


def may_be_asked(
    statement: str, tokens: Sequence[Token], rules: Dialect, table_functions: frozenset[str]
) -> bool:
    """True if to prepare `statement`, whose tokens are `tokens`, can do no harm.

    `table_functions` are the engine's own, in lower case.
    """
    first = next((token for token in tokens if token.text != "("), None)
    if first is None or not first.is_word(*_FIRST_WORDS):
        return False
    if statements.cte_uses(tokens, rules) > statements.MOST_CTE_USES:
        return False
    dangerous = (table_functions - _HARMLESS) | _FORBIDDEN
    calls = list(statements.calls(tokens, rules))
    if any(name in dangerous or name.startswith(_INTERNAL) for _, name in calls):
        return False
    # Once more in the bare text, should the engine split it into tokens in another way.
    text = statement.lower()
    if any(name in text and re.search(rf'\b{name}"?\s*\(', text) for name in dangerous):
        return False
    if _widened(tokens) > _MOST_WIDENED:
        return False
    comprehensions = sum(token.is_word("FOR") for token in tokens)
    return (
        comprehensions <= _MOST_COMPREHENSIONS
        and _nested(tokens) <= _MOST_NESTED
        and amplified(tokens, calls) <= MOST_AMPLIFIED
    )


def amplified(tokens: Sequence[Token], calls: Sequence[tuple[int, str]]) -> int:
    """How large a value the calls in a statement could make of literals, roughly."""
    # What stands in one another multiplies, in a loop also what stands beside one another.
    in_loops = any(name in _LOOPS or name in _SQUARES for _, name in calls)
    in_loops = in_loops or any(token.is_word("FOR") for token in tokens)
    around: list[tuple[int, int]] = []  # Where each open call ends, and the product down to it.
    largest = 1
    for index, name in calls:
        if name not in _AMPLIFIERS | _LOOPS | _SQUARES:
            continue
        if name == "filter" and tokens[index - 1].text == ")":
            continue  # An aggregate's FILTER.
        if name in _LAZY and _is_table(tokens, index):
            continue
        closing = statements.closing(tokens, index + 1)
        while around and around[-1][0] < index and not in_loops:
            around.pop()
        factor = _LEAST_FACTOR
        if name not in _LOOPS:
            factor = _factor(tokens[index + 2 : closing]) ** (2 if name in _SQUARES else 1)
        product = factor * (around[-1][1] if around else 1)
        if product > MOST_AMPLIFIED:
            return product
        around.append((closing, product))
        largest = max(largest, product)
    return largest


def _widened(tokens: Sequence[Token]) -> int:
    # How many times over columns could be repeated: several stars in a select list multiply with
    # those of the queries that it reads.
    lists: list[int] = [0]
    product = 1
    for index, token in enumerate(tokens):
        if token.text == "(":
            lists.append(0)
        elif token.text == ")" and len(lists) > 1:
            product *= max(1, lists.pop())
        elif token.is_word("SELECT"):
            product *= max(1, lists[-1])
            lists[-1] = 0
        elif token.is_word("COLUMNS") or (token.text == "*" and _is_star(tokens, index)):
            lists[-1] += 1
    for count in lists:
        product *= max(1, count)
    return product


def _is_star(tokens: Sequence[Token], index: int) -> bool:
    # True for `*` and `a.*` in a list; else it multiplies or counts.
    before = tokens[index - 1] if index else None
    return before is not None and (
        before.text in (",", ".") or before.is_word("SELECT", "DISTINCT", "ALL")
    )


def _nested(tokens: Sequence[Token]) -> int:
    # How deep calls stand in one another: each may add a half to what it is given. A query inside
    # is no constant.
    around: list[int] = []
    deepest = 0
    for index, token in enumerate(tokens):
        if token.text == "(":
            depth = around[-1] if around else 0
            if index + 1 < len(tokens) and tokens[index + 1].is_word("SELECT", "WITH", "FROM"):
                depth = 0
            elif index and statements.is_name(tokens[index - 1]):
                depth += 1
            around.append(depth)
            deepest = max(deepest, depth)
        elif token.text == ")" and around:
            around.pop()
    return deepest


def _factor(arguments: Sequence[Token]) -> int:
    # The largest literal among the arguments; computed ones may be of any size.
    factor = _LEAST_FACTOR
    for token in arguments:
        if token.text in ("*", "**", "^", "<<", "!"):
            return MOST_AMPLIFIED + 1
        if token.kind is Kind.NUMBER and not token.text.replace("_", "").replace(".", "").isdigit():
            return MOST_AMPLIFIED + 1
        if token.kind in (Kind.NUMBER, Kind.STRING):
            digits = _NUMBERS.findall(token.text.replace("_", ""))
            factor = max(factor, len(token.text), *(int(text[:12]) for text in digits), 0)
    return factor


def _is_table(tokens: Sequence[Token], index: int) -> bool:
    # True for `FROM range(…)` and `unnest(range(…))`, which make their rows one by one.
    if index and tokens[index - 1].is_word("FROM", "JOIN", "LATERAL"):
        return True
    return index > 1 and tokens[index - 1].text == "(" and tokens[index - 2].is_word("UNNEST")
