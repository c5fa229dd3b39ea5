"""PostgreSQL's messages."""

from __future__ import annotations

from sureql.ide.diagnostics.engine_messages import reading
from sureql.ide.diagnostics.engine_messages.reading import Reading, grammar, pattern
from sureql.ports.judge import Judgement

_PATTERNS = (
    grammar(r"syntax error at or near <name>", "`{name}` is not expected here."),
    grammar(r"syntax error at end of input", "The statement is not complete."),
    grammar(r"unterminated quoted string.*", "The quote is not closed: add `'`."),
    grammar(r"unterminated quoted identifier.*", 'The quoted name is not closed: add `"`.'),
    grammar(r"unterminated dollar-quoted string.*", "The dollar-quoted text is not closed."),
    grammar(r"unterminated /\* comment.*", "The comment is not closed: add `*/`."),
    grammar(r"zero-length delimited identifier.*", "A name can't be empty."),
    grammar(r"trailing junk after numeric literal.*", "A number ends here without a space."),
    grammar(
        r"LIMIT #,# syntax is not supported",
        "PostgreSQL has no `LIMIT a, b`: write `LIMIT b OFFSET a`.",
    ),
    grammar(r"improper qualified name.*", "The name has too many parts."),
    pattern(
        r"column <name> of relation <table> does not exist",
        "unknown-column",
        "`{table}` has no column `{name}`.",
        "name",
    ),
    pattern(
        r"column <name> specified in USING clause does not exist in <side> table",
        "unknown-column",
        "The {side} table has no column `{name}`.",
        "name",
    ),
    pattern(
        r"column (?P<name>\"[^\"]*\") does not exist",
        "unknown-column",
        "No column `{name}` here.",
        "name",
    ),
    pattern(
        r"column (?P<table>[^ ]+)\.(?P<name>[^.]+) does not exist",
        "unknown-column",
        "`{table}` has no column `{name}`.",
        "name",
    ),
    pattern(r"column <name> does not exist", "unknown-column", "No column `{name}` here.", "name"),
    pattern(
        r"column reference <name> is ambiguous",
        "ambiguous-column",
        "`{name}` is ambiguous: several tables have it.",
        "name",
    ),
    pattern(
        r"common column name <name> appears more than once in .*",
        "ambiguous-column",
        "`{name}` is ambiguous: it appears more than once on one side of the join.",
        "name",
    ),
    pattern(
        r"table reference <name> is ambiguous",
        "ambiguous-column",
        "`{name}` is ambiguous: it is used twice in FROM.",
        "qualifier",
    ),
    pattern(
        r"missing FROM-clause entry for table <name>",
        "unknown-alias",
        "`{name}` is not in FROM.",
        "qualifier",
    ),
    pattern(
        r"invalid reference to FROM-clause entry for table <name>",
        "unknown-alias",
        "`{name}` can't be named here.",
        "qualifier",
    ),
    pattern(
        r"relation <name> in <clause> clause not found in FROM clause",
        "unknown-alias",
        "`{name}` is not in FROM.",
        "name",
    ),
    pattern(
        r"relation <name> does not exist",
        "unknown-table",
        "No table `{name}` in the schema.",
        "name",
    ),
    pattern(r"schema <name> does not exist", "unknown-schema", "No schema `{name}`.", "token"),
    pattern(
        r"table name <name> specified more than once",
        "duplicate-alias",
        "`{name}` is used twice in FROM.",
        "name",
    ),
    pattern(
        r"WITH query name <name> specified more than once",
        "duplicate-alias",
        "`{name}` is used twice in WITH.",
        "name",
    ),
    pattern(
        r"column <name> specified more than once",
        "duplicate-column",
        "`{name}` is listed twice.",
        "name",
    ),
    pattern(
        r"multiple assignments to same column <name>",
        "duplicate-column",
        "`{name}` is set twice.",
        "name",
    ),
    pattern(r"type <name> does not exist", "unknown-type", "No type `{name}`.", "name"),
    pattern(r"window <name> does not exist", "unknown-window", "No window `{name}`.", "name"),
    pattern(
        r"collation <name>(?: for encoding \S+)? does not exist",
        "unknown-collation",
        "No collation `{name}`.",
        "name",
    ),
    pattern(
        r"function <name>\((?P<types>.*)\) does not exist",
        "unknown-function",
        "No function `{name}({types})`.",
        "call",
    ),
    pattern(
        r"function <name>\((?P<types>.*)\) is not unique",
        "ambiguous-function",
        "More than one `{name}` would do: add a cast to its arguments.",
        "call",
    ),
    pattern(
        r"operator does not exist: (?P<left>.+) (?P<name>[^\w\s]+|[A-Z ]+) (?P<right>.+)",
        "type-mismatch",
        "`{name}` does not work with {left} and {right}.",
    ),
    pattern(
        r"operator does not exist: (?P<name>[^\w\s]+) (?P<right>.+)",
        "type-mismatch",
        "`{name}` does not work with {right}.",
    ),
    pattern(
        r"operator is not unique: (?P<left>.+) (?P<name>[^\w\s]+) (?P<right>.+)",
        "type-mismatch",
        "It is not clear which `{name}` is meant: add a cast.",
    ),
    pattern(
        r"argument of <clause> must not contain variables",
        "misplaced-column",
        "{clause} can't use columns.",
        "name",
    ),
    pattern(
        r"argument of <clause> must be type boolean, not type <type>",
        "type-mismatch",
        "{clause} needs a condition, and this is {type}.",
        "value",
    ),
    pattern(
        r"argument of <clause> must be type <wanted>, not type <type>",
        "type-mismatch",
        "{clause} needs {wanted}, and this is {type}.",
        "value",
    ),
    pattern(
        r"column <name> is of type <wanted> but expression is of type <type>",
        "type-mismatch",
        "`{name}` is {wanted}, and this value is {type}.",
        "value",
    ),
    pattern(
        r"subfield <name> is of type <wanted> but expression is of type <type>",
        "type-mismatch",
        "`{name}` is {wanted}, and this value is {type}.",
        "value",
    ),
    pattern(
        r"(?P<what>\S+(?: \S+)?) types <left> and <right> cannot be matched",
        "type-mismatch",
        "{what} mixes {left} and {right}: add a cast.",
        "value",
    ),
    pattern(
        r"cannot cast type <left> to <right>", "type-mismatch", "{left} can't be cast to {right}."
    ),
    pattern(
        r"invalid input value for enum (?P<type>[^:]+): (?P<name>.+)",
        "unknown-value",
        "`{type}` has no value `{name}`.",
    ),
    pattern(
        r"invalid input syntax for type (?P<type>[^:]+): (?P<name>.+)",
        "type-mismatch",
        "`{name}` is no {type}.",
    ),
    pattern(
        r"value (?P<name>.+) is out of range for type (?P<type>.+)",
        "type-mismatch",
        "`{name}` is too large for {type}.",
    ),
    pattern(r"malformed array literal: <name>", "type-mismatch", "`{name}` is no array."),
    pattern(r"malformed \S+ literal: <name>", "type-mismatch", "`{name}` can't be read."),
    pattern(
        r"date/time field value out of range: <name>",
        "type-mismatch",
        "`{name}` is no date that exists.",
    ),
    pattern(
        r"aggregate functions are not allowed in <clause>",
        "misplaced-aggregate",
        "An aggregate can't be used in {clause}.",
        "call",
    ),
    pattern(
        r"window functions are not allowed in <clause>",
        "misplaced-window",
        "A window function can't be used in {clause}.",
        "call",
    ),
    pattern(
        r"set-returning functions are not allowed in <clause>",
        "misplaced-set",
        "A function that returns rows can't be used in {clause}.",
        "call",
    ),
    pattern(
        r"aggregate function calls cannot be nested",
        "nested-aggregate",
        "An aggregate can't be inside another one.",
        "call",
    ),
    pattern(
        r"aggregate function calls cannot contain window function calls",
        "nested-aggregate",
        "An aggregate can't contain a window function.",
        "call",
    ),
    pattern(
        r"window function calls cannot be nested",
        "nested-aggregate",
        "A window function can't be inside another one.",
        "call",
    ),
    pattern(
        r"window function <name> requires an OVER clause",
        "misplaced-window",
        "`{name}` needs OVER (…).",
        "call",
    ),
    pattern(
        r"(?:OVER specified|DISTINCT specified|FILTER specified|ORDER BY specified|\w+\(\*\) specified), but <name> is not (?P<what>.+)",
        "misplaced-aggregate",
        "`{name}` is not {what}.",
        "call",
    ),
    pattern(
        r"column <name> must appear in the GROUP BY clause or be used in an aggregate function",
        "not-grouped",
        "`{name}` must be in GROUP BY or in an aggregate.",
        "name",
    ),
    pattern(
        r"subquery uses ungrouped column <name> from outer query",
        "not-grouped",
        "`{name}` must be in GROUP BY of the outer query.",
        "name",
    ),
    pattern(
        r"each (?P<what>\w+) query must have the same number of columns",
        "set-operation-arity",
        "The queries of {what} have different numbers of columns.",
        "value",
    ),
    pattern(
        r"subquery must return only one column",
        "subquery-columns",
        "A sub-query used as a value must return one column.",
        "value",
    ),
    pattern(
        r"subquery must return a column",
        "subquery-columns",
        "A sub-query used as a value must return one column.",
        "value",
    ),
    pattern(
        r"subquery has too (?P<what>many|few) columns",
        "subquery-columns",
        "The sub-query returns too {what} columns for this comparison.",
    ),
    pattern(
        r"INSERT has more expressions than target columns",
        "insert-arity",
        "There are more values than columns.",
        "value",
    ),
    pattern(
        r"INSERT has more target columns than expressions",
        "insert-arity",
        "There is no value for this column.",
        "name",
    ),
    pattern(
        r"VALUES lists must all be the same length",
        "values-arity",
        "All rows of VALUES must have the same number of values.",
        "value",
    ),
    pattern(
        r"WITH query <name> has (?P<has>\d+) columns available but (?P<wanted>\d+) columns specified",
        "column-names",
        "`{name}` has {has} columns, but {wanted} names.",
        "name",
    ),
    pattern(
        r"table <name> has (?P<has>\d+) columns available but (?P<wanted>\d+) columns specified",
        "column-names",
        "`{name}` has {has} columns, but {wanted} names.",
        "name",
    ),
    pattern(
        r"(?P<clause>\w+ BY) position (?P<name>\S+) is not in select list",
        "position-out-of-range",
        "{clause} {name}: the select list has fewer items.",
    ),
    pattern(
        r"non-integer constant in (?P<clause>.+)",
        "position-out-of-range",
        "{clause} by a constant sorts nothing: name a column.",
    ),
    pattern(
        r"for SELECT DISTINCT, ORDER BY expressions must appear in select list",
        "distinct-order",
        "SELECT DISTINCT can be ordered only by what it selects.",
        "value",
    ),
    pattern(
        r"SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
        "distinct-order",
        "DISTINCT ON must begin as ORDER BY does.",
        "value",
    ),
    pattern(
        r"SELECT \* with no tables specified is not valid",
        "syntax-error",
        "`*` needs a table in FROM.",
    ),
    pattern(
        r"there is no parameter (?P<name>\S+)", "unknown-parameter", "There is no parameter {name}."
    ),
    pattern(r"could not determine data type of parameter .*", "refused", "", parameters=True),
    pattern(r"inconsistent types deduced for parameter .*", "refused", "", parameters=True),
    pattern(
        r"there is no unique or exclusion constraint matching the ON CONFLICT specification",
        "no-unique-key",
        "No unique key fits ON CONFLICT.",
    ),
    pattern(
        r"cannot insert (?:a non-DEFAULT value )?into column <name>",
        "generated-column",
        "`{name}` is generated: leave it out.",
        "name",
    ),
    pattern(
        r"column <name> can only be updated to DEFAULT",
        "generated-column",
        "`{name}` is generated: it can only be set to DEFAULT.",
        "name",
    ),
    pattern(
        r"cannot (?:insert into|update|delete from|change) view <name>",
        "read-only",
        "The view `{name}` can't be changed.",
        "name",
    ),
    pattern(
        r"cannot change materialized view <name>",
        "read-only",
        "The view `{name}` can't be changed.",
        "name",
    ),
)


def read(judgement: Judgement) -> Reading:
    """What a refusal of PostgreSQL means."""
    return reading.first(_PATTERNS, judgement)
