"""CREATE TABLE with a column list: columns, keys, checks, INHERITS, PARTITION OF, LIKE."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sureql.catalog import model as catalog
from sureql.semantics.ddl_draft import Draft, column_position
from sureql.semantics.ddl_reader import Name, Reader, UnreadableError, words
from sureql.semantics.ddl_types import CONSTRAINT_WORDS, SERIALS, read_type
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_TABLE_CONSTRAINTS = words(
    """
    CONSTRAINT PRIMARY UNIQUE FOREIGN CHECK EXCLUDE KEY INDEX FULLTEXT SPATIAL LIKE PERIOD
    PROJECTION
    """
)
_DEFAULT_ENDS = (CONSTRAINT_WORDS - {"AS", "WITH", "USING", "KEY", "FILTER", "ALIAS"}) | {",", ")"}


@dataclass(slots=True)
class Body:
    """What the parentheses of CREATE TABLE or an ALTER TABLE … ADD hold."""

    columns: list[catalog.Column] = field(default_factory=list)
    keys: list[catalog.Key] = field(default_factory=list)
    foreign_keys: list[catalog.ForeignKey] = field(default_factory=list)
    indexes: list[catalog.Index] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    closed: bool = True


def read_body(draft: Draft, reader: Reader, schema: str, table: str) -> Body:
    """Read the column list from after `(` to after `)`. What can't be read is reported and opens."""
    body = Body()
    if reader.dialect.name == "postgres" and reader.accept(")"):
        return body  # `CREATE TABLE child () INHERITS (parent)`
    while True:
        start = reader.position
        try:
            if not (reader.upper() == ")" and body.columns and not reader.strict):
                read_element(draft, reader, body, schema, table)
            if reader.upper() not in (",", ")"):
                raise reader.unexpected("`,` or `)`")
        except UnreadableError as problem:
            body.closed = False
            at = reader.token or (reader.tokens[-1] if reader.tokens else None)
            span = problem.span or (at.span if at else None)
            draft.report(reader.place, problem.message, span, _line_of(reader, span))
            reader.position = max(reader.position, start)
            reader.skip_to(frozenset({","}))
        if reader.accept(","):
            # DuckDB allows a comma at the end of the list.
            if reader.upper() == ")" and reader.dialect.name == "duckdb":
                reader.position += 1
                return body
            continue
        if not reader.accept(")"):
            body.closed = False
            draft.report(reader.place, f"`{table}` has no closing parenthesis.", reader.last_span())
        return body


def read_element(draft: Draft, reader: Reader, body: Body, schema: str, table: str) -> None:
    """Read one column definition or table constraint."""
    word = reader.upper()
    if word == "LIKE" or (word in _TABLE_CONSTRAINTS and _is_constraint(reader)):
        _table_constraint(draft, reader, body, schema)
    else:
        read_column(draft, reader, body, schema, table)


def _is_constraint(reader: Reader) -> bool:
    """Tell `KEY (a)` and `KEY name (a)` from a column called key."""
    word, after = reader.upper(), reader.upper(1)
    if word in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
        return reader.position + 1 < len(reader.tokens)
    if word in ("KEY", "INDEX", "FULLTEXT", "SPATIAL"):
        return not reader.strict and (
            after in ("(", "KEY", "INDEX") or reader.upper(2) in ("(", "USING")
        )
    return after in ("(", "USING", "FOR") or word == "PROJECTION"


def read_column(draft: Draft, reader: Reader, body: Body, schema: str, table: str) -> None:
    """Read `name type constraint …` and add it to `body`."""
    begin = reader.position
    name, span = reader.name_part("a column name")
    kind = ""
    token = reader.token
    typed = token is not None and (
        token.kind is Kind.QUOTED
        or (token.kind is Kind.WORD and (token.upper not in CONSTRAINT_WORDS))
    )
    if typed:
        kind = read_type(reader)
    elif reader.dialect.name == "postgres" and reader.upper() not in ("WITH",):
        raise UnreadableError(f"Column `{name}` has no type.", span)
    serial = SERIALS.get(kind) if reader.dialect.name in ("postgres", "redshift") else None
    if serial:
        kind = serial
    column = catalog.Column(
        name,
        kind,
        nullable=not serial,
        default=f"nextval('{table}_{name}_seq')" if serial else None,
    )
    column = _constraints(draft, reader, body, column, schema)
    whole = Span(reader.tokens[begin].start, reader.tokens[reader.position - 1].end)
    body.columns.append(replace(column, location=reader.location(span, whole)))


