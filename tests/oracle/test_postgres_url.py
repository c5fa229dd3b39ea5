"""A server of the user's judges: with a scratch database of ours, or the database as it is."""

from __future__ import annotations

import pytest

from oracle.postgres_server import LENIENT, Server
from support import schemas
from sureql.oracle.engine import EngineSpec
from sureql.oracle.postgres.engine import PostgresEngine
from sureql.ports.errors import JudgeError
from sureql.ports.judge import Ruling

REFUSED, UNJUDGED = Ruling.REFUSED, Ruling.UNJUDGED


def test_judges_on_a_server_by_url(postgres: Server) -> None:
    postgres.ask("DROP ROLE IF EXISTS maker; CREATE ROLE maker LOGIN CREATEDB")
    before = postgres.ask("SELECT count(*) FROM pg_database")
    for account in ("maker", "postgres"):
        spec = EngineSpec("postgres", postgres.url(user=account), deadline=LENIENT)
        engine = PostgresEngine(spec)
        judge = engine.judge_for(schemas.catalog("music"))
        assert judge.judge("SELECT nam FROM artist").ruling is REFUSED
        session = engine._session
        assert session is not None
        owners = postgres.ask(
            "SELECT DISTINCT r.rolname, r.rolsuper FROM pg_class c JOIN pg_roles r"
            " ON r.oid = c.relowner WHERE c.oid >= 16384",
            session.database,
        )
        assert owners == [("maker" if account == "maker" else "pg_read_all_settings", False)]
        engine.close()
        assert postgres.ask("SELECT count(*) FROM pg_database") == before


def test_says_what_a_user_without_rights_needs(postgres: Server) -> None:
    postgres.ask("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN")
    with pytest.raises(JudgeError, match="give it CREATEDB"):
        PostgresEngine(EngineSpec("postgres", postgres.url(user="guest"), deadline=LENIENT))
    with pytest.raises(JudgeError, match="cannot be reached"):
        PostgresEngine(EngineSpec("postgres", "postgresql://localhost:1/none"))
    with pytest.raises(JudgeError, match="is no address"):
        PostgresEngine(EngineSpec("postgres", "not a url"))


def test_judges_on_the_users_own_database(postgres: Server) -> None:
    postgres.ask("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    database = postgres.database("CREATE TABLE own (id integer, extra text)")
    spec = EngineSpec("postgres", postgres.url(database, "reader"), live=True, deadline=LENIENT)
    engine = PostgresEngine(spec)
    before = postgres.ask("SELECT count(*), max(oid) FROM pg_class", database)
    # What the catalog does not know the database may; what the file made before is not there yet.
    catalog = schemas.of("CREATE TABLE own (id integer, made integer); CREATE TABLE later (a text)")
    judge = engine.judge_for(catalog)
    assert judge.judge("SELECT extra FROM own").ruling is Ruling.ACCEPTED
    assert judge.judge("SELECT extr FROM own").ruling is REFUSED
    assert judge.judge("SELECT made FROM own").ruling is UNJUDGED
    assert judge.judge("SELECT own.made FROM own").ruling is UNJUDGED
    assert judge.judge("SELECT a FROM later").ruling is UNJUDGED
    assert judge.judge("SELECT a FROM never").ruling is REFUSED
    # Behind a pooler the session's settings would go on to other programs of the user's.
    session = engine._session
    assert session is not None
    changed = session.link.run(
        ["SELECT name FROM pg_settings WHERE source = 'session' ORDER BY name"], LENIENT
    )
    assert changed == [()]
    engine.close()
    assert postgres.ask("SELECT count(*), max(oid) FROM pg_class", database) == before
