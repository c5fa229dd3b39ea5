"""BEGIN in a transaction, or COMMIT without one.

What:
    Finds BEGIN between BEGIN and COMMIT, and COMMIT or ROLLBACK after the transaction has ended, in
    one file.

Why:
    There are no transactions inside transactions: PostgreSQL only warns, and the first COMMIT ends
    everything; what follows is no longer taken back by ROLLBACK. SQLite and DuckDB refuse it. Use
    SAVEPOINT for a part that may fail.

Example:
    BEGIN; BEGIN; SELECT 1; COMMIT; COMMIT

Use instead:
    BEGIN; SAVEPOINT part; SELECT 1; RELEASE SAVEPOINT part; COMMIT
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule

_WORDS = ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT")


def check(context: Context) -> Iterator[Finding]:
    tokens = context.tokens
    state = context.around.transaction
    if not tokens or not tokens[0].is_word(*_WORDS):
        return
    begins = tokens[0].is_word("BEGIN", "START")
    if begins and state == "in":
        yield Finding(tokens[0].span, "A transaction has begun above already: use SAVEPOINT.")
    elif not begins and state == "ended" and migrations.find(tokens, "TO") < 0:
        message = f"The transaction has ended above already: this {tokens[0].upper} does nothing."
        yield Finding(tokens[0].span, message)


RULE = Rule(
    "safety",
    "warning",
    check,
    dialects=("postgres", "sqlite", "duckdb"),
    kinds=_WORDS,
    tokens=True,
)
