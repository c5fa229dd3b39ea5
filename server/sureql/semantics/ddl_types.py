"""Type texts of column definitions, and CREATE TYPE, CREATE DOMAIN and ALTER TYPE."""

from __future__ import annotations

import re
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Name, Reader, UnreadableError, words
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

# Words that end a column's type and begin its constraints and options.
CONSTRAINT_WORDS = words(
    """
    CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT REFERENCES COLLATE GENERATED AS
    AUTOINCREMENT AUTO_INCREMENT IDENTITY COMMENT ON STORED VIRTUAL KEY DEFERRABLE INITIALLY
    ENCODE USING STORAGE COMPRESSION OPTIONS INVISIBLE VISIBLE MASKED SPARSE ROWGUIDCOL
    PERSISTED CODEC TTL MATERIALIZED ALIAS EPHEMERAL DISTKEY SORTKEY ENABLE DISABLE NO WITH
    FIRST AFTER TAG FORMAT COLUMN_FORMAT ENFORCED NOVALIDATE VALIDATE RELY SRID FILTER
    EXCLUDE INHERIT
    """
)

_BUILT_IN = words(
    """
    BIGINT BIGSERIAL BIT BOOL BOOLEAN BOX BYTEA CHAR CHARACTER CIDR CIRCLE DATE DATETIME DEC
    DECIMAL DOUBLE FLOAT FLOAT4 FLOAT8 HUGEINT INET INT INT2 INT4 INT8 INTEGER INTERVAL JSON
    JSONB JSONPATH LINE LIST LSEG MACADDR MACADDR8 MAP MONEY NAME NATIONAL NCHAR NUMERIC OID
    PATH PG_LSN POINT POLYGON REAL REGCLASS REGTYPE SERIAL SERIAL2 SERIAL4 SERIAL8 SMALLINT
    SMALLSERIAL STRUCT TEXT TIME TIMESTAMP TIMESTAMPTZ TIMETZ TINYINT TSQUERY TSVECTOR
    UBIGINT UHUGEINT UINTEGER UNION USMALLINT UTINYINT UUID VARBIT VARCHAR XML BLOB STRING
    VARBINARY BINARY NVARCHAR CLOB BIGNUM INT4RANGE INT8RANGE NUMRANGE TSRANGE TSTZRANGE
    DATERANGE INT4MULTIRANGE INT8MULTIRANGE NUMMULTIRANGE TSMULTIRANGE TSTZMULTIRANGE
    DATEMULTIRANGE BPCHAR VARIANT ANY TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMP_US
    TIME_NS SHORT LONG SIGNED INT1 INT16 INT32 INT64 INT128 UINT8 UINT16 UINT32 UINT64
    UINT128 FLOAT32 FLOAT64 BYTES ARRAY OBJECT NUMBER REGPROC XID TID CID TXID_SNAPSHOT ENUM
    RECORD VOID TRIGGER
    """
)
_SECOND_WORDS = {
    "DOUBLE": ("PRECISION",),
    "CHARACTER": ("VARYING", "LARGE"),
    "CHAR": ("VARYING",),
    "BIT": ("VARYING",),
    "NATIONAL": ("CHARACTER", "CHAR"),
    "LARGE": ("OBJECT",),
    "BINARY": ("LARGE", "VARYING"),
    "LONG": ("RAW",),
}
_INTERVAL_FIELDS = words(
    """
    YEAR MONTH DAY HOUR MINUTE SECOND TO
    """
)
SERIALS = {
    "SERIAL": "INTEGER",
    "SERIAL4": "INTEGER",
    "BIGSERIAL": "BIGINT",
    "SERIAL8": "BIGINT",
    "SMALLSERIAL": "SMALLINT",
    "SERIAL2": "SMALLINT",
}


def read_type(reader: Reader) -> str:
    """Take a type and return its text: built-in words in upper case, one space between words.

    PostgreSQL and DuckDB have a fixed grammar; other dialects take every word up to a constraint.
    """
    start = reader.position
    token = reader.token
    if token is None or token.kind not in (Kind.WORD, Kind.QUOTED):
        raise reader.unexpected("a type")
    if reader.strict:
        _strict(reader)
    else:
        _lenient(reader)
    return type_text(reader, Span(start, reader.position))


