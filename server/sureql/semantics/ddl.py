"""What a DDL statement does to a catalog: pure, shared by schema files and the overlay."""

from __future__ import annotations

import re
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics import (
    ddl_alter,
    ddl_change,
    ddl_create,
    ddl_routines,
    ddl_types,
    ddl_view,
)
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Place, Reader, UnreadableError, string_value, words
from sureql.syntax import dialects
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

# The first words of statements that may change a catalog.
KINDS = frozenset(
    {"CREATE", "ALTER", "DROP", "COMMENT", "SET", "USE", "DO", "ATTACH", "IMPORT", "RENAME"}
)
_INTO = re.compile(r"\bINTO\b", re.IGNORECASE)
_OPERATOR = re.compile(r"\bOPERATOR\s+(?:[\w\"]+\s*\.\s*)?([^\w\s(\".]+)\s*\(", re.IGNORECASE)
_SET_CONFIG = re.compile(r"set_config\s*\(\s*'search_path'\s*,\s*'([^']*)'", re.IGNORECASE)
_CREATE_OPTIONS = words(
    """
    GLOBAL LOCAL TEMP TEMPORARY UNLOGGED RECURSIVE FOREIGN EXTERNAL TRANSIENT VIRTUAL
    MATERIALIZED UNIQUE PERSISTENT CLUSTERED NONCLUSTERED FULLTEXT SPATIAL DYNAMIC HYBRID
    SECURE VOLATILE ICEBERG EDITIONABLE FORCE NO LIVE STREAMING COLUMNSTORE
    """
)


def apply(
    schema: catalog.Catalog,
    text: str,
    dialect: dialects.Dialect,
    path: str = "",
    start: int = 0,
    line: int = 0,
    holes: tuple[Span, ...] = (),
) -> catalog.Catalog:
    """`schema` after the statement `text`, which stands at offset `start`, line `line` of `path`.

    `text` is masked; `holes` are the masked spans. Anything that is not DDL leaves the catalog as
    it is; DDL that can't be understood adds a LoadProblem and opens what it may have changed.
    """
    if not may_change(text):
        return schema
    draft = Draft(schema, dialect)
    if not apply_to(draft, text, Place(path, start, line, holes)):
        return schema
    draft.settle()
    return draft.frozen()


def may_change(text: str, kind: str = "") -> bool:
    """A quick test: False if the statement certainly is no DDL. `kind` is `Statement.kind`."""
    first = kind.partition(" ")[0] or _first_word(text)
    if first in KINDS:
        return True
    if first in ("SELECT", "WITH"):
        return bool(_INTO.search(text) or _SET_CONFIG.search(text))
    return False


def apply_to(draft: Draft, text: str, place: Place) -> bool:
    """Let one statement change `draft`; False if it is no DDL."""
    reader = Reader(text, draft.dialect, place)
    draft.digest.update(f"\0{place.path}\0{place.start}\0".encode(errors="replace"))
    draft.digest.update(text.encode(errors="replace"))
    try:
        return _statement(draft, reader)
    except UnreadableError as problem:
        named = ddl_create.open_named(draft, reader) if _is_table(text) else False
        if not named:
            draft.open(draft.default_schema)
        draft.report(place, problem.message, problem.span)
        return True
    except RecursionError:
        draft.open_all()
        draft.report(place, "This statement is nested too deeply to be read.")
        return True


def _is_table(text: str) -> bool:
    head = text[:200].upper()
    return head.lstrip().startswith(("CREATE", "ALTER")) and ("TABLE" in head or "VIEW" in head)


