"""Where statements begin and end."""

from __future__ import annotations

import time

import pytest

from sureql.syntax import dialects, script

CASES = [
    ("postgres", "select 1; select 2", ["select 1", "select 2"]),
    ("postgres", "select ';' ; select \";\"", ["select ';' ", 'select ";"']),
    ("postgres", ";;  ;select 1;", ["select 1"]),
    ("postgres", "-- a;b\nselect 1", ["-- a;b\nselect 1"]),
    ("postgres", "/* ; /* ; */ ; */ select 1; x", ["/* ; /* ; */ ; */ select 1", "x"]),
    ("postgres", "do $$ a; b; $$; select 1", ["do $$ a; b; $$", "select 1"]),
    ("postgres", "select E'\\';'; select 2", ["select E'\\';'", "select 2"]),
    ("postgres", "select 'a\\'; select 2", ["select 'a\\'", "select 2"]),
    ("postgres", "\\d t;x\nselect 1", ["select 1"]),
    ("postgres", "select 1 \\gexec\nselect 2", ["select 1 ", "select 2"]),
    ("postgres", "copy t from stdin;\n1;2\n\\.\nselect 1", ["copy t from stdin", "select 1"]),
    ("postgres", "copy t from '/x';\nselect 1", ["copy t from '/x'", "select 1"]),
    (
        "postgres",
        "create function f() returns int begin atomic select 1; select 2; end; select 3",
        ["create function f() returns int begin atomic select 1; select 2; end", "select 3"],
    ),
    # Named queries need no semicolons; a comment may begin so all the same.
    (
        "mysql",
        "-- name: a\nselect 1\n\n-- name: b\nselect 2",
        ["-- name: a\nselect 1\n\n", "-- name: b\nselect 2"],
    ),
    ("postgres", "select 1\n-- name: of it\nfrom t; x", ["select 1\n-- name: of it\nfrom t", "x"]),
    (
        "postgres",
        "insert into t (a -- name: no\n-- name: select\n) values (1)",
        ["insert into t (a -- name: no\n-- name: select\n) values (1)"],
    ),
    (
        "postgres",
        "insert into t (a)\n-- name: those of it\nselect 1",
        ["insert into t (a)\n-- name: those of it\nselect 1"],
    ),
    (
        "postgres",
        "-- name: a\n-- name: b\nselect 1\n-- name: c\n-- of it\nselect 2",
        ["-- name: a\n-- name: b\nselect 1\n", "-- name: c\n-- of it\nselect 2"],
    ),
    # psql's branches inside of a statement are a part of it.
    (
        "postgres",
        "select 1,\n\\if :x\n2\n\\else\n3\n\\endif\n;\n\\if :y\nselect 4;\n\\endif",
        ["select 1,\n\\if :x\n2\n\\else\n3\n\\endif\n", "select 4"],
    ),
    ("postgres", "begin; select 1; commit;", ["begin", "select 1", "commit"]),
    (
        "sqlite",
        "create trigger t after insert on u begin update u set a = case when 1 then 2 end; end; x",
        [
            "create trigger t after insert on u begin update u set a = case when 1 then 2 end; end",
            "x",
        ],
    ),
    (
        "sqlite",
        "create trigger t after insert on u begin delete from u;\ncreate table v (a);",
        ["create trigger t after insert on u begin delete from u", "create table v (a)"],
    ),
    ("sqlite", ".mode csv\nselect 1;\n.quit", ["select 1"]),
    ("sqlite", "select [a;b], `c;d`; x", ["select [a;b], `c;d`", "x"]),
    (
        "mysql",
        "delimiter //\ncreate procedure p() begin select 1; end//\ndelimiter ;\nselect 2; select 3",
        ["create procedure p() begin select 1; end", "select 2", "select 3"],
    ),
    (
        "mysql",
        "create procedure p() begin if a then select 1; end if; end; select 2",
        ["create procedure p() begin if a then select 1; end if; end", "select 2"],
    ),
    ("mysql", "select 1 # a;b\n; select 2", ["select 1 # a;b\n", "select 2"]),
    ("tsql", "select 1\nGO\nselect 'a\nGO\n'\ngo 5\n", ["select 1", "select 'a\nGO\n'"]),
    (
        "tsql",
        "create procedure p as begin select 1; select 2; end\nGO\nselect 3",
        ["create procedure p as begin select 1; select 2; end", "select 3"],
    ),
    (
        "oracle",
        "create package p is a; b; end;\n/\nselect 1 from dual;",
        ["create package p is a; b; end;", "select 1 from dual"],
    ),
    (
        "duckdb",
        "select {'a;': 1}; {{ x(';') }} select 2",
        ["select {'a;': 1}", "{{ x(';') }} select 2"],
    ),
    # A quote that is certainly wrong ends with its statement.
    (
        "postgres",
        "select * from t where a = 'abc;\n\nselect * from u where b = 'x';\nselect 3;",
        ["select * from t where a = 'abc", "select * from u where b = 'x'", "select 3"],
    ),
    ("postgres", "select 'abc;\nselect 2;\n", ["select 'abc", "select 2"]),
    ("postgres", "select '\n\nselect 2", ["select '\n\n", "select 2"]),
    ("postgres", "select 'a;\nb;\n\nc' from t; x", ["select 'a;\nb;\n\nc' from t", "x"]),
    ("sqlite", "select `a;\nselect 2", ["select `a", "select 2"]),
    (
        "postgres",
        "create function f() as $$ begin\n x;\n\ncreate function g() as $$ begin end $$;\nselect 1",
        [
            "create function f() as $$ begin\n x",
            "create function g() as $$ begin end $$",
            "select 1",
        ],
    ),
]


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES)
def test_split(dialect: str, text: str, expected: list[str]) -> None:
    found = script.of(text, dialects.get(dialect)).statements
    assert [statement.text for statement in found] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("select 1", "SELECT"),
        ("-- a\n(( select 1))", "SELECT"),
        ("with a as (select 1) select 2", "WITH"),
        ("create or replace temp view v as select 1", "CREATE VIEW"),
        ("create unique index i on t (a)", "CREATE INDEX"),
        ("create materialized view v as select 1", "CREATE VIEW"),
        ("alter table t add a int", "ALTER TABLE"),
        ("insert into t values (1)", "INSERT"),
        ("{{ config() }} select 1", "SELECT"),
        ("-- only", ""),
    ],
)
def test_kind(text: str, kind: str) -> None:
    (statement,) = script.of(text, dialects.get("postgres")).statements
    assert statement.kind == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sel<|>ect 1; select 2", "select 1"),
        ("select 1<|>; select 2", "select 1"),
        ("select 1;<|> select 2", ""),
        ("select 1; <|>select 2", "select 2"),
        ("select 1; select <|>", "select "),
        ("select 1;\n\n<|>\n\nselect 2", ""),
        ("<|>", ""),
        ("<|>  select 1", ""),
        ("select 1 ;\n-- no<|>te\nselect 2", "-- note\nselect 2"),
    ],
)
def test_at(text: str, expected: str) -> None:
    offset = text.index("<|>")
    found = script.of(text.replace("<|>", ""), dialects.get("postgres")).at(offset)
    assert found.text == expected
    if not expected:
        assert found.start == offset


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sel<|>ect 1; select 2", "select 1"),
        ("select 1;<|>", "select 1"),
        ("select 1;<|>\nselect 2", "select 1"),
        ("select 1;;\n\n<|>\n", "select 1"),
        ("select 1;\n<|>select 2", "select 2"),
        ("select 1; -- ready<|>", "select 1"),
        ("select 1; -- ready\n<|>", "select 1"),
        ("-- none\n<|>", ""),
        ("<|>\nselect 1", ""),
        ("<|>", ""),
    ],
)
def test_meant(text: str, expected: str) -> None:
    found = script.of(text.replace("<|>", ""), dialects.get("postgres"))
    at = found.at(found.meant(text.index("<|>")))
    assert (at.text if at.kind else "") == expected


