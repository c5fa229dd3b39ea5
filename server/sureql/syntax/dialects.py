"""SQL dialects as values: names, quoting, folding and lexical rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The lexical and naming rules of one engine.

    `sqlglot` is sqlglot's name for it. `fold`: what happens to an unquoted name ('lower', 'upper',
    'keep'). `case_sensitive`: whether stored names are compared exactly. `quotes`: opening quotes of
    identifiers; `]` closes `[`, every other quote closes itself and is escaped by doubling.
    """

    name: str
    sqlglot: str
    fold: str = "keep"
    case_sensitive: bool = False
    quotes: str = '"'
    nested_comments: bool = False
    dollar_quotes: bool = False
    backslash_escapes: bool = False
    hash_comments: bool = False
    double_quoted_strings: bool = False
    default_schema: str = ""

    def normalize(self, written: str) -> str:
        """The name that an identifier as written (with or without quotes) denotes."""
        raise NotImplementedError

    def write(self, name: str) -> str:
        """`name` as it must be written in a statement: quoted only when that is needed."""
        raise NotImplementedError


def get(name: str) -> Dialect:
    """The dialect of that name or alias (postgresql, sqlite3 …); generic SQL if unknown."""
    raise NotImplementedError
