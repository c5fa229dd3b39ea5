"""The places of the grammar that the scan tells apart, and what each expects."""

from __future__ import annotations

from enum import Enum

from sureql.syntax.context import Expect


class Spot(Enum):
    """A place between two tokens. The comment shows it as `|`."""

    START = "start"  # |
    QUERY = "query"  # (| where a query must stand
    WITH_NAME = "with name"  # WITH |
    WITH_NAMED = "with named"  # WITH x |
    WITH_AS = "with as"  # WITH x AS |
    WITH_DONE = "with done"  # WITH x AS (…) |
    SELECT = "select"  # SELECT |
    SELECT_DISTINCT = "select distinct"  # SELECT DISTINCT |
    OPERAND = "operand"  # a = |
    ARGUMENT = "argument"  # count(|
    SUBJECT = "subject"  # x IN (|, EXISTS (|: an operand or a query
    CASE = "case"  # CASE |
    AFTER_OPERAND = "after operand"  # a |
    AFTER_IS = "after is"  # a IS |
    AFTER_NOT = "after not"  # a NOT |
    IN = "in"  # a IN |
    EXISTS = "exists"  # EXISTS |
    OVER = "over"  # sum(a) OVER |
    FILTER = "filter"  # sum(a) FILTER |
    WITHIN = "within"  # percentile_cont(0.5) WITHIN |
    WINDOW_SPEC = "window spec"  # OVER (|
    WINDOW_FRAME = "window frame"  # OVER (ROWS |
    TYPE = "type"  # CAST(a AS |
    ALIAS = "alias"  # SELECT a AS |
    AFTER_ALIAS = "after alias"  # SELECT a AS b |
    BY = "by"  # ORDER |
    AFTER_DIRECTION = "after direction"  # ORDER BY a DESC |
    NULLS = "nulls"  # ORDER BY a NULLS |
    RELATION = "relation"  # FROM |
    AFTER_RELATION = "after relation"  # FROM t |
    RELATION_ALIAS = "relation alias"  # FROM t AS |
    AFTER_RELATION_ALIAS = "after relation alias"  # FROM t a |
    JOIN_WORD = "join word"  # LEFT |
    USING = "using"  # JOIN t USING |
    AFTER_USING = "after using"  # JOIN t USING (a) |
    COLUMN = "column"  # INSERT INTO t (|
    AFTER_COLUMN = "after column"  # INSERT INTO t (a |
    AFTER_SET_COLUMN = "after set column"  # SET a |
    NEW_NAME = "new name"  # WITH x (|
    LIMIT = "limit"  # LIMIT |
    AFTER_LIMIT = "after limit"  # LIMIT 1 |
    SET_OPERATION = "set operation"  # UNION |
    AFTER_ARM = "after arm"  # (SELECT …) |
    INSERT = "insert"  # INSERT |
    AFTER_TARGET = "after target"  # INSERT INTO t |
    AFTER_TARGET_COLUMNS = "after target columns"  # INSERT INTO t (a) |
    VALUES = "values"  # VALUES |
    AFTER_ROW = "after row"  # VALUES (1) |
    CONFLICT = "conflict"  # ON CONFLICT |
    AFTER_CONFLICT = "after conflict"  # ON CONFLICT (a) |
    CONFLICT_DO = "conflict do"  # DO |
    CONFLICT_UPDATE = "conflict update"  # DO UPDATE |
    DELETE = "delete"  # DELETE |
    MERGE = "merge"  # MERGE |
    MERGE_WHEN = "merge when"  # WHEN |
    MERGE_MATCHED = "merge matched"  # WHEN MATCHED |
    MERGE_THEN = "merge then"  # THEN |
    MERGE_UPDATE = "merge update"  # THEN UPDATE |
    WINDOW_NAME = "window name"  # WINDOW |
    WINDOW_NAMED = "window named"  # WINDOW w |
    WORDS = "words"  # Only the words that the scan names.
    MEMBER = "member"  # COMMENT ON COLUMN |
    SILENT = "silent"  # Nothing that could be proposed.


EXPECT = {
    Spot.START: Expect.STATEMENT,
    Spot.SELECT: Expect.EXPRESSION,
    Spot.SELECT_DISTINCT: Expect.EXPRESSION,
    Spot.OPERAND: Expect.EXPRESSION,
    Spot.ARGUMENT: Expect.EXPRESSION,
    Spot.SUBJECT: Expect.EXPRESSION,
    Spot.CASE: Expect.EXPRESSION,
    Spot.AFTER_OPERAND: Expect.OPERATOR,
    Spot.AFTER_SET_COLUMN: Expect.OPERATOR,
    Spot.TYPE: Expect.TYPE,
    Spot.ALIAS: Expect.NEW_NAME,
    Spot.WITH_NAME: Expect.NEW_NAME,
    Spot.WINDOW_NAME: Expect.NEW_NAME,
    Spot.NEW_NAME: Expect.NEW_NAME,
    Spot.RELATION_ALIAS: Expect.NEW_NAME,
    Spot.RELATION: Expect.RELATION,
    Spot.AFTER_RELATION: Expect.AFTER_RELATION,
    Spot.AFTER_RELATION_ALIAS: Expect.AFTER_RELATION,
    Spot.AFTER_USING: Expect.AFTER_RELATION,
    Spot.COLUMN: Expect.COLUMN,
    Spot.MEMBER: Expect.RELATION,
    Spot.SILENT: Expect.NOTHING,
}
"""What a spot expects; keywords only where it is not listed."""
