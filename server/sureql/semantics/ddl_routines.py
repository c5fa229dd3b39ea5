"""CREATE FUNCTION, PROCEDURE, AGGREGATE and DuckDB's MACRO: what a caller has to know."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Reader, UnreadableError
from sureql.semantics.ddl_types import CONSTRAINT_WORDS, read_type
from sureql.syntax.tokens import Kind


@dataclass(frozen=True, slots=True)
class _Argument:
    mode: str
    column: catalog.Column
    optional: bool


_MODES = ("IN", "OUT", "INOUT", "VARIADIC")
_ENDS = frozenset({",", "DEFAULT", "=", ":="})


def create_function(draft: Draft, reader: Reader, kind: str) -> None:
    """CREATE FUNCTION name(arguments) RETURNS type …, after its kind."""
    reader.accept("IF", "NOT", "EXISTS")
    name = reader.name("a function name")
    begin = reader.position
    arguments = _arguments(reader) if reader.upper() == "(" else []
    inputs = [argument for argument in arguments if argument.mode != "OUT"]
    columns = [argument.column for argument in arguments if argument.mode in ("OUT", "INOUT")]
    signature = name.last + _spaced(reader, begin)
    returns = columns[0].type if len(columns) == 1 else ""
    if reader.accept_one(("RETURNS", "RETURN")):
        if reader.at("TABLE") or reader.at("SETOF"):
            kind = "table"
        if reader.accept("TABLE"):
            columns = [argument.column for argument in _arguments(reader)]
        else:
            reader.accept("SETOF")
            returns = read_type(reader)
    elif reader.dialect.name == "duckdb" and reader.accept("AS", "TABLE"):
        kind = "table"
    schema = draft.make_schema(name.schema or draft.default_schema)
    function = catalog.Function(
        name.last,
        tuple(argument.column.type for argument in inputs),
        returns,
        kind,
        sum(not argument.optional for argument in inputs),
        any(argument.mode == "VARIADIC" for argument in inputs),
        signature + (f" -> {returns}" if returns else ""),
        schema=schema.name,
        location=reader.location(name.span),
        columns=tuple(columns),
    )
    key = draft.key(name.last)
    others = [old for old in schema.functions.get(key, ()) if old.arguments != function.arguments]
    schema.functions.put(key, (*others, function))


def _arguments(reader: Reader) -> list[_Argument]:
    """The items of a parenthesised argument or column list."""
    inside = reader.group()
    after = reader.position
    reader.position = inside.start
    found = []
    for item in reader.items() if inside.end > inside.start else ():
        reader.position = item.start
        mode = reader.accept_one(_MODES) or "IN"
        column = _argument(reader, item.end)
        reader.skip_to(_ENDS)
        optional = reader.position < item.end or mode == "VARIADIC"
        found.append(_Argument(mode, column, optional))
        reader.position = item.end
    reader.position = after
    return found


def _argument(reader: Reader, end: int) -> catalog.Column:
    """`name type`, `type` or (DuckDB's macros) `name`."""
    first = reader.token
    if first is None or first.kind not in (Kind.WORD, Kind.QUOTED):
        return catalog.Column("")
    after = reader.tokens[reader.position + 1] if reader.position + 1 < end else None
    named = (
        after is not None
        and after.kind in (Kind.WORD, Kind.QUOTED)
        and (
            after.upper not in CONSTRAINT_WORDS
            and (first.upper, after.upper)
            not in (("DOUBLE", "PRECISION"), ("CHARACTER", "VARYING"), ("TIMESTAMP", "WITH"))
        )
    )
    name = ""
    if named:
        name, _ = reader.name_part()
        reader.accept_one(_MODES)
    elif reader.dialect.name == "duckdb":
        return catalog.Column(reader.name_part()[0])
    try:
        return catalog.Column(name, read_type(reader))
    except UnreadableError:
        return catalog.Column(name)


def _spaced(reader: Reader, begin: int) -> str:
    """The argument list as written, on one line."""
    if begin >= reader.position:
        return "()"
    written = reader.text[reader.tokens[begin].start : reader.tokens[reader.position - 1].end]
    return " ".join(written.split()).replace("( ", "(").replace(" )", ")")


def drop_function(draft: Draft, reader: Reader) -> None:
    """DROP FUNCTION [IF EXISTS] name [(types)], …: every overload if no types are given."""
    reader.accept("IF", "EXISTS")
    while True:
        name = reader.name("a function name")
        key = draft.key(name.last)
        types = None
        if reader.upper() == "(":
            arguments = _arguments(reader)
            types = tuple(each.column.type for each in arguments if each.mode != "OUT")
        for path in draft.lookup_path(name):
            schema = draft.schema(path)
            if schema and key in schema.functions:
                kept = _kept(schema.functions[key], types)
                if kept:
                    schema.functions.put(key, kept)
                else:
                    schema.functions.drop(key)
                break
        if not reader.accept(","):
            return


def _kept(
    overloads: tuple[catalog.Function, ...], types: tuple[str, ...] | None
) -> tuple[catalog.Function, ...]:
    """What is left of a function's overloads once the one of these types is dropped."""
    if types is None:
        return ()
    left = tuple(old for old in overloads if old.arguments != types)
    if len(left) < len(overloads):
        return left
    # The types may be written in another way: INT and INTEGER.
    return tuple(old for old in overloads if len(old.arguments) != len(types))