def _strict(reader: Reader) -> None:
    reader.accept("SETOF")
    word = reader.upper()
    reader.name("a type")
    while reader.accept_one(_SECOND_WORDS.get(word, ())):
        word = "CHARACTER"
    if reader.upper() == "(":
        reader.group()
    if word in ("TIMESTAMP", "TIME") and not reader.accept("WITH", "TIME", "ZONE"):
        reader.accept("WITHOUT", "TIME", "ZONE")
    if word == "INTERVAL":
        while reader.accept_one(_INTERVAL_FIELDS):
            pass
        if reader.upper() == "(":
            reader.group()
    _arrays(reader)
    if reader.accept("%", "TYPE"):
        return


def _lenient(reader: Reader) -> None:
    while (token := reader.token) is not None:
        if token.kind not in (Kind.WORD, Kind.QUOTED, Kind.NUMBER) or (
            token.kind is Kind.WORD and token.upper in CONSTRAINT_WORDS
        ):
            break
        if reader.at("CHARACTER", "SET") or reader.at("CHARSET"):
            break
        reader.position += 1
        while reader.accept("."):
            reader.next()
        if reader.upper() == "(":
            reader.group()
        if reader.upper() == "<":
            _angles(reader)
        _arrays(reader)


def _arrays(reader: Reader) -> None:
    while reader.upper() == "[" or reader.at("ARRAY"):
        if reader.next().text == "[":
            reader.skip_to(frozenset())
            reader.expect("]")


def _angles(reader: Reader) -> None:
    """`ARRAY<STRUCT<a INT64>>`."""
    depth = 0
    while (token := reader.token) is not None:
        depth += token.text.count("<") - token.text.count(">")
        reader.position += 1
        if depth <= 0:
            return


def type_text(reader: Reader, tokens: Span) -> str:
    """The canonical text of a type's tokens."""
    out: list[str] = []
    before = ""
    names_case = reader.dialect.name != "postgres"  # Fields of a STRUCT keep their case.
    depth = 0
    for token in reader.tokens[tokens.start : tokens.end]:
        text = token.text
        if token.kind is Kind.WORD:
            known = token.upper in _BUILT_IN or (
                token.upper in ("PRECISION", "VARYING", "WITH", "WITHOUT", "ZONE", "TO", "UNSIGNED")
                or token.upper in _INTERVAL_FIELDS
            )
            if known and before != ".":
                text = token.upper if depth == 0 or not _is_field(reader, token.start) else text
            elif depth == 0:
                text = reader.dialect.normalize(text)
                if not reader.strict and before != ".":
                    text = text.upper()
            elif not names_case:
                text = text.lower()
        depth += (text in "([<") - (text in ")]>") if text else 0
        if out and before not in ("(", ".", "[", "<") and text[0] not in "(),.[]<>:":
            out.append(" ")
        out.append(text)
        before = text
    text = "".join(out)
    return re.sub(r"^pg_catalog\.\"?(\w+)\"?", lambda match: match[1].upper(), text)


def _is_field(reader: Reader, start: int) -> bool:
    """True if the word at `start` is a STRUCT field's name: it follows `(`, `<` or `,`, a word follows."""
    for index, token in enumerate(reader.tokens):
        if token.start == start:
            after = reader.tokens[index + 1] if index + 1 < len(reader.tokens) else None
            return (
                index > 0
                and reader.tokens[index - 1].text in ("(", ",", "<")
                and after is not None
                and after.kind in (Kind.WORD, Kind.QUOTED)
            )
    return False


def create_type(draft: Draft, reader: Reader) -> None:
    """CREATE TYPE, after TYPE."""
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a type name")
    schema = draft.make_schema(name.schema or draft.default_schema)
    key = draft.key(name.last)
    if key in schema.enums and (if_not_exists or not _is_own(draft, schema.enums[key].location)):
        return
    location = reader.location(name.span)
    schema.enums.drop(key)
    if reader.accept("AS", "ENUM") or reader.accept("ENUM"):
        if reader.at("(", "SELECT"):  # DuckDB takes the values from a query: unknown here.
            schema.types.put(
                key, catalog.UserType(schema.name, name.last, "enum", "", (), location)
            )
            return
        values = _strings(reader)
        schema.enums.put(key, catalog.Enum(schema.name, name.last, values, location))
        return
    kind, base = "base", ""
    fields: list[catalog.Column] = []
    if reader.accept("AS", "RANGE"):
        kind = "range"
    elif reader.accept("AS") or reader.upper() == "(":
        if reader.upper() == "(" and reader.dialect.name == "postgres":
            kind, fields = "composite", _fields(reader)
        else:
            kind, base = "domain", read_type(reader)
    elif reader.accept("FROM"):
        kind, base = "domain", read_type(reader)
    schema.types.put(
        key, catalog.UserType(schema.name, name.last, kind, base, tuple(fields), location)
    )