def _first_word(text: str) -> str:
    match = re.match(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", text, re.DOTALL)
    return match[1].upper() if match else ""


def _statement(draft: Draft, reader: Reader) -> bool:
    word = reader.upper()
    if word in ("SELECT", "WITH"):
        if match := _SET_CONFIG.search(reader.text):
            ddl_change.set_search_path(draft, match[1].split(","))
        else:
            ddl_view.select_into(draft, reader)
        return True
    if word not in KINDS:
        return False
    reader.position += 1
    if word == "CREATE":
        _create(draft, reader)
    elif word == "ALTER":
        _alter(draft, reader)
    elif word == "DROP":
        ddl_change.drop(draft, reader)
    elif word == "COMMENT":
        ddl_change.comment(draft, reader)
    elif word == "SET":
        ddl_change.set_variable(draft, reader)
    elif word == "USE":
        ddl_change.use(draft, reader)
    elif word == "DO":
        _block(draft, reader)
    elif word == "RENAME":
        ddl_change.rename_tables(draft, reader)
    elif reader.accept("FOREIGN", "SCHEMA"):  # IMPORT FOREIGN SCHEMA remote … INTO schema
        reader.skip_to(frozenset({"INTO"}))
        if reader.accept("INTO"):
            draft.open(reader.name("a schema name").last)
    elif word == "ATTACH":
        draft.closed = False
    return True


def _create(draft: Draft, reader: Reader) -> None:
    replaces = reader.accept("OR", "REPLACE") or reader.accept("OR", "ALTER")
    if reader.accept("DEFINER", "="):
        reader.skip_to(frozenset({"VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "SQL"}))
        reader.accept("SQL", "SECURITY")
        reader.skip_to(frozenset({"VIEW", "FUNCTION", "PROCEDURE", "TRIGGER"}))
    reader.accept("ALGORITHM", "=", reader.upper(2))
    options: set[str] = set()
    while word := reader.accept_one(_CREATE_OPTIONS):
        options.add(word)
    temporary = bool(options & {"TEMP", "TEMPORARY"})
    word = reader.upper()
    reader.position += 1
    if word == "TABLE" and "VIRTUAL" in options:
        ddl_create.create_virtual_table(draft, reader)
    elif word == "TABLE":
        kind = "foreign table" if options & {"FOREIGN", "EXTERNAL"} else "table"
        ddl_create.create_table(draft, reader, kind, replaces, temporary)
    elif word == "VIEW":
        kind = "materialized view" if "MATERIALIZED" in options else "view"
        ddl_view.create_view(draft, reader, kind, replaces, temporary)
    elif word == "TYPE":
        ddl_types.create_type(draft, reader)
    elif word == "DOMAIN":
        ddl_types.create_domain(draft, reader)
    elif word in ("SCHEMA", "DATABASE"):
        ddl_change.create_schema(draft, reader, word)
    elif word == "INDEX":
        ddl_create.create_index(draft, reader, "UNIQUE" in options)
    elif word == "SEQUENCE":
        ddl_create.create_sequence(draft, reader)
    elif word in ("FUNCTION", "PROCEDURE", "AGGREGATE", "MACRO"):
        kind = {"AGGREGATE": "aggregate", "PROCEDURE": "procedure"}.get(word, "scalar")
        ddl_routines.create_function(draft, reader, kind)
    elif word == "CAST":
        draft.operators.add("cast")
    elif word == "OPERATOR":
        if match := _OPERATOR.search(reader.text):
            draft.operators.add(match[1])
    elif word == "EXTENSION":
        ddl_change.create_extension(draft, reader)
    elif word == "SYNONYM":
        name = reader.name("a name")
        schema = name.schema or draft.default_schema
        draft.put(catalog.Relation(schema, name.last, "synonym", closed=False), hidden=True)
    elif not word:
        raise reader.unexpected("what to create")


def _alter(draft: Draft, reader: Reader) -> None:
    reader.accept("FOREIGN")
    reader.accept("MATERIALIZED")
    word = reader.upper()
    reader.position += 1
    if word in ("TABLE", "VIEW", "SEQUENCE"):
        ddl_alter.alter_table(draft, reader)
    elif word == "TYPE":
        ddl_types.alter_type(draft, reader)
    elif word == "SCHEMA":
        name, _ = reader.name_part("a schema name")
        if reader.accept("RENAME", "TO"):
            new, _ = reader.name_part("a schema name")
            ddl_alter.rename_schema(draft, name, new)
    elif word in ("DATABASE", "ROLE", "USER"):
        reader.skip_to(frozenset({"SEARCH_PATH"}))
        if reader.accept("SEARCH_PATH"):
            ddl_change.set_path_from(draft, reader)


def _block(draft: Draft, reader: Reader) -> None:
    """DO $$ … $$: statements of its body run in order; dynamic ones may do anything."""
    for token in reader.tokens:
        if token.kind is Kind.STRING and token.text.startswith("$"):
            mark = token.text.index("$", 1) + 1
            body = string_value(token.text)
            place = replace(
                reader.place,
                start=reader.place.start + token.start + mark,
                line=reader.location(token.span).line,
                holes=(),
            )
            for statement, offset in ddl_change.statements_of_body(body, draft.dialect):
                lines = body.count("\n", 0, offset)
                inner = replace(place, start=place.start + offset, line=place.line + lines)
                apply_to(draft, statement, inner)
            if re.search(r"\bEXECUTE\b", body, re.IGNORECASE):
                draft.open(draft.default_schema)
            return
