"""Names, texts and types that would be links, pictures or tags where an explanation is shown."""

from __future__ import annotations

from itertools import product

import pytest
from markdown_it import MarkdownIt

from support import schemas
from sureql.ide.diagnostics import context
from sureql.ide.explain import explain
from sureql.ide.explain.wording import code, harmless
from sureql.syntax import dialects, script

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
STEERING = ("image", "link_open", "html_inline", "html_block")

MARKED = ["![x](http://e/p.png)", "[x](command:evil)", "<img src=x>", "<http://evil>"]
AROUND = [
    *("", "`", "``", "```", "a` ", "a`` ", "\\", "\\\\", "\\`", "a|", "a\\|", "`a "),
    *("a\n\n", "a\r\n\r\n", "\u2028\u2028"),
]


def found(markdown: str) -> set[str]:
    """What a reader makes of it that is more than text and code."""
    tokens = [part for one in READER.parse(markdown) for part in (one, *(one.children or ()))]
    return {one.type for one in tokens}.intersection(STEERING)


def test_a_text_between_marks_stays_a_text() -> None:
    for before, marked, after in product(AROUND, MARKED, AROUND):
        name = before + marked + after
        shown = [
            code(name),
            f"| {code('a')} |",
            harmless(name),
            harmless(f"`{name}` is unknown: `y`."),
        ]
        for one in (*shown, harmless(f"Reads {code(name)} where `x` is 1.")):
            assert "\n" not in one
            assert not found(one), (name, one)


def test_code_is_shown_as_it_is() -> None:
    assert code("a") == "`a`"
    assert code("a`b") == "`` a`b ``"
    assert code("a``b") == "``` a``b ```"
    assert code("a\n  b") == "`a   b`"
    assert code("a\x1b[2J\u202e") == "`a\\x1b[2J\\u202e`"
    assert harmless("Keeps `a[1]` < 3 and a < b.") == "Keeps `a[1]` < 3 and a < b."


def test_ctes_that_use_one_another_are_looked_at_once() -> None:
    schema = schemas.of("CREATE TABLE a0 (id integer PRIMARY KEY);", "sqlite")
    ctes = [
        f"a{number} AS (SELECT x.* FROM a{number - 1} x JOIN a{number - 1} y ON x.id = y.id)"
        for number in range(1, 40)
    ]
    text = (
        f"WITH {', '.join(ctes)} SELECT * FROM a39"  # Else it would take longer than anyone waits.
    )
    rules = dialects.get("sqlite")
    (statement,) = script.of(text, rules).statements
    assert explain.explain(context.of(statement, schema, rules, "q.sql")).markdown


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "duckdb"])
@pytest.mark.parametrize(
    "name",
    [
        *MARKED,
        "a|![x](http://e)",
        "a\\|![x](http://e)",
        "a`` ![x](http://e) ``b",
        "a\n\n![x](http://e)",
    ],
)
def test_explanations_hold_no_links(name: str, dialect: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    kind = quoted if dialect == "sqlite" else "integer"
    schema = schemas.of(
        f"CREATE TABLE {quoted} (id integer PRIMARY KEY, {quoted} {kind});", dialect
    )
    texts = [
        f"SELECT {quoted}, {quoted} || 'x', count(*) AS {quoted}, '{name}' FROM {quoted} AS u, {quoted} "
        f"WHERE u.{quoted} = '{name}' AND nothing = NULL GROUP BY 1 ORDER BY {quoted}",
        f"WITH {quoted} AS (SELECT 1 AS {quoted}) SELECT sum({quoted}) OVER (ORDER BY {quoted}) FROM {quoted}",
        f"UPDATE {quoted} SET {quoted} = 1",
        f"CREATE VIEW v AS SELECT {quoted} FROM {quoted}",
        f"DROP TABLE {quoted}",
    ]
    for text in texts:
        rules = dialects.get(dialect)
        (statement,) = (one for one in script.of(text, rules).statements if one.kind)
        made = explain.explain(context.of(statement, schema, rules, "q.sql"))
        assert made.markdown
        assert not found(made.markdown), made.markdown
