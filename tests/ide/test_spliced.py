"""Values that programs put into the text of SQL: what is found, and what passing them makes of it."""

from __future__ import annotations

import re

import pytest

from support import cases
from sureql.hosts import reading
from sureql.hosts.embedding import Embedding
from sureql.ide.spliced import findings, parameters
from sureql.syntax import dialects
from sureql.text.edits import apply_edits

FOLDER = cases.FIXTURES / "ide" / "spliced"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.txt"))
DIALECT = dialects.get("postgres")
EXPECTED = re.compile(r"(?:#|//) (warning|hint): (.+?)(?= # |$)")


def embedded(text: str, language: str) -> Embedding:
    return reading.of(text, language, lambda _: False).embedding


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_found(language: str) -> None:
    text = (FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    sql = embedded(text, language)
    found = []
    for one in findings.of(sql, DIALECT):
        line = text.count("\n", 0, sql.host_at(one.span.start)) + 1
        found.append((line, one.severity, one.message.split("`")[1]))
    expected = [
        (number, match[1], name)
        for number, line in enumerate(text.split("\n"), start=1)
        for match in EXPECTED.finditer(line)
        for name in re.split(r", (?![^(\[]*[)\]]|')", match[2])
    ]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_passing_them_makes_of_it(language: str) -> None:
    text = (FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    sql = embedded(text, language)
    changed = []
    for one in findings.of(sql, DIALECT):
        change = parameters.at(sql, DIALECT, one.span)
        line = text.count("\n", 0, sql.host_at(one.span.start))
        if change is None or one.severity == "hint":
            continue
        new = apply_edits(text, change.edits)
        again = findings.of(embedded(new, language), DIALECT)
        assert len([each for each in again if each.severity == "warning"]) < len(
            [each for each in findings.of(sql, DIALECT) if each.severity == "warning"]
        )
        changed.append(f"{change.title}: {EXPECTED.sub('', new.split(chr(10))[line]).strip()}")
    path = FOLDER / "passed" / f"{language}.txt"
    body = "".join(f"{line}\n" for line in dict.fromkeys(changed))
    if cases.updating:
        path.parent.mkdir(exist_ok=True)
        path.write_text(body, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == body


def test_two_drivers_leave_the_style_open() -> None:
    text = (
        "import sqlite3, psycopg\nimport psycopg\nc.execute(f\"SELECT 1 FROM t WHERE a = '{x}'\")\n"
    )
    sql = embedded(text, "python")
    (found,) = findings.of(sql, DIALECT)
    assert parameters.at(sql, DIALECT, found.span) is None