def _constraints(
    draft: Draft, reader: Reader, body: Body, column: catalog.Column, schema: str
) -> catalog.Column:
    """Read a column's constraints and options up to `,` or `)`."""
    label = ""
    while (token := reader.token) is not None and token.text not in (",", ")"):
        name = column.name
        if reader.accept("CONSTRAINT"):
            label, _ = reader.name_part("a constraint name")
            continue
        if reader.accept("NOT", "NULL"):
            column = replace(column, nullable=False)
        elif reader.accept("PRIMARY"):
            reader.accept("KEY")
            # SQLite leaves a key nullable unless it is the row id; an INTEGER key never is null.
            known = reader.dialect.name != "sqlite" or column.type == "INTEGER"
            column = replace(column, nullable=column.nullable and not known)
            body.keys.append(catalog.Key((name,), True, label))
            reader.accept_one(("ASC", "DESC", "CLUSTERED", "NONCLUSTERED"))
        elif reader.accept("UNIQUE"):
            reader.accept("KEY")
            reader.accept("NULLS", "NOT", "DISTINCT")
            body.keys.append(catalog.Key((name,), False, label))
        elif reader.accept("CHECK"):
            body.checks.append(reader.text_of(reader.group()))
        elif reader.accept("DEFAULT"):
            column = replace(column, default=_expression(reader))
        elif reader.accept("REFERENCES"):
            body.foreign_keys.append(_references(draft, reader, (name,), label, schema))
        elif reader.at("GENERATED") or reader.at("AS") or reader.at("IDENTITY"):
            column = _generated(reader, column)
        elif reader.accept_one(("AUTOINCREMENT", "AUTO_INCREMENT")):
            column = replace(column, nullable=False)
        elif reader.accept("COMMENT"):
            reader.accept("=")
            column = replace(column, comment=reader.string() or "")
        elif reader.accept("COLLATE"):
            reader.name("a collation")
        elif reader.accept("ON", "CONFLICT"):
            reader.next()
        elif reader.accept("ON", "UPDATE"):
            _expression(reader)
        else:
            _option(reader)
        label = ""
    return column


def _option(reader: Reader) -> None:
    """Take one vendor option; PostgreSQL and DuckDB have a known list of them."""
    word = reader.upper()
    token = reader.next()
    if reader.strict and (token.kind is not Kind.WORD or word not in CONSTRAINT_WORDS):
        reader.position -= 1
        raise reader.unexpected("`,`, `)` or a constraint")
    if reader.upper() == "(":
        reader.group()


def _generated(reader: Reader, column: catalog.Column) -> catalog.Column:
    """GENERATED {ALWAYS | BY DEFAULT} AS {IDENTITY | (expression)}, AS (expression), IDENTITY."""
    if reader.accept("IDENTITY"):
        if reader.upper() == "(":
            reader.group()
        return replace(column, nullable=False, default="identity")
    always = reader.accept("GENERATED") and reader.accept("ALWAYS")
    if not always:
        reader.accept("BY", "DEFAULT")
        reader.accept("ON", "NULL")
    if not reader.accept("AS"):
        raise reader.unexpected("`AS`")
    if reader.accept("IDENTITY"):
        if reader.upper() == "(":
            reader.group()
        return replace(column, nullable=False, default="identity always" if always else "identity")
    if reader.accept("ROW"):
        reader.accept_one(("START", "END"))
        return replace(column, generated=True)
    expression = reader.text_of(reader.group())
    reader.accept_one(("STORED", "VIRTUAL", "PERSISTED"))
    return replace(column, generated=True, default=expression)


def _expression(reader: Reader) -> str:
    """Take a default's expression: up to the next constraint, `,` or `)`."""
    start = reader.position
    if not reader.accept("NULL"):  # A constraint word that may stand first.
        reader.accept("NOT")
        reader.skip_to(_DEFAULT_ENDS)
    if reader.position == start:
        raise reader.unexpected("an expression")
    return reader.text_of(Span(start, reader.position))


