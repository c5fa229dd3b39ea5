"""Type texts of the catalog as SQL that is safe to send: known words, numbers and quoted names.

Nothing of a type's text is ever copied: words are looked up, numbers are converted, and any other
name is quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


BUILT_IN = words(
    """
    bigint bit bool boolean box bpchar bytea char character cidr circle date daterange
    datemultirange dec decimal float float4 float8 inet int int2 int4 int8 int4range
    int4multirange int8range int8multirange integer interval json jsonb jsonpath line lseg macaddr
    macaddr8 money name nchar numeric nummultirange numrange oid oidvector path pg_lsn pg_snapshot
    point polygon real refcursor regclass regcollation regconfig regdictionary regnamespace regoper
    regoperator regproc regprocedure regrole regtype smallint text tid time timestamp timestamptz
    timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot uuid varbit
    varchar xid xid8 cid xml int2vector
    """
)
PSEUDO = words(
    """
    anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible
    anycompatiblearray anycompatiblenonarray anycompatiblerange anycompatiblemultirange record void
    """
)
"""Types that only functions take or return."""

_SERIALS = {
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
}
_PHRASES = (
    ("double", "precision"),
    ("national", "character", "varying"),
    ("national", "char", "varying"),
    ("national", "character"),
    ("national", "char"),
    ("character", "varying"),
    ("char", "varying"),
    ("nchar", "varying"),
    ("bit", "varying"),
)
_ZONES = (("with", "time", "zone"), ("without", "time", "zone"))
_FIELDS = frozenset(("year", "month", "day", "hour", "minute", "second", "to"))
_MODIFIED = words(
    """
    bit bpchar char character dec decimal float interval nchar numeric time timestamp timestamptz
    timetz varbit varchar
    """
)

Lookup = Callable[[tuple[str, ...]], str | None]
"""The SQL of the user's type of that name (quoted, qualified), None if there is none."""


@dataclass(slots=True)
class _Reader:
    tokens: tuple[Token, ...]
    position: int = 0

    def word(self, ahead: int = 0) -> str:
        index = self.position + ahead
        if index >= len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.text.lower() if token.kind is not Kind.QUOTED else ""

    def accept(self, *words: str) -> bool:
        if any(self.word(ahead) != word for ahead, word in enumerate(words)):
            return False
        self.position += len(words)
        return True

    @property
    def done(self) -> bool:
        return self.position >= len(self.tokens)


def written(text: str, dialect: Dialect, lookup: Lookup, pseudo: bool = False) -> str | None:
    """The type `text` as safe SQL; None if it is not built in and `lookup` does not know it.

    `pseudo` also allows the types that only functions have.
    """
    reader = _Reader(lexer.code(text, dialect))
    base = _base(reader, dialect, lookup, pseudo)
    if base is None:
        return None
    arrays = _arrays(reader)
    return base + arrays if reader.done else None


def _base(reader: _Reader, dialect: Dialect, lookup: Lookup, pseudo: bool) -> str | None:
    for phrase in _PHRASES:
        if reader.accept(*phrase):
            return " ".join(phrase) + _modifiers(reader)
    parts = _parts(reader, dialect)
    if not parts:
        return None
    if parts[:-1] == ("pg_catalog",):
        parts = parts[1:]
    quoted = reader.tokens[reader.position - 1].kind is Kind.QUOTED
    name = parts[0]
    if len(parts) > 1 or (quoted and name != name.lower()):
        return lookup(parts)
    if quoted and name == "char":
        return '"char"'
    if name in _SERIALS:
        return _SERIALS[name]
    if name in BUILT_IN:
        return _built_in(reader, name)
    if pseudo and name in PSEUDO:
        return name
    return lookup(parts)


def _built_in(reader: _Reader, name: str) -> str:
    modifiers = _modifiers(reader) if name in _MODIFIED else ""
    if name in ("time", "timestamp"):
        for zone in _ZONES:
            if reader.accept(*zone):
                return " ".join((name + modifiers, *zone))
    if name == "interval" and not modifiers:
        fields = []
        while reader.word() in _FIELDS:
            fields.append(reader.word())
            reader.position += 1
        return " ".join((name, *fields)) + _modifiers(reader)
    return name + modifiers


def _parts(reader: _Reader, dialect: Dialect) -> tuple[str, ...]:
    parts: list[str] = []
    while not reader.done:
        token = reader.tokens[reader.position]
        if token.kind not in (Kind.WORD, Kind.QUOTED) or not token.closed:
            return ()
        # The catalog writes built-in words in upper case; all others are folded already.
        parts.append(dialect.normalize(token.text))
        reader.position += 1
        if reader.word() != ".":
            break
        reader.position += 1
    return tuple(parts) if parts and all(parts) else ()


def _modifiers(reader: _Reader) -> str:
    # `(10, -2)` and the like; nothing is taken if it is anything else.
    start = reader.position
    if not reader.accept("("):
        return ""
    numbers: list[str] = []
    while not reader.done:
        sign = "-" if reader.accept("-") else ""
        word = reader.word()
        if not word.isdecimal() or not word.isascii() or len(word) > 9:
            break
        numbers.append(f"{sign}{int(word)}")
        reader.position += 1
        if reader.accept(")"):
            return f"({', '.join(numbers)})"
        if not reader.accept(","):
            break
    reader.position = start
    return ""


def _arrays(reader: _Reader) -> str:
    found = ""
    reader.accept("array")
    if reader.position and reader.tokens[reader.position - 1].is_word("ARRAY"):
        found = "[]"
        if reader.word() != "[":
            return found
        found = ""
    while reader.accept("["):
        if reader.word().isdecimal():
            reader.position += 1
        if not reader.accept("]"):
            reader.position = 0  # Not a type after all: what is left over says so.
            return ""
        found += "[]"
    return found
