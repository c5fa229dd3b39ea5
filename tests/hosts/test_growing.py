"""Texts that statements put together one after the other, and lists that are joined, in every language."""

from __future__ import annotations

import pytest

from hosts.test_incremental import edited
from hosts.test_languages import check_segments
from sureql.hosts import reading
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def found(code: str, language: str) -> list[str]:
    regions = reading.of(code, language, lambda _: False).embedding.regions
    return [one.text for one in regions]


WHOLE = "SELECT a FROM t WHERE a = ${x} ORDER BY a"
LINEAR = {
    "python": """
def f(cur, x):
    sql = "SELECT a"
    sql += " FROM t"
    print("in between")
    sql = sql + " WHERE a = " + x
    sql = f"{sql} ORDER BY a"
    cur.execute(sql)
""",
    "javascript": """
function f(db, x) {
  let sql = '';
  sql += 'SELECT a FROM t'; // with a comment
  sql = sql + ` WHERE a = ${x}`;
  if (x) { log({ x }); }
  sql += ' ORDER BY a';
  db.query(sql);
}
""",
    "go": """
package a

func f(db *sql.DB, x string) {
	var sql strings.Builder
	sql.WriteString("SELECT a ")
	sql.WriteString(`FROM t WHERE a = ` + x)
	sql.WriteString(" ORDER BY a")
	db.Query(sql.String())
}
""",
    "java": """
class A {
    void f(Connection c, String x) {
        StringBuilder sql = new StringBuilder("SELECT a");
        sql.append(" FROM t").append(" WHERE a = ").append(x);
        sql.append(" ORDER BY a");
        c.prepareStatement(sql.toString());
    }
}
""",
    "kotlin": """
fun f(c: Connection, x: String) {
    val sql = StringBuilder()
    sql.append("SELECT a ").append("FROM t")
    sql.append(" WHERE a = $x")
    sql.append(" ORDER BY a")
    c.prepareStatement(sql.toString())
}
""",
    "php": """<?php
function f($db, $x) {
    $sql = 'SELECT a FROM t';
    $sql .= " WHERE a = $x";
    $sql = $sql . ' ORDER BY a';
    $db->query($sql);
}
""",
    "ruby": """
def f(db, x)
  sql = "SELECT a"
  sql << " FROM t" << " WHERE a = #{x}"
  sql += " ORDER BY a"
  db.execute(sql)
end
""",
    "rust": """
fn f(db: &Db, x: &str) {
    let mut sql = String::from("SELECT a FROM t");
    sql.push_str(" WHERE a = ");
    sql += x;
    sql.push_str(" ORDER BY a");
    db.execute(&sql);
}
""",
    "c-sharp": """
class A {
    void F(Connection c, string x) {
        var sql = new StringBuilder("SELECT a FROM t");
        sql.Append(" WHERE a = ").Append(x);
        sql.Append(" ORDER BY a");
        c.Query(sql.ToString());
    }
}
""",
}
LISTS = {
    "python": 'cur.execute(" ".join(["SELECT a", "FROM t WHERE a =", x, "ORDER BY a"]))\n',
    "javascript": 'db.query(["SELECT a", "FROM t WHERE a =", x, "ORDER BY a"].join(" "));\n',
    "go": 'package a\nfunc f() { db.Query(strings.Join([]string{"SELECT a", "FROM t WHERE a =", x, "ORDER BY a"}, " ")) }\n',
    "java": 'class A { void f() { c.prepareStatement(String.join(" ", "SELECT a", "FROM t WHERE a =", x, "ORDER BY a")); } }\n',
    "kotlin": 'fun f() { c.prepareStatement(listOf("SELECT a", "FROM t WHERE a =", x, "ORDER BY a").joinToString(" ")) }\n',
    "php": '<?php $db->query(implode(" ", ["SELECT a", "FROM t WHERE a =", x, "ORDER BY a"]));\n',
    "ruby": 'db.execute(["SELECT a", "FROM t WHERE a =", x, "ORDER BY a"].join(" "))\n',
    "rust": 'fn f() { db.execute(&["SELECT a", "FROM t WHERE a =", x, "ORDER BY a"].join(" ")); }\n',
    "c-sharp": 'class A { void F() { c.Query(string.Join(" ", "SELECT a", "FROM t WHERE a =", x, "ORDER BY a")); } }\n',
}


