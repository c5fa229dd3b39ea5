"""Secrets in SQL that are known by their position: values for a column, arguments of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.privacy.model import MARK, Hidden

_INSERT = re.compile(
    r"\b(?:into|replace|copy)\s+[\w.\"`\[\]]+\s*\((?P<columns>[^()]*)\)\s*(?:overriding\s+\w+\s+value\s+)?"
    r"values\s*",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:pgp_(?:sym|pub)_(?:en|de)crypt(?:_bytea)?|aes_(?:en|de)crypt|(?:en|de)cryptby\w+|(?:en|de)crypt(?:_iv)?"
    r"|hmac|crypt|des_(?:en|de)crypt|encode_password|old_password|dblink_connect(?:_u)?|postgres_attach"
    r"|mysql_attach|postgres_scan|postgres_query)\s*\(",
    re.IGNORECASE,
)
_CALL_HINTS = ("crypt", "hmac", "password", "dblink", "postgres_", "mysql_")
_PIECE = re.compile(r"'(?:[^'\\]|''|\\.)*'?|\"[^\"]*\"?|[(),;]|[^'\"(),;]+")
_ALGORITHM = re.compile(
    r"bf|x?des|md5|sha-?\d+|aes[-\w/:]*|hex|base64|escape|utf-?8|cipher-algo=\w+", re.IGNORECASE
)
_FARTHEST = 20_000


def find(text: str, lowered: str, is_secret: re.Pattern[str]) -> Iterator[Hidden]:
    """`lowered` is `text` in lower case; `is_secret` finds the names of columns that hold secrets."""
    if "values" in lowered:
        for match in _INSERT.finditer(text):
            names = [name.strip(' \t\r\n"`[]') for name in match["columns"].split(",")]
            places = {at for at, name in enumerate(names) if is_secret.search(name)}
            if places:
                yield from _values(text, match.end(), places)
    if any(hint in lowered for hint in _CALL_HINTS):
        for match in _outer_calls(text):
            yield from _arguments(text, match.end() - 1)


def _outer_calls(text: str) -> Iterator[re.Match[str]]:
    """Calls that are not nested in one before, which has been searched to its end."""
    until = 0
    for match in _CALL.finditer(text):
        if match.start() >= until:
            yield match
            until = match.end() + _closing(text, match.end())


def _closing(text: str, at: int) -> int:
    depth = 1
    for match in _PIECE.finditer(text, at, at + _FARTHEST):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth <= 0:
            return match.end() - at
    return _FARTHEST


def _values(text: str, at: int, places: set[int]) -> Iterator[Hidden]:
    """The texts at `places` of each row of the VALUES that begins at `at`."""
    depth = place = 0
    for match in _PIECE.finditer(text, at, at + _FARTHEST):
        piece = match[0]
        if piece == "(":
            depth += 1
            place = 0 if depth == 1 else place
        elif piece == ")":
            depth -= 1
        elif piece == ";":
            return
        elif piece == ",":
            place += depth == 1
        elif depth == 0 and piece.strip():
            return  # ON CONFLICT, RETURNING: the rows are over.
        elif piece.startswith("'") and depth and place in places:
            yield from _string(match.start(), piece)


def _arguments(text: str, at: int) -> Iterator[Hidden]:
    """All texts in the parentheses that open at `at`."""
    depth = 0
    for match in _PIECE.finditer(text, at, at + _FARTHEST):
        piece = match[0]
        depth += (piece == "(") - (piece == ")")
        if depth == 0 or piece == ";":
            return
        if piece.startswith("'"):
            yield from _string(match.start(), piece)


def _string(start: int, piece: str) -> Iterator[Hidden]:
    end = len(piece) - (len(piece) > 1 and piece.endswith("'"))
    inside = piece[1:end]
    if inside.replace(MARK, "").strip() and not _ALGORITHM.fullmatch(inside):
        yield Hidden(start + 1, start + end, "password in SQL")
