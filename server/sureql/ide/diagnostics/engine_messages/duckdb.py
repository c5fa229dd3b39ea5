"""DuckDB's messages."""

from __future__ import annotations

from sureql.ide.diagnostics.engine_messages import reading
from sureql.ide.diagnostics.engine_messages.reading import Reading, grammar, pattern
from sureql.ports.judge import Judgement

_PATTERNS = (
    grammar(r"syntax error at or near <name>", "`{name}` is not expected here."),
    grammar(r"syntax error at end of input", "The statement is not complete."),
    grammar(
        r"unterminated string literal.*|unterminated quoted string.*",
        "The quote is not closed: add `'`.",
    ),
    grammar(r"unterminated quoted identifier.*", 'The quoted name is not closed: add `"`.'),
    grammar(r"zero-length delimited identifier.*", "A name can't be empty."),
    pattern(
        r"Referenced column <name> not found in FROM clause.*",
        "unknown-column",
        "No column `{name}` here.",
        "name",
    ),
    pattern(
        r"Referenced column <name> was not found because the FROM clause is missing",
        "unknown-column",
        "No column `{name}`: there is no table in FROM.",
        "name",
    ),
    pattern(
        r"Table (?P<table>\"[^\"]*\") does not have a column (?:named|with name) <name>",
        "unknown-column",
        "`{table}` has no column `{name}`.",
        "name",
    ),
    pattern(
        r"Values list <table> does not have a column (?:named|with name) <name>",
        "unknown-column",
        "`{table}` has no column `{name}`.",
        "name",
    ),
    pattern(
        r"Column <name> does not exist on (?P<side>left|right) side of join.*",
        "unknown-column",
        "The {side} table has no column `{name}`.",
        "name",
    ),
    pattern(
        r"Referenced update column <name> not found in table.*",
        "unknown-column",
        "The table has no column `{name}`.",
        "name",
    ),
    pattern(
        r"Column <name> in (?P<list>\w+) list not found in FROM clause",
        "unknown-column",
        "No column `{name}` to {list}.",
        "name",
    ),
    pattern(
        r"Could not find key <name> in struct",
        "unknown-column",
        "There is no field `{name}`.",
        "name",
    ),
    pattern(
        r"Ambiguous reference to column name <name> \(use: .*\)",
        "ambiguous-column",
        "`{name}` is ambiguous: several tables have it.",
        "name",
    ),
    pattern(
        r"Ambiguous reference to table <name> \(duplicate alias .*",
        "duplicate-alias",
        "`{name}` is used twice in FROM.",
        "name",
    ),
    pattern(
        r"Duplicate alias <name> in query.*",
        "duplicate-alias",
        "`{name}` is used twice in FROM.",
        "name",
    ),
    pattern(
        r"Duplicate CTE name <name>", "duplicate-alias", "`{name}` is used twice in WITH.", "name"
    ),
    pattern(
        r"Referenced table <name> not found.*",
        "unknown-alias",
        "`{name}` is not in FROM.",
        "qualifier",
    ),
    pattern(
        r"Table with name <name> does not exist.*",
        "unknown-table",
        "No table `{name}` in the schema.",
        "name",
    ),
    pattern(
        r"(?:Scalar )?Function with name (?P<name>[^\w\s]+) does not exist.*",
        "unknown-function",
        "There is no operator `{name}`.",
        "operator",
    ),
    pattern(
        r"(?:Scalar |Aggregate |Table |Table Macro |Macro |Scalar Macro )?Function with name <name> does not exist.*",
        "unknown-function",
        "No function `{name}`.",
        "call",
    ),
    pattern(r"Type with name <name> does not exist.*", "unknown-type", "No type `{name}`.", "name"),
    pattern(
        r"Collation with name <name> does not exist.*",
        "unknown-collation",
        "No collation `{name}`.",
        "name",
    ),
    pattern(r"window <name> does not exist", "unknown-window", "No window `{name}`.", "name"),
    pattern(
        r"No function matches the given name and argument types '(?P<name>[^\w\s(]+)\((?P<types>.*)\)'.*",
        "type-mismatch",
        "`{name}` does not work with {types}.",
        "operator",
    ),
    pattern(
        r"No function matches the given name and argument types '(?P<name>.+?)\((?P<types>.*)\)'.*",
        "unknown-function",
        "No function `{name}({types})`.",
        "call",
    ),
    pattern(
        r"Could not choose a best candidate function for the function call \"(?P<name>[^(]+)\((?P<types>.*)\)\".*",
        "ambiguous-function",
        "More than one `{name}` would do for {types}: add a cast.",
    ),
    pattern(
        r"Cannot compare values of type <left> and (?:type )?<right>(?: -.*|\.)?",
        "type-mismatch",
        "{left} and {right} can't be compared: add a cast.",
    ),
    pattern(
        r"Cannot mix values of type <left> and <right> in <what> - an explicit cast is required",
        "type-mismatch",
        "{what} mixes {left} and {right}: add a cast.",
        "value",
    ),
    pattern(
        r"Could not convert string '(?P<name>.*)' to (?P<type>\S+)",
        "type-mismatch",
        "`{name}` is no {type}.",
    ),
    pattern(
        r"(?P<clause>.+) (?:clause )?cannot contain aggregates.*",
        "misplaced-aggregate",
        "An aggregate can't be used in {clause}.",
        "call",
    ),
    pattern(
        r"(?P<clause>.+) (?:clause )?cannot contain window functions.*",
        "misplaced-window",
        "A window function can't be used in {clause}.",
        "call",
    ),
    pattern(
        r"aggregate function calls cannot be nested",
        "nested-aggregate",
        "An aggregate can't be inside another one.",
        "call",
    ),
    pattern(
        r"Window functions are not supported here",
        "misplaced-window",
        "A window function needs OVER (…).",
        "call",
    ),
    pattern(
        r"column <name> must appear in the GROUP BY clause or .*",
        "not-grouped",
        "`{name}` must be in GROUP BY or in an aggregate.",
        "name",
    ),
    pattern(
        r"Set operations can only apply to expressions with the same number of result columns",
        "set-operation-arity",
        "The queries of the set operation have different numbers of columns.",
    ),
    pattern(
        r"Subquery returns (?P<has>\d+) columns - expected (?P<wanted>\d+)",
        "subquery-columns",
        "The sub-query returns {has} columns, not {wanted}.",
        "value",
    ),
    pattern(
        r"Column name/value mismatch for insert on (?P<table>\"[^\"]*\"): expected (?P<wanted>\d+) columns but (?P<has>\d+) values were supplied",
        "insert-arity",
        "There are {wanted} columns, but {has} values.",
    ),
    pattern(
        r"table (?P<table>\"[^\"]*\") has (?P<wanted>\d+) columns but (?P<has>\d+) values were supplied",
        "insert-arity",
        "`{table}` has {wanted} columns, but there are {has} values.",
    ),
    pattern(
        r"Duplicate column name <name> in INSERT",
        "duplicate-column",
        "`{name}` is listed twice.",
        "name",
    ),
    pattern(
        r"VALUES lists must all be the same length.*",
        "values-arity",
        "All rows of VALUES must have the same number of values.",
        "value",
    ),
    pattern(
        r"(?P<clause>.+) term out of range - should be between 1 and (?P<most>\d+)",
        "position-out-of-range",
        "{clause}: the select list has only {most} items.",
    ),
    pattern(r"\* expression without FROM clause.*", "syntax-error", "`*` needs a table in FROM."),
    pattern(
        r"The specified columns as conflict target are not referenced .*",
        "no-unique-key",
        "No unique key fits ON CONFLICT.",
    ),
    pattern(
        r"Qualified column names in UPDATE .. SET not supported.*",
        "qualified-column",
        "SET takes the plain name of a column.",
        "value",
    ),
    pattern(
        r"Multiple assignments to same column <name>",
        "duplicate-column",
        "`{name}` is set twice.",
        "name",
    ),
    pattern(
        r"Could not ORDER BY column <name>: add the expression.*",
        "misplaced-column",
        "ORDER BY of a set operation can name only its output columns.",
        "name",
    ),
    pattern(
        r"Deprecated lambda arrow \((?P<name>->)\) detected.*",
        "old-lambda",
        "DuckDB no longer takes `x -> …` here: write `lambda x: …`.",
    ),
    pattern(r"Mixing named and positional parameters .*", "refused", "", parameters=True),
    pattern(r".*[Pp]arameter.*", "refused", "", parameters=True),
)


def read(judgement: Judgement) -> Reading:
    """What a refusal of DuckDB means."""
    return reading.first(_PATTERNS, judgement)
