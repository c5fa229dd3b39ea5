"""`sureql rule`: a page, the list, and a code that is misspelt."""

from __future__ import annotations

import json

import pytest

from sureql import cli
from sureql.ide.diagnostics import pages


def test_a_page_is_printed_as_it_is_in_docs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "not-in-null"]) == 0
    assert capsys.readouterr().out == pages.page("not-in-null")


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(pages.all_pages())
    assert any(line.startswith("right-join\thint (off)\t-\t") for line in lines)


def test_a_misspelt_code_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "not-in-nul"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err == "sureql: there is no code `not-in-nul`. Did you mean `not-in-null`?\n"


def test_a_page_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "integer-division", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["category"] == "correctness"
    assert found["dialects"] == ["postgres", "sqlite"]
    assert found["markdown"].startswith("# integer-division\n")


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in found} == set(pages.all_pages())
    assert all("markdown" not in one for one in found)


def test_on_a_terminal_the_page_is_laid_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert cli.main(["rule", "equals-null"]) == 0
    page = capsys.readouterr().out
    assert "equals-null" in page
    assert "##" not in page
    assert cli.main(["rule"]) == 0
    assert "A comparison with NULL" in capsys.readouterr().out
