"""Engines are opened by their dialect, and what is missing is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import schemas
from sureql.oracle import engines
from sureql.oracle.engine import EngineSpec
from sureql.ports.errors import JudgeError
from sureql.ports.judge import Ruling


def test_sqlite_is_an_engine_too() -> None:
    engine = engines.opened(EngineSpec("sqlite"))
    judge = engine.judge_for(schemas.catalog("music_sqlite", "sqlite"))
    assert (engine.dialect, judge.dialect) == ("sqlite", "sqlite")
    assert judge.judge("SELECT name FROM artist").ruling is Ruling.ACCEPTED
    assert judge.judge("SELECT nme FROM artist").ruling is Ruling.REFUSED
    engine.close()


def test_an_engine_that_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JudgeError, match="no engine that judges oracle"):
        engines.opened(EngineSpec("oracle"))
    assert not engines.available("oracle")
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    for dialect in ("duckdb", "postgres"):
        assert not engines.available(dialect)
        with pytest.raises(JudgeError, match=rf"uv tool install 'sureql\[{dialect}\]'"):
            engines.opened(EngineSpec(dialect))


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_an_engine_answers_for_several_catalogs_in_turn(dialect: str) -> None:
    engine = engines.opened(EngineSpec(dialect, deadline=10))
    one = schemas.of("CREATE TABLE a (x int); CREATE TABLE b (y int);", dialect)
    other = schemas.of("CREATE TABLE a (z int);", dialect)
    for _ in range(2):
        first, second = engine.judge_for(one), engine.judge_for(other)
        assert first.judge("SELECT x, y FROM a, b").ruling is Ruling.ACCEPTED
        assert second.judge("SELECT z FROM a").ruling is Ruling.ACCEPTED
        assert second.judge("SELECT x FROM a").ruling is Ruling.REFUSED
        assert second.judge("SELECT y FROM b").ruling is Ruling.REFUSED
    engine.close()


def test_a_password_in_an_address_is_not_repeated() -> None:
    for address in (
        "postgresql://joe:%zzs3cret@127.0.0.1/x",
        "postgresql://joe:s3cret@127.0.0.1:1/x",
        "postgresql://joe:x@s3cret@127.0.0.1:1/x",
        "postgresql://joe:s3cret/x@127.0.0.1:1/x",
        "postgresql://joe:s3cret#x@127.0.0.1:1/x",
        "host=s3cret.invalid password=s3cret",
    ):
        spec = EngineSpec("postgres", address, live=True)
        try:
            judge = engines.opened(spec).judge_for(schemas.catalog("music"))
        except JudgeError as error:
            assert "s3cret" not in f"{error}{error.__cause__!r}"
        else:
            assert "s3cret" not in repr(judge.judge("SELECT 1"))


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_deadline_without_end_is_none(dialect: str, tmp_path: Path) -> None:
    """A workspace's settings may say anything."""
    engine = engines.opened(EngineSpec(dialect, cache=str(tmp_path), deadline=1e30))
    judge = engine.judge_for(schemas.of("CREATE TABLE a (b integer)", dialect))
    assert judge.judge("SELECT b FROM a").ruling is Ruling.ACCEPTED
    engine.close()
