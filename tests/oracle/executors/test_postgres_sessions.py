"""PostgreSQL's scratch databases: made once, kept, found again, and gone at the end."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from oracle import postgres_server
from oracle.executors import made
from oracle.postgres_server import Server
from support import schemas
from support.waiting import wait_until
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.oracle.executors import postgres_sessions
from sureql.ports.errors import JudgeError
from sureql.ports.executor import Table

SCRATCH = "SELECT datname FROM pg_database WHERE datname LIKE 'sureql!_%' ESCAPE '!'"

TYPES = """
CREATE SCHEMA stock;
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE TYPE stock."Size" AS ENUM ('S', 'M');
CREATE DOMAIN cents AS integer;
CREATE TYPE spot AS (x integer, y integer);
CREATE TABLE stock."Thing" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feeling mood NOT NULL,
    size stock."Size",
    price cents,
    at spot,
    tags text[],
    seen timestamptz,
    length interval,
    half double precision,
    raw bytea,
    yes boolean,
    doc jsonb,
    worth numeric
);
"""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of its own, for what would disturb the others."""
    with postgres_server.started() as found:
        yield found
        postgres_sessions.close_idle()


def databases(server: Server) -> set[str]:
    """The scratch databases of this process; the judge has one as well."""
    return {str(name) for (name,) in server.ask(SCRATCH)}


def test_types_of_the_users_own(postgres: Server) -> None:
    bench = made.bench(TYPES, "postgres", postgres.cache)
    row = (
        *(7, "fine", "M", 5, "(1,2)", "{a,b}"),
        datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
        *(
            datetime.timedelta(days=1, hours=2),
            0.1,
            b"\x00\xff'",
            True,
            '{"a": 1}',
            Decimal("1e-9"),
        ),
    )
    columns = "id feeling size price at tags seen length half raw yes doc worth"
    thing = Table("stock", "Thing", tuple(columns.split()), (row,))
    found = bench.run(thing, query="SELECT * FROM stock.\"Thing\" WHERE feeling > 'sad'::mood")
    assert found.rows == (
        (
            *(7, "fine", "M", 5, "(1,2)", "{a,b}"),
            datetime.datetime(2020, 1, 2, 2, tzinfo=datetime.UTC),
            *("1 day 02:00:00", 0.1, b"\x00\xff'", True, '{"a": 1}', Decimal("1e-9")),
        ),
    )
    assert found.types[:4] == ("int8", "mood", "Size", "int4")
    bench.executor.close()


def test_a_value_that_no_date_holds_is_a_text(postgres: Server) -> None:
    bench = made.bench(made.SHOP, "postgres", postgres.cache)
    query = "SELECT 'infinity'::date, '0044-03-15 BC'::date, 'NaN'::numeric IS NULL"
    assert bench.run(query=query).rows == (("infinity", "0044-03-15 BC", False),)
    bench.executor.close()


def test_a_database_is_kept_for_the_next_comparison(postgres: Server) -> None:
    postgres_sessions.close_idle()
    before = databases(postgres)
    first = made.bench(made.SHOP, "postgres", postgres.cache)
    (mine,) = databases(postgres) - before
    first.executor.close()
    other = made.bench("CREATE TABLE customer (a text);", "postgres", postgres.cache)
    assert databases(postgres) - before == {mine}
    table = other.table("customer", "a", ("x",))
    assert other.run(table, query="SELECT * FROM customer").rows == (("x",),)
    assert other.run(query="SELECT * FROM orders").error
    other.executor.close()
    postgres_sessions.close_idle()
    assert databases(postgres) == before


def test_a_column_may_be_called_as_a_way_to_take_samples(postgres: Server) -> None:
    bench = made.bench("CREATE TABLE t (system text);", "postgres", postgres.cache)
    table = bench.table("t", "system", ("x",))
    assert bench.run(table, query="SELECT t.system FROM t").rows == (("x",),)
    assert bench.run(table, query="SELECT system FROM t TABLESAMPLE SYSTEM (50)").limited
    bench.executor.close()


def test_the_role_has_no_rights(postgres: Server) -> None:
    bench = made.bench(made.SHOP, "postgres", postgres.cache)
    query = (
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname = session_user AND session_user = current_user"
    )
    assert bench.run(query=query).rows == ((False,) * 5,)
    bench.executor.close()