def _table_constraint(draft: Draft, reader: Reader, body: Body, schema: str) -> None:
    label = ""
    if reader.accept("LIKE"):
        _like(draft, reader, body)
        return
    # MySQL allows CONSTRAINT without a name.
    starts = ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")
    if reader.accept("CONSTRAINT") and reader.upper() not in starts:
        label, _ = reader.name_part("a constraint name")
    if reader.accept("PRIMARY", "KEY"):
        _to_group(reader)
        columns = reader.names_in_group()
        body.keys.append(catalog.Key(columns, True, label))
        _not_null(draft, reader, body, columns)
    elif reader.accept("UNIQUE"):
        _to_group(reader)
        columns = reader.names_in_group()
        body.keys.append(catalog.Key(columns, False, label))
    elif reader.accept("FOREIGN", "KEY"):
        if reader.upper() != "(":
            reader.name_part()
        columns = reader.names_in_group()
        if not reader.accept("REFERENCES"):
            raise reader.unexpected("`REFERENCES`")
        body.foreign_keys.append(_references(draft, reader, columns, label, schema))
    elif reader.accept("CHECK"):
        body.checks.append(reader.text_of(reader.group()))
    elif reader.accept("NOT", "NULL"):
        column, _ = reader.name_part()
        _not_null(draft, reader, body, (column,))
    elif kind := reader.accept_one(("KEY", "INDEX", "FULLTEXT", "SPATIAL")):
        reader.accept_one(("KEY", "INDEX"))
        name = "" if reader.upper() == "(" else reader.name_part()[0]
        _to_group(reader)
        plain = kind in ("KEY", "INDEX") and reader.is_plain_group()
        body.indexes.append(catalog.Index(name, reader.names_in_group(), plain=plain))
    elif not reader.accept_one(("EXCLUDE", "PERIOD", "PROJECTION")):
        raise reader.unexpected("a constraint")
    reader.skip_to(frozenset({","}))


def _to_group(reader: Reader) -> None:
    """Go to the parenthesis: past key names, USING INDEX …, CLUSTERED, NULLS NOT DISTINCT."""
    while not reader.done and reader.upper() not in ("(", ",", ")"):
        reader.position += 1


def _not_null(draft: Draft, reader: Reader, body: Body, names: tuple[str, ...]) -> None:
    if reader.dialect.name == "sqlite" and len(body.columns) and not _is_row_id(body, names):
        return
    for name in names:
        at = column_position(body.columns, draft.key, name)
        if at >= 0:
            body.columns[at] = replace(body.columns[at], nullable=False)


def _is_row_id(body: Body, names: tuple[str, ...]) -> bool:
    if len(names) != 1:
        return False
    return any(c.name.lower() == names[0].lower() and c.type == "INTEGER" for c in body.columns)


def _references(
    draft: Draft, reader: Reader, columns: tuple[str, ...], label: str, schema: str
) -> catalog.ForeignKey:
    """Read what follows REFERENCES. Missing target columns are filled in when the draft settles."""
    name = reader.name("a table name")
    targets = reader.names_in_group() if reader.upper() == "(" else ()
    while word := reader.accept_one(
        ("ON", "MATCH", "NOT", "DEFERRABLE", "INITIALLY", "NO", "ENABLE")
    ):
        if word == "ON":
            reader.next()
            if not reader.accept("SET"):
                reader.accept("NO")
            reader.next()
            if reader.upper() == "(":
                reader.group()
        elif word == "NOT" and not reader.accept_one(("DEFERRABLE", "VALID", "ENFORCED")):
            reader.position -= 1  # NOT NULL: the next constraint.
            break
        elif word in ("MATCH", "INITIALLY"):
            reader.next()
    return catalog.ForeignKey(columns, target_of(draft, name, schema), targets, label)


def target_of(draft: Draft, name: Name, schema: str) -> tuple[str, str]:
    """The relation a REFERENCES means; an unknown one is taken to be beside the referring table."""
    found = draft.find(name)
    if found:
        return found.schema, found.name
    return name.schema or schema or draft.default_schema, name.last


def _like(draft: Draft, reader: Reader, body: Body) -> None:
    """LIKE other [INCLUDING …]: columns always, the rest if included."""
    name = reader.name("a table name")
    included: set[str] = set()
    while word := reader.accept_one(("INCLUDING", "EXCLUDING")):
        what = reader.next().upper
        included = included | {what} if word == "INCLUDING" else included - {what}
    other = draft.find(name)
    if other is None:
        body.closed = False
        draft.report(reader.place, f"LIKE `{name.last}`: no such table is known.", name.whole)
        return
    everything = "ALL" in included
    for column in other.columns:
        keep_default = everything or "DEFAULTS" in included
        keep_generated = column.generated and (everything or "GENERATED" in included)
        body.columns.append(
            replace(
                column,
                default=column.default if keep_default or keep_generated else None,
                generated=keep_generated,
            )
        )
    if everything or "INDEXES" in included:
        body.keys.extend(replace(key, name="") for key in other.keys)
    if everything or "CONSTRAINTS" in included:
        body.checks.extend(other.checks)
    body.closed = body.closed and other.closed


def _line_of(reader: Reader, span: Span | None) -> int:
    return reader.location(span).line - reader.place.line if span else 0
