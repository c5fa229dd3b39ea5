"""A new column that makes PostgreSQL write every row anew.

What:
    Finds ADD COLUMN with a default that differs from row to row (`random()`, `gen_random_uuid()`,
    `clock_timestamp()`, functions of your own), with `serial` or an identity, and with GENERATED …
    STORED. Not on tables that this file makes.

Why:
    A default that is the same for all rows is stored once. One that is computed for each row makes
    PostgreSQL write the whole table and its indexes anew, while nobody can read or write it.

Example:
    ALTER TABLE review ADD COLUMN token uuid DEFAULT gen_random_uuid()

Use instead:
    ALTER TABLE review ADD COLUMN token uuid;
    ALTER TABLE review ALTER COLUMN token SET DEFAULT gen_random_uuid()
"""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import builtins
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.syntax.tokens import Kind

_VOLATILE = frozenset(
    """random random_normal gen_random_uuid uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v1mc
    uuid_generate_v4 clock_timestamp timeofday nextval gen_random_bytes gen_salt
    """.split()  # noqa: SIM905
)
_NOT_CALLED = ("CAST", "ARRAY", "ROW", "IN", "COALESCE", "NULLIF", "GREATEST", "LEAST", "EXTRACT")
_SERIAL = ("smallserial", "serial", "bigserial", "serial2", "serial4", "serial8")


def check(context: Context) -> Iterator[Finding]:
    found = migrations.altered(context)
    for action in found.actions if found is not None else ():
        column = migrations.added_column(action, context.dialect)
        if found is None or column is None:
            continue
        end = "all rows are rewritten while nobody can read them. Add the column, then fill it."
        if column.type_words in _SERIAL:
            yield Finding(column.whole, f"`{column.type_words}` numbers the rows: {end}")
            continue
        generated = migrations.find(column.rest, "GENERATED")
        if generated >= 0 and migrations.find(column.rest, "VIRTUAL") < 0:
            identity = migrations.find(column.rest, "IDENTITY") >= 0
            what = "An identity numbers the rows" if identity else "The values are stored"
            yield Finding(column.rest[generated].span, f"{what}: {end}")
            continue
        default = migrations.find(column.rest, "DEFAULT")
        if default >= 0:
            yield from _called(context, column.rest[default + 1 :], end)


def _called(context: Context, tokens: migrations.Tokens, end: str) -> Iterator[Finding]:
    """The first call of the default that gives each row its own value."""
    known = builtins.functions(context.dialect.name)
    for place, token in enumerate(tokens):
        if token.is_word("CHECK", "REFERENCES", "CONSTRAINT"):
            return
        call = place + 1 < len(tokens) and tokens[place + 1].text == "("
        if not call or token.kind is not Kind.WORD:
            continue
        # The size of a type looks like a call: '1'::numeric(4).
        if place and tokens[place - 1].upper in ("AS", "::"):
            continue
        name = token.text.lower()
        if name in _VOLATILE:
            yield Finding(token.span, f"`{name}` differs from row to row: {end}")
            return
        if name not in known and not token.is_word(*_NOT_CALLED):
            yield Finding(token.span, f"Unless `{name}` is STABLE or IMMUTABLE, {end}")
            return


RULE = Rule("safety", "warning", check, dialects=("postgres",), kinds=("ALTER TABLE",), tokens=True)
