"""What DuckDB's errors say: their class, whether they hold for the real database, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from sureql.oracle import statements
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token

REFUSALS = ("Parser", "Binder", "Catalog", "Conversion")
"""The classes of errors that are the engine's opinion of a statement."""

NO_TABLE = re.compile(r'^Table with name "?(.+?)"? does not exist')
# These say that the shadow lacks something that the real database may have, or name a limit.
UNKNOWN = re.compile(
    r"^(?!Table with)[\w ]+ with name .* (does not exist|is not in the catalog)|exists in the \w+ extension"
    r"|^Max expression depth|^Catalog \".*\" does not exist|is not an table$|not loaded"
    r"|^Can only (insert into|update|delete from) base table|only be loaded|Values were not provided"
    r"|not yet supported|database is in read-only|configuration parameter"
)
# Whether these hold depends on the type of a parameter's value.
UNTIL_BOUND = re.compile(r"\bUNKNOWN\b|Could not choose|parameter")
_NEAR = re.compile(r'^syntax error at or near "(.+)"', re.DOTALL)
# What holds whatever the types of the columns are.
UNTYPED = re.compile(
    r"^(syntax error|Referenced (column|table|update column)|Table .* does not have a column"
    r"|Ambiguous reference|column .* must appear in the GROUP BY|Column .* does not exist)"
)
# The engine says where, but for these: the name itself is looked for.
_NAMED = re.compile(
    r"^(?:Referenced update column (.+) not found"
    r'|Table ".+" does not have a column with name "(.+)"'
    r'|Column "(.+)" does not exist on'
    r'|Column "(.+)" in (?:EXCLUDE|REPLACE|RENAME) list'
    r"|Cannot extract field '(.+)' from"
    r'|Could not find key "(.+)" in struct'
    r"|Table with name (.+) does not exist)"
)


def details(error: str) -> tuple[str, dict[str, Any]]:
    """The class ("Binder") and the fields of an error that DuckDB wrote as JSON."""
    kind, _, rest = error.partition(" Error: ")
    try:
        fields = json.loads(rest)
    except ValueError:
        fields = {"exception_message": rest}
    return kind, fields if isinstance(fields, dict) else {}


def offset(statement: str, position: int, message: str) -> int:
    """The code point that the engine's `position` in the statement means."""
    # It counts bytes, but the parser of older versions counts characters.
    found = len(statement.encode()[:position].decode(errors="ignore"))
    if (near := _NEAR.match(message)) and not statement.startswith(near[1], found):
        return position if statement.startswith(near[1], position) else found
    return found


def first_sentence(message: str) -> str:
    """What is wrong, without advice and candidates."""
    text = re.split(r"\n|Did you mean|Candidate ", message, maxsplit=1)[0].strip()
    return text.rstrip("!")


def hint(message: str) -> str:
    """The first line of advice, '' if there is none."""
    lines = [line.strip() for line in message.splitlines()[1:] if line.strip()]
    return lines[0] if lines and not lines[0].endswith(":") else ""


def place(message: str, tokens: Sequence[Token], rules: Dialect) -> int | None:
    """Where the only token is that a message without a position means."""
    if not (named := _NAMED.match(message)):
        return None
    name = next(text for text in named.groups() if text).strip('"').lower()
    found = [
        token
        for token in tokens
        if statements.is_name(token) and rules.normalize(token.text).lower() == name
    ]
    return found[0].start if len(found) == 1 else None
