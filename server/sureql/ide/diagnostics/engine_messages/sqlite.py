"""SQLite's messages."""

from __future__ import annotations

from sureql.ide.diagnostics.engine_messages import reading
from sureql.ide.diagnostics.engine_messages.reading import Reading, grammar, pattern
from sureql.ports.judge import Judgement

_PATTERNS = (
    grammar(r"near \"(?P<name>.*)\": syntax error", "`{name}` is not expected here."),
    grammar(r"incomplete input", "The statement is not complete."),
    grammar(r"unrecognized token: \"(?P<name>'.*)\"", "The quote is not closed: add `'`."),
    grammar(r"unrecognized token: \"(?P<name>[\"`\[].*)\"", "The quoted name is not closed."),
    grammar(r"unrecognized token: \"(?P<name>.*)\"", "`{name}` means nothing to SQLite."),
    pattern(
        r"no such column: (?P<table>[^ ]+)\.(?P<name>[^.]+)",
        "unknown-column",
        "No column `{table}.{name}` here.",
        "name",
    ),
    pattern(r"no such column: <name>", "unknown-column", "No column `{name}` here.", "name"),
    pattern(
        r"table (?P<table>\S+) has no column named <name>",
        "unknown-column",
        "`{table}` has no column `{name}`.",
        "name",
    ),
    pattern(
        r"cannot join using column <name> - column not present in both tables",
        "unknown-column",
        "Not both tables have a column `{name}`.",
        "name",
    ),
    pattern(
        r"ambiguous column name: <name>",
        "ambiguous-column",
        "`{name}` is ambiguous: several tables have it.",
        "name",
    ),
    pattern(
        r"ambiguous reference to <name> in USING\(\)",
        "ambiguous-column",
        "`{name}` is ambiguous: several tables have it.",
        "name",
    ),
    pattern(r"no such table: <name>", "unknown-table", "No table `{name}` in the schema.", "name"),
    pattern(r"unknown database <name>", "unknown-schema", "No schema `{name}`.", "name"),
    pattern(r"no such window: <name>", "unknown-window", "No window `{name}`.", "name"),
    pattern(
        r"duplicate WITH table name: <name>",
        "duplicate-alias",
        "`{name}` is used twice in WITH.",
        "name",
    ),
    pattern(r"no such function: <name>", "unknown-function", "No function `{name}`.", "call"),
    pattern(
        r"wrong number of arguments to function <name>\(\)",
        "wrong-arguments",
        "`{name}` is called with the wrong number of arguments.",
        "call",
    ),
    pattern(
        r"misuse of aggregate(?: function)?:? <name>\(\)",
        "misplaced-aggregate",
        "The aggregate `{name}` can't be used here.",
        "call",
    ),
    pattern(
        r"misuse of aliased aggregate <name>",
        "misplaced-aggregate",
        "`{name}` is an aggregate and can't be used here.",
        "name",
    ),
    pattern(
        r"misuse of aliased window function <name>",
        "misplaced-window",
        "`{name}` is a window function and can't be used here.",
        "name",
    ),
    pattern(
        r"misuse of window function <name>\(\)",
        "misplaced-window",
        "The window function `{name}` can't be used here, or lacks OVER (…).",
        "call",
    ),
    pattern(
        r"<name>\(\) may not be used as a window function",
        "misplaced-window",
        "`{name}` can't be used with OVER.",
        "call",
    ),
    pattern(
        r"aggregate functions are not allowed in the GROUP BY clause",
        "misplaced-aggregate",
        "An aggregate can't be used in GROUP BY.",
    ),
    pattern(
        r"SELECTs to the left and right of (?P<what>.+) do not have the same number of result columns",
        "set-operation-arity",
        "The queries of {what} have different numbers of columns.",
    ),
    pattern(
        r"sub-select returns (?P<has>\d+) columns - expected (?P<wanted>\d+)",
        "subquery-columns",
        "The sub-query returns {has} columns, not {wanted}.",
    ),
    pattern(
        r"row value misused",
        "subquery-columns",
        "A row or a sub-query of several columns can't be used here.",
    ),
    pattern(
        r"(?P<has>\d+) values for (?P<wanted>\d+) columns",
        "insert-arity",
        "There are {wanted} columns, but {has} values.",
    ),
    pattern(
        r"table (?P<table>\S+) has (?P<wanted>\d+) columns but (?P<has>\d+) values were supplied",
        "insert-arity",
        "`{table}` has {wanted} columns, but there are {has} values.",
    ),
    pattern(
        r"table <name> has (?P<has>\d+) values for (?P<wanted>\d+) columns",
        "column-names",
        "`{name}` has {has} columns, but {wanted} names.",
        "name",
    ),
    pattern(
        r"all VALUES must have the same number of terms",
        "values-arity",
        "All rows of VALUES must have the same number of values.",
    ),
    pattern(
        r"(?P<name>\d+)(?:st|nd|rd|th) (?P<clause>.+) term out of range - should be between 1 and (?P<most>\d+)",
        "position-out-of-range",
        "{clause}: the select list has only {most} items.",
        "",
    ),
    pattern(
        r"(?P<name>\d+)(?:st|nd|rd|th) ORDER BY term does not match any column in the result set",
        "unknown-column",
        "The query has no such output column to order by.",
        "",
    ),
    pattern(
        r"HAVING clause on a non-aggregate query",
        "not-grouped",
        "HAVING needs GROUP BY or an aggregate.",
    ),
    pattern(
        r"a GROUP BY clause is required before HAVING", "not-grouped", "HAVING needs GROUP BY."
    ),
    pattern(r"no tables specified", "syntax-error", "`*` needs a table in FROM."),
    pattern(
        r"ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint",
        "no-unique-key",
        "No unique key fits ON CONFLICT.",
    ),
    pattern(
        r"cannot (?:INSERT into|UPDATE) generated column <name>",
        "generated-column",
        "`{name}` is generated: leave it out.",
        "name",
    ),
    pattern(r"table <name> may not be modified", "read-only", "`{name}` can't be changed.", "name"),
    pattern(
        r"circular reference: <name>",
        "unknown-table",
        "`{name}` refers to itself without being recursive.",
        "name",
    ),
    pattern(
        r"(?P<name>[A-Z]+)(?: BY)? clause should come (?P<where>after|before) (?P<other>.+) not (?:before|after)",
        "syntax-error",
        "{name} must come {where} {other}.",
    ),
    pattern(
        r"ON clause references tables to its right",
        "unknown-alias",
        "ON names a table that is joined later.",
    ),
)


def read(judgement: Judgement) -> Reading:
    """What a refusal of SQLite means."""
    return reading.first(_PATTERNS, judgement)
