"""Files, tables and endpoints that are left out."""

from __future__ import annotations

import pytest

from sureql.privacy import hiding
from sureql.settings.options import Privacy


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        (".env", True),
        ("deep/down/.env.local", True),
        ("/projects/shop/.env", True),
        ("secrets/a.sql", True),
        ("db/secrets/deep/a.sql", True),
        ("DB/Secrets/a.sql", True),
        ("db\\secrets\\a.sql", True),
        ("db/my_secret_query.sql", True),
        ("db/secretary.sql", True),
        ("db/orders.sql", False),
        ("environment.sql", False),
        ("a.env.sql", False),
    ],
)
def test_paths_that_are_hidden_by_default(path: str, hidden: bool) -> None:
    assert hiding.is_hidden_path(path, Privacy().ignore_paths) is hidden


@pytest.mark.parametrize(
    ("glob", "path", "hidden"),
    [
        ("hr/**", "hr/a/b.sql", True),
        ("hr/**", "other/hr/a.sql", False),
        ("**/hr/*.sql", "hr/a.sql", True),
        ("**/hr/*.sql", "x/hr/a.sql", True),
        ("*.dump", "a.dump", True),
        ("", "a.sql", False),
    ],
)
def test_patterns_of_paths(glob: str, path: str, hidden: bool) -> None:
    assert hiding.is_hidden_path(path, [glob]) is hidden


def test_hidden_tables() -> None:
    globs = ("hr.*", "salar*", " ")
    hidden = [("people", "hr"), ("People", "HR"), ("salaries", "public"), ("SALARY", "")]
    assert all(hiding.is_hidden_table(name, schema, globs) for name, schema in hidden)
    assert not hiding.is_hidden_table("people", "public", globs)
    assert not hiding.is_hidden_table("hr", "public", globs)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SELECT * FROM hr.people", "hr.people"),
        ('SELECT * FROM "HR" . "People"', "hr.people"),
        ("SELECT * FROM [hr].[people]", "hr.people"),
        ("SELECT * FROM db.hr.people p", "hr.people"),
        ("create table Salaries (id int)", "salaries"),
        ("SELECT p.hr FROM people p", ""),
        ("SELECT a.b, c.d FROM orders", ""),
    ],
)
def test_hidden_tables_in_texts(text: str, name: str) -> None:
    assert hiding.names_hidden_table(text, ("hr.*", "salaries")) == name


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/v1",
        "http://127.9.9.9/v1",
        "https://localhost/v1",
        "http://LOCALHOST:1/v1",
        "http://[::1]:8080/v1",
        "http://[0:0:0:0:0:0:0:1]/v1",
        "http+unix://%2Frun%2Fx.sock/v1",
    ],
)
def test_addresses_of_this_machine(address: str) -> None:
    assert hiding.is_on_this_machine(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:8080/v1",
        "http://0.0.0.0:8080/v1",
        "http://[::]:8080/v1",
        "http://10.0.0.1/v1",
        "http://localhost.example/v1",
        "http://127.0.0.1.example/v1",
        "http://127.0.0.1@evil.example/v1",
        "http://localhost:80@evil.example/v1",
        "http://evil.example\\@localhost/v1",
        "http://evil.example#@localhost/v1",
        "http://evil.example?x=localhost",
        "http://lvh.me/v1",
        "http://127.0.0.1.nip.io/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "http://localhost:99999/v1",
        "http://[::1/v1",
        "http://2130706433/v1",
        "http://localhost\u3002/v1",
        "http://ⓛocalhost.example/v1",
        "file:///v1",
        "ftp://localhost/v1",
    ],
)
def test_addresses_of_others(address: str) -> None:
    assert not hiding.is_on_this_machine(address)
