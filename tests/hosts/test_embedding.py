"""The maps between a host file and its SQL, and edits of the SQL written into the host."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hosts.test_languages import FILES, check_segments, knows
from sureql.hosts import quoting, reading
from sureql.hosts.embedding import Embedding
from sureql.hosts.model import Kind, Quoting
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

# Where a text stands in a file, and how it is written there; `@` is where it stands.
PLACES = {
    "python plain": ('x = 1\nécur.execute("@", a)\ny = "z"\n', Quoting('"', "python")),
    "python raw": ("cur.execute(r'@')\n", Quoting("'")),
    "python lines": (
        'def f():\n    cur.execute("""@""")\n',
        Quoting('"""', "python", multiline=True),
    ),
    "python f": ('cur.execute(f"@")\n', Quoting('"', "python", hole=("{", "}"), doubled="{}")),
    "python joined": ('cur.execute("SELECT 0, " # 1\n   "@" + b)\n', Quoting('"', "python")),
    "javascript": ("db.query('@', [])\n", Quoting("'", "javascript")),
    "javascript tag": (
        "const a = await sql`@`\n",
        Quoting("`", "javascript", multiline=True, hole=("${", "}")),
    ),
    "typescript": (
        "class A { f() { db.query<T>(`@`) } }\n",
        Quoting("`", "javascript", True, ("${", "}")),
    ),
    "go": ('package a\nfunc f() { db.Query("@") }\n', Quoting('"', "go")),
    "go raw": ("package a\nfunc f() { db.Query(`@`) }\n", Quoting("`", multiline=True)),
    "java": ('class A { void f() { c.prepareStatement("@"); } }\n', Quoting('"', "java")),
    "c-sharp": (
        'class A { void F() { c.ExecuteReader(@"@"); } }\n',
        Quoting('"', multiline=True, doubled='"'),
    ),
    "rust": ('fn f() { sqlx::query(r#"@"#) }\n', Quoting('"#', multiline=True)),
    "kotlin": ('fun f() { c.prepareStatement("@") }\n', Quoting('"', "kotlin", hole=("${", "}"))),
    "php": ('<?php\n$db->mysqli_query("@");\n', Quoting('"', "php", True, ("{$", "}"))),
    "ruby": ('db.execute("@")\n', Quoting('"', "ruby", True, ("#{", "}"))),
}
_ALPHABET = "ab1 ,.'\"`\\{}$#%@é😀"
_SQL = st.text(_ALPHABET, max_size=25)
_ADDED = st.text(_ALPHABET + "\n", max_size=8)


def embedded(place: str, sql: str) -> Embedding | None:
    """A file that holds `sql`, None if it can't be written there."""
    host, how = PLACES[place]
    written = quoting.encode(sql, how)
    if written is None:
        return None
    before, _, after = host.rpartition("@")
    return reading.of(before + written + after, place.partition(" ")[0], knows).embedding


def check_maps(one: Embedding) -> None:
    """Each place of the SQL is one of the host that means it; places keep their order."""
    last = -1
    for at in range(len(one.text) + 1):
        host = one.host_at(at)
        assert host >= last
        last = host
    for region, part in zip(one.regions, one.parts, strict=True):
        check_segments(one.host, region)
        for segment in region.segments:
            sql = segment.sql.shift(part.start)
            host_span = segment.host.shift(region.host.start)
            edges = range(len(sql) + 1) if segment.kind is Kind.PLAIN else (0,)
            for at in edges:
                # At the end of a segment without room between, the next one begins.
                assert one.sql_at(host_span.start + at) in (sql.start + at, None) or not len(
                    host_span
                )
            if len(sql):
                found = one.host_span(sql)
                assert found.start <= host_span.start and host_span.end <= found.end
        inside = range(region.host.start, region.host.end + 1)
        offsets = [one.sql_near(at) for at in inside]
        literals = [literal.host.shift(region.host.start) for literal in region.literals]
        for at, near in zip(inside, offsets, strict=True):
            said = any(literal.touches(at) for literal in literals)
            assert one.sql_at(at) == (near if said else None)
        assert all(at is not None and part.touches(at) for at in offsets)
        assert offsets == sorted(at for at in offsets if at is not None)
    assert one.sql_at(0) is None or one.regions[0].host.start == 0


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_maps_of_real_files(file) -> None:  # type: ignore[no-untyped-def]
    check_maps(reading.of(file.read_text(encoding="utf-8"), file.stem, knows).embedding)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, deadline=None)
@given(sql=_SQL)
def test_maps(place: str, sql: str) -> None:
    one = embedded(place, f"SELECT 1, {sql}")
    assume(one is not None)
    assert one is not None
    assert one.text.endswith(sql) or "joined" in place
    check_maps(one)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, deadline=None)
@given(sql=_SQL, added=_ADDED, data=st.data())
def test_an_edit_of_the_sql_is_what_the_host_says_then(
    place: str, sql: str, added: str, data: st.DataObject
) -> None:
    one = embedded(place, f"SELECT 1, {sql}")
    assume(one is not None and len(one.regions) == 1)
    assert one is not None
    start = data.draw(st.integers(10, len(one.text)))
    end = data.draw(st.integers(start, len(one.text)))
    check_edit(one, TextEdit(Span(start, end), added))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_edits_of_a_text_in_many_literals_and_with_holes(data: st.DataObject) -> None:
    host = (
        'cur.execute("SELECT a, " f"{b.c}, \'x\' " # {no}\n'
        '  r"FROM t " + name + """\n    WHERE\n      d = \'\\\'\' """)\n'
    )
    one = reading.of(host, "python", knows).embedding
    assert one.text == "SELECT a, ${b_c}, 'x' FROM t ${name}\n    WHERE\n      d = ''' "
    start = data.draw(st.integers(7, len(one.text)))
    end = data.draw(st.integers(start, len(one.text)))
    added = data.draw(st.sampled_from(["", "x", "y z", one.text[start:end] + "q", "{", "${name}"]))
    check_edit(one, TextEdit(Span(start, end), added))


def check_edit(one: Embedding, edit: TextEdit) -> None:
    """The edit is written so that the file then says the text edited, or it is not written."""
    edits = one.edits([edit])
    if edits is None:
        return
    host = apply_edits(one.host, edits)
    after = reading.of(host, one.language, knows).embedding
    wanted = apply_edits(one.text, [edit])
    found = after.text
    if "\n" in edit.new_text:
        wanted, found = re.sub(r"\s+", " ", wanted), re.sub(r"\s+", " ", found)
    assert found == wanted, host
