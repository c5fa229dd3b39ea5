"""The jobs that index the workspace's statements and find them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sureql.storage import statements
from sureql.workers import kept_statements, recall_here
from sureql.workers.client import Worker
from sureql.workers.context import Context
from sureql.workers.jobs import index_statements, recall_statements, remember_statements
from sureql.workers.requests import (
    Indexed,
    IndexStatements,
    RecallStatements,
    RememberStatements,
)

HIDDEN = ("**/.env*", "**/secrets/**", "**/*secret*")
ALONE = Context(report=lambda _: None, cancelled=lambda: False)
KEY = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "queries").mkdir(parents=True)
    (folder / "schema.sql").write_text("CREATE TABLE orders (id int PRIMARY KEY, total numeric);")
    (folder / "queries" / "orders.sql").write_text(
        "-- What was sold by day\nSELECT sold_on, sum(total) FROM orders GROUP BY sold_on;\n"
        "INSERT INTO orders VALUES (1, 10);\nINSERT INTO orders VALUES (2, 20);\nCOMMIT;\n"
    )
    return folder


def request(root: Path) -> IndexStatements:
    return IndexStatements(str(root), "postgres", str(root.parent / "cache"), HIDDEN)


def known(root: Path) -> tuple[str, ...]:
    index = kept_statements.of(str(root.parent / "cache"), str(root))
    assert index is not None
    return tuple(one.text for one in index.newest(100))


def recalled(root: Path, text: str) -> list[str]:
    asked = RecallStatements(str(root), str(root.parent / "cache"), text, 4)
    return [one.text for one in recall_statements.run(asked, ALONE)]


def test_statements_that_serve_as_examples_are_kept(root: Path) -> None:
    assert index_statements.run(request(root), ALONE) == Indexed(2, False)
    assert sorted(text.split()[0] for text in known(root)) == ["--", "INSERT"]
    assert recalled(root, "SELECT sum(total) FROM orders")[0].startswith("-- What was sold")


def test_hidden_files_are_in_no_index_and_leave_it_when_they_become_hidden(root: Path) -> None:
    for name in (".env.sql", "secrets/a.sql", "queries/secret_plans.sql"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("SELECT hidden_column FROM hidden_table WHERE hidden;")
    index_statements.run(request(root), ALONE)
    assert not any("hidden" in text for text in known(root))
    changed = IndexStatements(str(root), "postgres", request(root).cache, ("queries/**",))
    index_statements.run(changed, ALONE)
    assert not any("orders" in text for text in known(root))


def test_secrets_are_taken_out_before_anything_is_written(root: Path) -> None:
    (root / "copy.sql").write_text(
        f"SELECT 'postgresql://ada:tr0ub4dor@db.example/shop', '{KEY}', id FROM orders;"
    )
    index_statements.run(request(root), ALONE)
    remember_statements.run(
        RememberStatements(
            str(root), request(root).cache, (f"SELECT total FROM orders WHERE note = '{KEY}'",)
        ),
        ALONE,
    )
    assert len(known(root)) == 4
    file = statements.file_of(Path(request(root).cache), str(root))
    written = file.read_bytes()
    assert b"tr0ub4dor" not in written
    assert KEY.encode() not in written


def test_unchanged_files_are_not_read_again(root: Path) -> None:
    index_statements.run(request(root), ALONE)
    file = root / "queries" / "orders.sql"
    status, text = file.stat(), file.read_text()
    file.write_text(text.replace("orders", "ordres"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    index_statements.run(request(root), ALONE)
    assert any("FROM orders" in one for one in known(root))
    os.utime(file)
    index_statements.run(request(root), ALONE)
    assert not any("FROM orders" in one for one in known(root))


def test_deleted_files_leave_the_index_but_not_the_history(root: Path) -> None:
    index_statements.run(request(root), ALONE)
    asked = RememberStatements(str(root), request(root).cache, ("SELECT id FROM orders AS o",))
    remember_statements.run(asked, ALONE)
    (root / "queries" / "orders.sql").unlink()
    index_statements.run(request(root), ALONE)
    assert known(root) == ("SELECT id FROM orders AS o",)


def test_indexing_makes_way_and_goes_on_later(root: Path) -> None:
    for number in range(3 * index_statements.AT_ONCE):
        (root / "queries" / f"{number}.sql").write_text(f"SELECT id, {number} FROM t{number};")
    urgent = Context(report=lambda _: None, cancelled=lambda: False, overtaken=lambda: True)
    counts, more = [], True
    while more:
        done = index_statements.run(request(root), urgent)
        counts.append(done.statements)
        more = done.more
    assert counts == sorted(set(counts))
    assert len(counts) > 2
    assert counts[-1] == 62


def test_binary_and_huge_files_are_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_statements, "LARGEST_FILE", 1000)
    (root / "dump.sql").write_text("SELECT dumped FROM dump_table;" * 100)
    (root / "binary.sql").write_bytes(b"SELECT dumped FROM binary_table;\0")
    index_statements.run(request(root), ALONE)
    assert not any("dumped" in text for text in known(root))


async def test_the_worker_indexes_and_recalls(root: Path) -> None:
    worker = Worker()
    try:
        done = await worker.call("index_statements", request(root), priority=3)
        assert done.statements == 2
        asked = RecallStatements(str(root), request(root).cache, "what was sold", 4)
        found = await worker.call("recall_statements", asked, priority=0)
        assert [one.origin for one in found] == ["queries/orders.sql"]
    finally:
        await worker.close()


async def test_the_command_line_recalls_without_a_worker(root: Path) -> None:
    cache = str(root.parent / "cache")
    recall_here.remember(str(root), "postgres", cache, "SELECT max(total) FROM orders")
    recall = recall_here.opened(str(root), "postgres", cache, HIDDEN)
    found = await recall.similar("SELECT max(total) FROM orders", 4)
    assert found[0].origin == "history"
    assert len(found) == 3
    nowhere = recall_here.opened("", "postgres", cache, HIDDEN)
    assert await nowhere.similar("SELECT max(total)", 4) == ()


async def test_a_cache_that_cannot_be_written_to_costs_only_the_index(root: Path) -> None:
    (root.parent / "cache").write_text("a file where a folder should be")
    assert index_statements.run(request(root), ALONE) == Indexed(0, False)
    assert recalled(root, "orders") == []
