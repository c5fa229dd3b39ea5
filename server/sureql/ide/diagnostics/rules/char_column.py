"""A column of the type char(n).

What:
    Finds columns of the types `char(n)` and `character(n)`, except `char(1)`.

Why:
    Values are filled with blanks to the full length, which takes room and makes comparisons with
    text surprising. It is not faster than text.

Example:
    CREATE TABLE label (code char(10))

Use instead:
    CREATE TABLE label (code text)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_TYPES = ("char", "character", "bpchar")


def check(context: Context) -> Iterator[Finding]:
    for column in migrations.columns(context):
        if column.type_words in _TYPES and not _single(column):
            yield Finding(
                column.whole, "Values are filled with blanks to the full length: use `text`."
            )


def _single(column: migrations.Column) -> bool:
    """True for one character, where there is nothing to fill."""
    return [token.text for token in column.type[1:]] in ([], ["(", "1", ")"])


RULE = Rule(
    "correctness",
    "hint",
    check,
    dialects=("postgres",),
    kinds=("CREATE TABLE", "ALTER TABLE"),
    default=False,
    tokens=True,
)