def create_domain(draft: Draft, reader: Reader) -> None:
    """CREATE DOMAIN name [AS] type …, after DOMAIN."""
    name = reader.name("a domain name")
    reader.accept("AS")
    base = read_type(reader)
    schema = draft.make_schema(name.schema or draft.default_schema)
    location = reader.location(name.span)
    schema.types.put(
        draft.key(name.last),
        catalog.UserType(schema.name, name.last, "domain", base, (), location),
    )


def alter_type(draft: Draft, reader: Reader) -> None:
    """ALTER TYPE name ADD VALUE / RENAME VALUE / RENAME TO / SET SCHEMA, after TYPE."""
    name = reader.name("a type name")
    key = draft.key(name.last)
    for path in draft.lookup_path(name):
        schema = draft.schema(path)
        if schema and (enum := schema.enums.get(key)):
            break
    else:
        return
    if reader.accept("ADD", "VALUE"):
        if_not_exists = reader.accept("IF", "NOT", "EXISTS")
        value = reader.string() or ""
        if value in enum.values:
            if not if_not_exists and not draft.own_path:
                draft.report(reader.place, f"`{name.last}` has the value '{value}' already.")
            return
        values = list(enum.values)
        position = len(values)
        if reader.accept("BEFORE"):
            position = _position(values, reader.string())
        elif reader.accept("AFTER"):
            position = _position(values, reader.string()) + 1
        values.insert(position, value)
        schema.enums.put(key, replace(enum, values=tuple(values)))
    elif reader.accept("RENAME", "VALUE"):
        old = reader.string()
        reader.accept("TO")
        new = reader.string() or ""
        values = [new if value == old else value for value in enum.values]
        schema.enums.put(key, replace(enum, values=tuple(values)))
    elif reader.accept("RENAME", "TO"):
        new_name, _ = reader.name_part()
        schema.enums.drop(key)
        schema.enums.put(draft.key(new_name), replace(enum, name=new_name))
        _retype(draft, schema.name, name, f"{schema.name}.{new_name}", new_name)
    elif reader.accept("SET", "SCHEMA"):
        target, _ = reader.name_part()
        schema.enums.drop(key)
        draft.make_schema(target).enums.put(key, replace(enum, schema=target))
        _retype(draft, schema.name, name, f"{target}.{enum.name}", enum.name)


def drop_type(draft: Draft, name: Name) -> None:
    """Forget an enum, domain or composite type."""
    key = draft.key(name.last)
    for path in draft.lookup_path(name):
        schema = draft.schema(path)
        if schema and (key in schema.enums or key in schema.types):
            schema.enums.drop(key)
            schema.types.drop(key)
            return


def _retype(draft: Draft, schema: str, old: Name, qualified: str, bare: str) -> None:
    """Give the columns of the type `old` its new name."""
    renamed = {f"{schema}.{old.last}": qualified, old.last: bare}
    for relation in draft.relations_at_hand():
        if any(column.type.removesuffix("[]") in renamed for column in relation.columns):
            columns = tuple(
                replace(column, type=renamed.get(column.type, column.type))
                for column in relation.columns
            )
            draft.put(replace(relation, columns=columns))


def _is_own(draft: Draft, location: catalog.Location | None) -> bool:
    return bool(draft.own_path) and location is not None and location.path == draft.own_path


def _position(values: list[str], value: str | None) -> int:
    return values.index(value) if value in values else len(values) - 1


def _strings(reader: Reader) -> tuple[str, ...]:
    reader.expect("(")
    values: list[str] = []
    while reader.upper() != ")":
        token = reader.token
        if token is None or token.kind is not Kind.STRING:
            raise reader.unexpected("a quoted value")
        values.append(reader.string() or "")
        if not reader.accept(","):
            break
    reader.expect(")")
    return tuple(values)


def _fields(reader: Reader) -> list[catalog.Column]:
    reader.expect("(")
    fields: list[catalog.Column] = []
    while reader.upper() != ")":
        name, span = reader.name_part("a field name")
        fields.append(catalog.Column(name, read_type(reader), location=reader.location(span)))
        reader.skip_to(frozenset({","}))
        if not reader.accept(","):
            break
    if not reader.accept(")"):
        raise UnreadableError("A closing parenthesis is missing.", reader.last_span())
    return fields
