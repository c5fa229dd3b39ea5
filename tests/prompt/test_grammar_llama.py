"""The real llama.cpp takes our grammars, and what it writes under one passes the gate."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from support import gbnf, schemas
from support import llama as real
from sureql.gate.check import check
from sureql.gate.model import Outcome, Suggestion
from sureql.prompt.grammar import answer, build
from sureql.syntax import dialects
from sureql.text.span import Span

llama = real.llama
POSTGRES = dialects.get("postgres")
TEXTS = [
    "SELECT ",
    "SELECT name FROM ar",
    "SELECT a.name FROM artist a JOIN ",
    "SELECT * FROM artist WHERE ",
    'SELECT * FROM review WHERE "',
    "SELECT country, count(*) FROM artist GROUP BY ",
    "SELECT name FROM artist ORDER BY ",
    "INSERT INTO genre (",
    "UPDATE invoice SET ",
]


def ask(llama: real.Llama, prompt: str, grammar: str, most: int = 24) -> dict[str, object]:
    """The server's answer to a prompt under a grammar."""
    body = {"prompt": prompt, "n_predict": most, "temperature": 0, "grammar": grammar}
    request = urllib.request.Request(
        llama.base_url.removesuffix("/v1") + "/completion",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {llama.key}"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        found = json.load(response)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_model_writes_passes_the_gate(llama: real.Llama, text: str) -> None:
    schema = schemas.catalog("music")
    grammar = build.continuation(text, len(text), schema, POSTGRES, "")
    assert grammar is not None
    found = ask(llama, text[: len(text) - grammar.back], grammar.gbnf)
    wrote = str(found["content"])
    if found["stop_type"] == "limit":
        pytest.skip("the model did not come to an end")
    assert gbnf.read(grammar.gbnf).accepts(wrote)
    typed = text[text.rindex(" ") + 1 :].rpartition("(")[2]
    insert = answer.insert(wrote, grammar, typed, text)
    assert insert is not None
    where = Span(len(text) - len(typed), len(text))
    verdict = check(text, Suggestion(where, insert, "model"), schema, POSTGRES)
    assert verdict.outcome is Outcome.ACCEPTED, (insert, verdict.reason)


def test_whole_statements_are_a_grammar_too(llama: real.Llama) -> None:
    grammar = build.statement(schemas.catalog("music"), POSTGRES, "revenue per country")
    assert grammar is not None
    wrote = str(ask(llama, "-- revenue per country\n", grammar.gbnf, 8)["content"])
    assert wrote.startswith("SELECT")


def test_a_broken_grammar_would_be_refused(llama: real.Llama) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(llama, "SELECT", "root ::= nothing")
    caught.value.close()
    assert caught.value.code == 400
