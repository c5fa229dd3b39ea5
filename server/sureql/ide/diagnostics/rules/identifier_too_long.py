"""A name longer than PostgreSQL keeps.

What:
    Finds names of more than 63 bytes in CREATE, ALTER, DROP and COMMENT.

Why:
    PostgreSQL cuts the name and only gives a notice. Two long names may become the same one, and
    tools that look for the whole name do not find it.

Example:
    CREATE INDEX a_table_of_the_shop_with_quite_a_long_name_and_then_three_of_its_columns ON t (a)

Use instead:
    CREATE INDEX shop_three_columns_idx ON t (a)
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.syntax.tokens import Kind

_MOST = 63


def check(context: Context) -> Iterator[Finding]:
    for token in context.tokens:
        # A character has at most four bytes.
        if 4 * len(token.text) <= _MOST or token.kind not in (Kind.WORD, Kind.QUOTED):
            continue
        name = context.dialect.normalize(token.text).encode()
        if len(name) > _MOST and not token.upper.startswith("U&"):
            kept = name[:_MOST].decode(errors="ignore")
            message = f"PostgreSQL keeps {_MOST} of these {len(name)} bytes: `{kept}`."
            yield Finding(token.span, message)


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres",),
    kinds=(
        "CREATE",
        "ALTER",
        "DROP",
        "COMMENT",
    ),
    tokens=True,
)
