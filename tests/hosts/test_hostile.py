"""Programs and files that are made to take long do not: each of these took minutes, or for ever, once. The
limit of a test's time tells."""

from __future__ import annotations

import pytest

from sureql.hosts import opening, reading
from sureql.ide.spliced import trusted
from sureql.privacy import hiding
from sureql.sources import detect_dialect, migrations
from sureql.syntax import dialects, script

LONG = 50_000


def times(text: str) -> str:
    return text * (LONG // len(text))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text", ["/*", "a+", "not ", "(", "[", "f(", "lambda:", "- ", "a if a else "]
)
def test_expressions_deep_in_one_another(text: str) -> None:
    reading.of(times(text), "python", lambda _: True)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "body",
    ["{{a}}", " \t", "a ", "a, ", "a", "(", "/*", "{{", "'", "a.b", "%a%", " ON ", "Aa", "-- a\n"],
)
@pytest.mark.parametrize("end", [" !", ""])
@pytest.mark.parametrize("word", ["SELECT", "INSERT", "UPDATE", "DROP", "WITH", "GRANT", "SET"])
def test_statements_that_go_on_and_on(word: str, body: str, end: str) -> None:
    for text in (f"{word} {body * 40}{end}", f"{word} {times(body)}{end}"):
        assert opening.verb(text) in ("", word)
        opening.whole(text)
        opening.finished(text)
        opening.cut(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", [" ", "a ", "a, ", "\t", "%", "a=", " = "])
def test_long_lines_beside_magics(text: str) -> None:
    found = reading.of(f"{times(text)}x\n%sql select 1\n", "python", lambda _: True)
    assert found.embedding.language == "python"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("quote", ["'", '"', "$a$", "$$", "/*"])
@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n", "\n\t", ";\n", "; "])
def test_blank_lines_after_a_quote_that_is_not_closed(quote: str, blank: str) -> None:
    text = f"select {quote}{times(blank)}x"
    assert script.of(text, dialects.get("postgres")).statements


def test_where_a_quote_that_is_not_closed_ends() -> None:
    for text, first in (
        ("select 'a\n\nselect 2", "select 'a"),
        ("select 'a\r\n \r\n\n  select 2", "select 'a"),
        ("select 'a;\n\nselect 2", "select 'a"),
        ("select 'a; -- why\n  create table t (a int)", "select 'a"),
    ):
        found = script.of(text, dialects.get("postgres")).statements
        assert found[0].text.rstrip() == first
        assert len(found) == 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text", [" ", "a ", "a: ", "export ", "export\n", "def f(", "()", "a<", '" ', "let a: ", "\n"]
)
def test_variables_of_long_lines(text: str) -> None:
    trusted.known(f"{times(text)}x\ndef f({times('()')}\na:{times(' ')}\n")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["\n", " \n", "-- DOWN ", "--" + " " * 1000, "\t"])
def test_schema_files_of_blanks(text: str) -> None:
    long = f"create table t (a int);{times(text)}x"
    detect_dialect.weights(long)
    for pattern in (one for two in migrations._DOWN_PARTS for one in two):
        for line in long.splitlines():
            pattern.match(line)
    assert len(migrations._DDL.findall(long)) == 1


@pytest.mark.timeout(60)
def test_brackets_in_what_is_sent() -> None:
    assert hiding._NAMES.findall("[" * LONG + "a b]") == ["[a b]"]
