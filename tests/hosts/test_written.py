"""What is written into a program stays a program, and says there what it should. What other languages than
Python make of it was seen with their own compilers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sureql.hosts import insertion, reading
from sureql.hosts.embedding import Embedding
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_WORDS = st.lists(
    st.sampled_from(
        ("'", '"', "`", "\\", "$", "{", "}", "#", "%", "{{", "}}", "\n", "\t", '"""', "'''", "\\n", "\\'",
         "é", "😀", "${", "#{", "--", "\\N{", "(", ")", "a", " and ", " ")
    ),
    min_size=1,
    max_size=6,
).map("".join)  # fmt: skip
_LITERALS = (
    '"SELECT a FROM t"',
    "'SELECT a FROM t'",
    'r"SELECT a FROM t"',
    'f"SELECT a FROM t WHERE a = {n}"',
    'rf"SELECT a FROM t WHERE a = {n}"',
    '"""SELECT a\n    FROM t\n    """',
    "f'''\n    SELECT a\n    FROM t WHERE a = {n}'''",
    'r"""SELECT a\n    FROM t"""',
)


def embedded(code: str, language: str) -> Embedding:
    return reading.of(code, language, lambda _: False).embedding


@pytest.mark.parametrize("literal", _LITERALS)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), words=_WORDS)
def test_python_says_what_was_written(literal: str, data: st.DataObject, words: str) -> None:
    code = f"cur.execute({literal})\n"
    sql = embedded(code, "python")
    (region,) = sql.regions
    at = data.draw(st.integers(region.text.index("SELECT") + 7, len(region.text)))
    if any(one.sql.start < at < one.sql.end for one in region.holes):
        return
    edit = TextEdit(Span(at, at), words)
    if data.draw(st.booleans()):
        edits = sql.edits([edit])
    else:
        one = insertion.at(sql, edit, sql.host_at(at))
        edits = None if one is None else [one]
    if edits is None:
        return
    wanted = region.text[:at] + words + region.text[at:]
    host = apply_edits(code, edits)
    said: list[str] = []
    exec(host, {"n": "${n}", "cur": type("Cursor", (), {"execute": staticmethod(said.append)})})
    assert said[0].split() == wanted.split()
    assert embedded(host, "python").text.replace("${n_2}", "${n}") == said[0]


@pytest.mark.parametrize(
    ("language", "code", "at", "text", "written"),
    [
        ("ruby", "db.execute(%q(SELECT a))\n", 8, ", f(b)", "db.execute(%q(SELECT a, f(b)))\n"),
        ("ruby", "db.execute(%q(SELECT a))\n", 8, ", ')'", "db.execute(%q(SELECT a, '\\)'))\n"),
        ("ruby", "db.execute(%Q{SELECT a})\n", 8, ", '{'", "db.execute(%Q{SELECT a, '\\{'})\n"),
        ("ruby", "db.execute(<<~'SQL')\n  SELECT a\n  FROM t\nSQL\n", 9, "b\n", "db.execute(<<~'SQL')\n  SELECT a\n  b\n  FROM t\nSQL\n"),
        ("php", "<?php $db->query(<<<SQL\n  SELECT 1\n  SQL);\n", 8, "\nFROM t", "<?php $db->query(<<<SQL\n  SELECT 1\n  FROM t\n  SQL);\n"),
        ("php", "<?php $db->query(<<<SQL\n  SELECT 1\n  SQL);\n", 8, " SQLs", "<?php $db->query(<<<SQL\n  SELECT 1 SQLs\n  SQL);\n"),
        ("php", "<?php $db->query(<<<SQL\n  SELECT 1\n  SQL);\n", 8, "\nSQL", None),
        ("php", '<?php $db->query("SELECT a, b");\n', 7, "$", '<?php $db->query("SELECT \\$a, b");\n'),
        ("java", 'c.prepareStatement("""\n  SELECT a\n  FROM t""");\n', 9, "--\n", 'c.prepareStatement("""\n  SELECT a\n  --\n  FROM t""");\n'),
    ],
)  # fmt: skip
def test_what_would_end_the_literal_does_not(
    language: str, code: str, at: int, text: str, written: str | None
) -> None:
    sql = embedded(code, language)
    edits = sql.edits([TextEdit(Span(at, at), text)])
    assert (None if edits is None else apply_edits(code, edits)) == written


def test_a_line_break_goes_with_what_indents_the_next_line() -> None:
    code = "<?php $db->query(<<<SQL\n    SELECT a\n    FROM t\n    SQL);\n"
    sql = embedded(code, "php")
    edits = sql.edits([TextEdit(Span(8, 9), " ")])
    assert edits is not None
    assert "SELECT a FROM t\n    SQL" in apply_edits(code, edits)


def test_ghost_text_at_the_left_edge_is_indented_where_the_language_wants_it() -> None:
    code = "<?php $db->query(<<<SQL\n    SELECT 1\n\n    SQL);\n"
    sql = embedded(code, "php")
    cursor = code.index("\n\n") + 1
    at = sql.sql_at(cursor)
    assert at is not None
    edit = insertion.at(sql, TextEdit(Span(at, at), "FROM t"), cursor)
    assert edit is not None
    assert edit.new_text == "    FROM t"


def test_ghost_text_that_would_make_an_expression_of_what_follows_is_not_written() -> None:
    code = '<?php $db->query("SELECT a, b");\n'
    sql = embedded(code, "php")
    cursor = code.index("a, b")
    assert insertion.at(sql, TextEdit(Span(7, 7), "$"), cursor) is None
    assert insertion.at(sql, TextEdit(Span(7, 7), "b, "), cursor) is not None
