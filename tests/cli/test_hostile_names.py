"""What a file's names could do to a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sureql.cli import main

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NAME = "\x1b]0;gone\x07\x1b[2J\x9b31m\u202e"


@pytest.mark.parametrize("command", ["explain", "optimize", "diff"])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_name_steers_the_terminal(
    command: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if form == "markdown" and command != "explain":
        return
    schema, first, second = (tmp_path / name for name in ("schema.sql", "a.sql", "b.sql"))
    schema.write_text(f'CREATE TABLE t (id integer PRIMARY KEY, "{NAME}" text);')
    query = f'SELECT "{NAME}", count(*) AS "{NAME}n" FROM t WHERE "{NAME}" = \'{NAME}\' GROUP BY 1'
    first.write_text(query)
    second.write_text(query.replace(" = ", " <> "))
    files = [str(first), str(second)] if command == "diff" else [str(first)]
    limits = [] if command == "explain" else ["--seconds", "1"]
    main(
        [command, *files, "--schema", str(schema), "--dialect", "sqlite", "--format", form, *limits]
    )
    shown = capsys.readouterr()
    assert not STEERING.search(shown.out + shown.err)
    if form == "json":
        told = json.loads(shown.out)
        if command == "explain":
            assert told[0]["columns"][0]["name"] == NAME