@pytest.mark.parametrize("part", ["-- name: x\n", "-- name: x\nselect (\n", "\n\\else", "\n\\if x"])
def test_many_names_and_branches_take_no_quadratic_time(part: str) -> None:
    started = time.process_time()
    for text in (part * 10_000 + "\nselect 1", "-- name: a\nselect 1\n" + part * 10_000):
        found = script.of(text, dialects.get("postgres")).statements
        assert any("select 1" in one.masked for one in found)
    assert time.process_time() - started < 4


def test_an_edit_keeps_the_statements_around_it() -> None:
    text = "".join(f"select {n};\n" for n in range(2_000))
    before = script.of(text, dialects.get("postgres"))
    at = text.index("select 1000") + 7
    after = before.edited(text[:at] + "x" + text[at:], at, at, at + 1)
    assert after.statements[1000].text == "select x1000"
    assert after.statements[10] is before.statements[10]
    assert after.statements[1500].text is before.statements[1500].text


def test_ten_megabytes_split_in_two_seconds() -> None:
    text = "INSERT INTO t VALUES (1, 'it''s', NULL, 4.5, '2020-01-01');\n" * 160_000
    started = time.process_time()
    found = script.of(text, dialects.get("postgres"))
    assert len(found.statements) == 160_000
    assert time.process_time() - started < 6  # 5 MB/s, with room for a busy machine.


@pytest.mark.parametrize(
    "part", ["'", "{{", "/*", "$a$ ", "$a", "'\n'a ;\n", "/* * / ", "begin ", "\\"]
)
def test_hostile_repetition_takes_no_quadratic_time(part: str) -> None:
    started = time.process_time()
    script.of(part * 30_000, dialects.get("postgres"))
    script.of("create trigger t " + part * 30_000, dialects.get("sqlite"))
    assert time.process_time() - started < 5
