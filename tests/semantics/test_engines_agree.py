"""What we call an error is what the real engine refuses: every statement of these fixtures is put
to it, the silent ones as well."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import duckdb
import psycopg
import pytest

from support import cases, schemas
from support import postgres as postgres_server
from support.fixture import Case
from sureql.catalog.builtins import arities, elsewhere
from sureql.catalog.model import Catalog
from sureql.semantics import analysis, broken
from sureql.semantics.model import Problem
from sureql.syntax import dialects, parse, script
from sureql.syntax.script import Statement

Refuses = Callable[[str], str]


def found(statement: Statement, catalog: Catalog) -> list[Problem]:
    rules = dialects.get(catalog.dialect)
    analysed = analysis.analyse(statement.masked, catalog, rules, statement.holes)
    parsed = parse.parse(statement.masked, rules)
    told = [*analysed.problems, *analysed.structure]
    if parsed.tree is None and parsed.refused:
        told += broken.problems(statement.masked, catalog, rules, statement.holes)
    return sorted(told, key=lambda one: one.span)


def label(problem: Problem) -> str:
    names = f" -> {', '.join(problem.names)}" if problem.names else ""
    return f"{problem.severity}[{problem.code}] {problem.message}{names}"


def statements(case: Case) -> tuple[Statement, ...]:
    return script.of(case.source.text, dialects.get(case.dialect)).statements


def of_dialect(name: str) -> list[object]:
    return [
        pytest.param(case, id=f"{case.path.stem}: {case.title}")
        for case in cases.load("semantics/engines")
        if case.dialect == name
    ]


@cases.parametrize("semantics/engines")
def test_problems(case: Case) -> None:
    catalog = schemas.catalog(case.options["schema"], case.dialect)
    told = [
        (statement.start + one.span.start, statement.start + one.span.end, label(one))
        for statement in statements(case)
        for one in found(statement, catalog)
    ]
    assert told == [(one.start, one.end, one.label) for one in case.source.annotations]


def disagreements(case: Case, refuses: Refuses) -> list[tuple[str, str]]:
    """Statements with an error that the engine takes, and without one that it refuses."""
    wrong = []
    for statement in statements(case):
        places = range(statement.start, statement.start + len(statement.text))
        told = [one.label for one in case.source.annotations if one.start in places]
        message = refuses(statement.text)
        if bool(message) != any(one.startswith("error") for one in told):
            wrong.append((statement.text, message))
    return wrong


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection]:
    with (
        postgres_server.running() as address,
        psycopg.connect(address, prepare_threshold=None) as connection,
    ):
        connection.execute(schemas.text("music").encode())
        connection.commit()
        yield connection


@pytest.mark.parametrize("case", of_dialect("postgres"))
def test_postgres_agrees(case: Case, postgres: psycopg.Connection) -> None:
    def refuses(text: str) -> str:
        # DDL can't be prepared: it is run and taken back.
        prepared = case.path.stem != "objects"
        try:
            postgres.execute((f"PREPARE p AS {text}" if prepared else text).encode())
        except psycopg.Error as error:
            message = str(error).split("\n")[0]
            # A parameter that stands alone has no type; that is nobody's fault.
            return "" if "could not determine data type of parameter" in message else message
        finally:
            postgres.rollback()
            postgres.execute("DEALLOCATE ALL")
        return ""

    assert not disagreements(case, refuses)


@pytest.mark.parametrize("case", of_dialect("duckdb"))
def test_duckdb_agrees(case: Case) -> None:
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute(schemas.text(case.options["schema"]))

        def refuses(text: str) -> str:
            try:
                connection.execute(f"PREPARE p AS {text}")
            except duckdb.Error as error:
                return str(error)
            return ""

        assert not disagreements(case, refuses)


@pytest.mark.parametrize("case", of_dialect("sqlite"))
def test_sqlite_agrees(case: Case) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schemas.text(case.options["schema"]))

        def refuses(text: str) -> str:
            try:
                connection.execute(f"EXPLAIN {text}")
            except sqlite3.Error as error:
                return str(error)
            return ""

        assert not disagreements(case, refuses)


@pytest.mark.parametrize("case", of_dialect("postgres"))
def test_sqlite_is_not_held_to_the_rules_of_postgres(case: Case) -> None:
    catalog = schemas.catalog("music_sqlite", "sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schemas.text("music_sqlite"))
        for statement in statements(case):
            told = [one for one in found(statement, catalog) if one.severity == "error"]
            if told and statement.kind.split(" ")[0] not in ("CREATE", "ALTER", "DROP"):
                with pytest.raises(sqlite3.Error):
                    connection.execute(f"EXPLAIN {statement.text}")


def test_sqlite_lacks_what_is_said_to_be_of_other_engines() -> None:
    names = elsewhere.names("sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        has = {row[0] for row in connection.execute("SELECT name FROM pragma_function_list")}
    assert {"now", "nvl", "getdate", "to_char", "date_trunc"} <= names
    assert not names & (has | set(arities.lines("sqlite")))


def test_duckdb_lacks_what_is_said_to_be_of_other_engines() -> None:
    names = elsewhere.names("duckdb")
    with closing(duckdb.connect(":memory:")) as connection:
        for option in ("autoinstall_known_extensions", "autoload_known_extensions"):
            connection.execute(f"SET {option} = false")
        for name in sorted(names):
            with pytest.raises(duckdb.CatalogException, match="does not exist") as told:
                connection.execute(f"EXPLAIN SELECT {name}(1, 2)")
            assert "extension" not in str(told.value), name
    assert {"nvl", "getdate", "date_format"} <= names
