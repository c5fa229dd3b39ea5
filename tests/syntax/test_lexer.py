"""Tokens of each dialect's own marks."""

from __future__ import annotations

import time

import pytest

from sureql.syntax import dialects, lexer

_SHORT = {
    "word": "w",
    "quoted": "q",
    "string": "s",
    "number": "n",
    "parameter": "p",
    "operator": "o",
    "punctuation": "u",
    "comment": "c",
}

CASES = [
    # dialect, text, kinds and texts
    ("postgres", "a::int", "w:a o::: w:int"),
    ("postgres", "E'it\\'s' 'it''s'", "s:E'it\\'s' s:'it''s'"),
    ("postgres", "'a\\' 1", "s:'a\\' n:1"),
    ("postgres", "U&'x' B'1' X'F' N'n'", "s:U&'x' s:B'1' s:X'F' s:N'n'"),
    ("postgres", "$$a;b$$ $t$ $$ $t$", "s:$$a;b$$ s:$t$ $$ $t$"),
    ("postgres", "a$b", "w:a$b"),
    ("postgres", "$1 :name", "p:$1 p::name"),
    ("postgres", "x ? 'k'", "w:x o:? s:'k'"),
    ("postgres", "x = ?", "w:x o:= p:?"),
    ("postgres", "x ?| y ?& z", "w:x o:?| w:y o:?& w:z"),
    ("postgres", "5 %s", "n:5 o:% w:s"),
    ("postgres", "= %s", "o:= p:%s"),
    ("postgres", "in %(ids)s", "w:in p:%(ids)s"),
    ("postgres", "x @> y <@ z", "w:x o:@> w:y o:<@ w:z"),
    ("postgres", "x[1:2]", "w:x u:[ n:1 o:: n:2 u:]"),
    ("postgres", "x[a:b]", "w:x u:[ w:a o:: w:b u:]"),
    ("postgres", "a->>'b' #>> c", "w:a o:->> s:'b' o:#>> w:c"),
    ("postgres", "/* a /* b */ c */ d", "c:/* a /* b */ c */ w:d"),
    ("postgres", "a -- b\nc", "w:a c:-- b w:c"),
    ("postgres", "1.5e3 .5 1e-2 0x1F 1_000", "n:1.5e3 n:.5 n:1e-2 n:0x1F n:1_000"),
    ("postgres", "t.1", "w:t n:.1"),
    ("postgres", '"a""b"', 'q:"a""b"'),
    ("postgres", "größe 名前", "w:größe w:名前"),
    ("postgres", "{{ ref('a') }} {% if x %}", "p:{{ ref('a') }} c:{% if x %}"),
    ("postgres", "${table} #{x}", "p:${table} p:#{x}"),
    ("postgres", "\ufeffselect", "w:select"),
    ("sqlite", '[a b] `c` "d"', 'q:[a b] q:`c` q:"d"'),
    ("sqlite", "/* a /* b */ c", "c:/* a /* b */ w:c"),
    ("sqlite", "? ?1 :a @b $c", "p:? p:?1 p::a p:@b p:$c"),
    ("sqlite", "a == b", "w:a o:== w:b"),
    ("duckdb", "{'a': 1}", "u:{ s:'a' o:: n:1 u:}"),
    ("duckdb", "x -> x // 2", "w:x o:-> w:x o:// n:2"),
    ("duckdb", "[1, 2][1:]", "u:[ n:1 u:, n:2 u:] u:[ n:1 o:: u:]"),
    ("mysql", "`a` \"b\" 'c\\'d' # e\nf", "q:`a` s:\"b\" s:'c\\'d' c:# e w:f"),
    ("mysql", "5--3", "n:5 o:- o:- n:3"),
    ("mysql", "@a @@b", "p:@a p:@@b"),
    ("tsql", "#tmp ##t [a]]b] @x", "w:#tmp w:##t q:[a]]b] p:@x"),
    ("bigquery", "'''a'b''' r'\\d' `p.d.t`", "s:'''a'b''' s:r'\\d' q:`p.d.t`"),
    ("snowflake", "a // b\nc", "w:a c:// b w:c"),
    ("oracle", ":1 a#b", "p::1 w:a#b"),
]


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES)
def test_tokens(dialect: str, text: str, expected: str) -> None:
    found = lexer.tokens(text, dialects.get(dialect))
    assert " ".join(f"{_SHORT[t.kind.value]}:{t.text}" for t in found) == expected


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "'a"),
        ("postgres", "'a''"),
        ("postgres", "'a\n\nb"),
        ("postgres", "E'a\\'"),
        ("postgres", '"a'),
        ("postgres", "$$ a"),
        ("postgres", "$a$ b $$"),
        ("postgres", "/* a /* b */"),
        ("sqlite", "/* a"),
        ("sqlite", "[a"),
        ("sqlite", "`a"),
        ("mysql", "'a\\'"),
        ("bigquery", "'''a"),
    ],
)
def test_what_is_not_closed_runs_to_the_end(dialect: str, text: str) -> None:
    (token,) = lexer.tokens(text, dialects.get(dialect))
    assert (token.text, token.closed) == (text, False)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "'a'''"),
        ("postgres", "'a\\'"),
        ("postgres", "$$$$"),
        ("postgres", "/**/"),
        ("sqlite", "[]"),
        ("mysql", "'a\\\\'"),
    ],
)
def test_what_is_closed_at_the_end(dialect: str, text: str) -> None:
    (token,) = lexer.tokens(text, dialects.get(dialect))
    assert (token.text, token.closed) == (text, True)


def test_code_leaves_comments_out() -> None:
    found = lexer.code("a /* b */ c -- d", dialects.get("postgres"))
    assert [token.text for token in found] == ["a", "c"]


@pytest.mark.parametrize("part", ["'", "{{", "{% ", "/*", "$a$ ", "$a", "[", '"', "((", "'a\n"])
def test_hostile_repetition_takes_no_quadratic_time(part: str) -> None:
    started = time.process_time()
    lexer.tokens(part * 30_000, dialects.get("postgres"))
    lexer.tokens(part * 30_000, dialects.get("sqlite"))
    assert time.process_time() - started < 3