@pytest.mark.parametrize("language", LINEAR)
def test_statements_that_run_one_after_the_other_make_one_text(language: str) -> None:
    assert found(LINEAR[language], language) == [WHOLE]


@pytest.mark.parametrize("language", LISTS)
def test_a_list_that_is_joined_is_one_text(language: str) -> None:
    assert found(LISTS[language], language) == [WHOLE]


BRANCHES = {
    "python": """
def f(cur, x):
    sql = "SELECT a FROM t WHERE"
    if x:
        sql += " a = 1"
    cur.execute(sql)

def g(cur, x):
    sql = "SELECT a FROM t WHERE"
    if x: sql += " a = 1"
    sql += " AND b = 2"
    cur.execute(sql)

def h(cur, x):
    sql = "SELECT a FROM t WHERE"
    cur.execute("SELECT 1")
    sql += " a = 1"
    for one in x:
        sql += one
        sql += ","
    cur.execute(sql)

def i(cur, x):
    if x: sql = "SELECT a FROM t WHERE"
    sql += " a = 1"
    try:
        sql = "SELECT b FROM t WHERE"
    except ValueError:
        sql += " b = 1"
    cur.execute(sql)
""",
    "javascript": """
switch (x) {
  case 1:
  sql = 'SELECT a FROM t WHERE';
  break;
  case 2:
  sql += ' a = 1';
}
db.query(sql);
function f(db, x) {
  let sql = 'SELECT a FROM t WHERE';
  if (x) sql += ' a = 1';
  else sql += ' b = 1';
  db.query(sql);
}
function g(db, x) {
  let sql = 'SELECT a FROM t WHERE';
  if (x)
    sql += ' a = 1';
  this.sql += ' b = 2';
  db.query(sql);
}
""",
    "java": """
class A {
    void f(Connection c, String x) {
        StringBuilder sql = new StringBuilder("SELECT a FROM t WHERE");
        if (x != null) {
            sql.append(" a = 1");
        }
        c.prepareStatement(sql.toString());
    }
    void g(Connection c, String x) {
        StringBuilder sql = new StringBuilder("SELECT a FROM t WHERE a =");
        sql.setLength(10);
        c.prepareStatement(sql.append("t").toString());
    }
    void h(Connection c, String x) {
        StringBuilder sql = make(c);
        sql.append("SELECT a FROM t WHERE");
        sql.insert(0, "EXPLAIN ");
        c.prepareStatement(sql.toString());
    }
}
""",
    "go": """
package a

func f(db *sql.DB, x string) {
	query := "SELECT a FROM t WHERE"
	if x != "" {
		query += " a = 1"
	}
	fmt.Fprintf(&query, "x")
	db.Query(query)
}
""",
    "c-sharp": """
class A {
    void F(Connection c, string x) {
        var sql = new StringBuilder("SELECT a FROM t WHERE ");
        sql.AppendFormat("a = {0}", x);
        c.Query(sql.ToString());
    }
}
""",
    "rust": """
fn f(db: &Db, x: &str) {
    let mut sql = String::from("SELECT a FROM t WHERE ");
    write!(sql, "a = {}", x);
    db.execute(&sql);
}
""",
    "ruby": """
def f(db, x)
  sql = "SELECT a FROM t WHERE"
  sql << " a = 1" if x
  db.execute(sql)
end
""",
    "php": """<?php
$sql = 'SELECT a FROM t WHERE';
foreach ($x as $one) {
    $sql .= " a = $one";
}
$db->query($sql);
""",
}


@pytest.mark.parametrize("language", BRANCHES)
def test_what_runs_sometimes_leaves_the_text_open(language: str) -> None:
    texts = found(BRANCHES[language], language)
    assert [one for one in texts if one != "SELECT 1"] == []