def test_on_a_server_with_a_superuser_its_rights_are_given_up(postgres: Server) -> None:
    opener = executors.opener("postgres", EngineSpec("postgres", url=postgres.url()))
    assert opener is not None
    executor = opener(schemas.of(made.SHOP, "postgres"), [])
    bench = made.Bench(executor, schemas.of(made.SHOP, "postgres"))
    assert bench.run(query="SELECT current_user <> 'postgres'").rows == ((True,),)
    for query in (
        "SELECT set_config('session_authorization', 'postgres', false)",
        "SELECT set_config('role', 'postgres', false)",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        assert bench.run(query=query).error
    executor.close()


def test_the_users_own_database_is_never_used(postgres: Server) -> None:
    name = postgres.database("CREATE TABLE customer (id integer); CREATE TABLE mine (a integer);")
    spec = EngineSpec("postgres", url=postgres.url(name), live=True, cache=postgres.cache)
    opener = executors.opener("postgres", spec)
    assert opener is not None
    catalog = schemas.of("CREATE TABLE customer (id integer);", "postgres")
    bench = made.Bench(opener(catalog, tuple(catalog.relations())), catalog)
    assert bench.run(query=f"SELECT current_database() = '{name}'").rows == ((False,),)
    table = bench.table("customer", "id", (1,))
    assert bench.run(table, query="SELECT id FROM customer").rows == ((1,),)
    bench.executor.close()
    assert postgres.ask("SELECT count(*) FROM customer", name) == [(0,)]


def test_a_server_that_is_killed_is_found_again(server: Server) -> None:
    bench = made.bench(made.SHOP, "postgres", server.cache)
    customer = bench.table("customer", "id name", (1, "Ada"))
    query = "SELECT name FROM customer"
    assert bench.run(customer, query=query).rows == (("Ada",),)
    pid = int((server.lease.folder / "data" / "postmaster.pid").read_text().split("\n")[0])
    os.kill(pid, signal.SIGKILL)
    found = bench.run(customer, query=query)
    assert found.rows == (("Ada",),) or (found.limited and found.error)
    wait_until(lambda: bench.run(customer, query=query).rows == (("Ada",),))
    bench.executor.close()


def test_a_lost_connection_ends_one_database_only(server: Server) -> None:
    bench = made.bench(made.SHOP, "postgres", server.cache)
    customer = bench.table("customer", "id name", (1, "Ada"))
    server.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = 'sureql' AND datname LIKE 'sureql!_%' ESCAPE '!'"
    )
    lost = bench.run(customer, query="SELECT name FROM customer")
    assert lost.limited and lost.error
    assert bench.run(customer, query="SELECT name FROM customer").rows == (("Ada",),)
    bench.executor.close()


def test_a_process_that_is_killed_leaves_no_database(postgres: Server) -> None:
    code = (
        f"import sys, time; sys.path[:0] = {sys.path!r};"
        f"from oracle.executors import made; made.bench(made.SHOP, 'postgres', {postgres.cache!r});"
        "print('open', flush=True); time.sleep(60)"
    )
    before = databases(postgres)
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"open\n"
    child.kill()
    child.wait()
    wait_until(lambda: not _connected(postgres, databases(postgres) - before))
    postgres_sessions.close_idle()
    made.bench("CREATE TABLE t (a integer);", "postgres", postgres.cache).executor.close()
    postgres_sessions.close_idle()
    assert databases(postgres) <= before


def test_a_process_that_ends_leaves_no_database(postgres: Server) -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r};"
        f"from oracle.executors import made; made.bench(made.SHOP, 'postgres', {postgres.cache!r})"
        ".executor.close()"
    )
    before = databases(postgres)
    subprocess.run([sys.executable, "-c", code], check=True)
    assert databases(postgres) == before


def test_a_server_that_is_not_there_is_said_when_it_is_opened() -> None:
    opener = executors.opener("postgres", EngineSpec("postgres", url="postgresql://127.0.0.1:1/x"))
    assert opener is not None
    started = time.monotonic()
    with pytest.raises(JudgeError, match="cannot be reached"):
        opener(schemas.of(made.SHOP, "postgres"), [])
    assert time.monotonic() - started < made.LONG


def _connected(server: Server, names: set[str]) -> bool:
    found = server.ask("SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL")
    return bool(names & {str(name) for (name,) in found})
