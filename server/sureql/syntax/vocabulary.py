"""Sets of words for the cursor's grammar, written as plain text."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The blank-separated words of `text`."""
    return frozenset(text.split())


# Words that are neither an alias without AS nor an operand.
RESERVED = words(
    "FROM WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT JOIN INNER CROSS NATURAL ON USING "
    "SET VALUES WHEN THEN ELSE END AND OR IN IS LIKE BETWEEN AS SELECT INTO RETURNING ASC DESC"
)