def test_what_is_complete_before_more_is_put_behind_stays() -> None:
    code = """
def f(cur, x):
    sql = "SELECT a FROM t WHERE b = 1"
    %s
        sql += " AND c = 2"
    cur.execute(sql)
"""
    assert found(code % "if x:", "python") == ["SELECT a FROM t WHERE b = 1"]
    code = code.replace("    %s\n        sql", "    cur.execute(sql)\n    sql")
    assert found(code, "python") == ["SELECT a FROM t WHERE b = 1"]


def test_a_statement_of_its_own_that_is_put_behind_others() -> None:
    code = """
def f(cur, rows):
    sql = ""
    for row in rows:
        sql += "INSERT INTO t VALUES (1);"
    cur.executescript(sql)
"""
    assert found(code, "python") == ["INSERT INTO t VALUES (1);"]


def test_marks_that_are_replaced_later_are_expressions() -> None:
    code = """
def f(cur, table):
    sql = "SELECT '{{}}', a FROM {table} WHERE b = {}"
    cur.execute(sql.format(1, table=table))
    other = "SELECT a FROM %s WHERE b = %%"
    other = other + " AND d"
    cur.execute(other % table)
"""
    assert found(code, "python") == [
        "SELECT '{}', a FROM ${table} WHERE b = ${value}",
        "SELECT a FROM ${value} WHERE b = % AND d",
    ]


@pytest.mark.parametrize("language", LINEAR)
def test_each_place_of_the_text_is_a_place_in_the_file(language: str) -> None:
    host = LINEAR[language]
    embedding = reading.of(host, language, lambda _: False).embedding
    (region,) = embedding.regions
    check_segments(host, region)
    for at, one in enumerate(region.text):
        place = embedding.host_at(at, after=True)
        assert (
            host[place] == one
            or not any(literal.sql.start <= at < literal.sql.end for literal in region.literals)
            or region.text[at] in "${x}"
        )
    # A word at each end of each literal is written into that literal.
    for literal in region.literals:
        edits = embedding.edits([TextEdit(Span(literal.sql.end, literal.sql.end), " b")])
        assert edits is None or len(edits) == 1


def test_what_two_lists_elements_are_joined_with_is_not_taken_away() -> None:
    host = LISTS["python"]
    embedding = reading.of(host, "python", lambda _: False).embedding
    assert embedding.text == WHOLE
    across = embedding.edits([TextEdit(Span(7, 13), "a, b from")])
    assert across is None
    inside = embedding.edits([TextEdit(Span(7, 8), "b")])
    assert inside is not None and inside[0].span.of(host) == "a"


@pytest.mark.parametrize("language", LINEAR)
def test_an_edit_finds_what_a_whole_reading_finds(language: str) -> None:
    whole = one = reading.of(LINEAR[language], language, lambda _: False)
    at = 0
    for line in LINEAR[language].splitlines(keepends=True):
        for new, old in (("", line), (line, ""), ("\n\n", ""), ("", "\n\n")):
            one = edited(one, at, at + len(old), new)
            fresh = reading.of(one.embedding.host, language, lambda _: False)
            assert fresh.read is not None
            if one.settled and not fresh.read.tree.root_node.has_error:
                assert one.embedding == fresh.embedding
        at += len(line)
    assert one.embedding.host == whole.embedding.host


@pytest.mark.parametrize("end", ["query_end", 'name + "\'"'])
def test_a_text_that_ends_in_a_string_is_no_statement_alone(end: str) -> None:
    code = f"""query_start = "SELECT a FROM t WHERE b = '"
query_end = "' ORDER BY a"
cur.execute(query_start + name + {end})
"""
    accepting = reading.of(code, "python", lambda _: True)
    assert found(code, "python") == [] == list(accepting.embedding.regions)
    # If that is all that is sent, it is wrong.
    alone = code[: code.index("query_end")] + "cur.execute(query_start)"
    assert found(alone, "python") == ["SELECT a FROM t WHERE b = '"]
