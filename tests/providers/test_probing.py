"""What an endpoint can do is found out by its answers, whatever its status says."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from providers.conftest import CONTINUE, KEY, QUESTION, Open, text_of
from support.fault_server import Answer, FaultServer, Request
from sureql.ports.errors import ModelBusy, ModelRefused, ModelUnreachable
from sureql.ports.provider import Wire
from sureql.providers import probing


def plain(request: Request) -> Answer:
    """A server that takes everything and ignores what it does not know, as llama.cpp does."""
    body = request.body
    if request.path.endswith("/infill"):
        return Answer(status=501, error={"message": "Infill is not supported by this model"})
    if "prompt" in body and body["prompt"].endswith("7,"):
        return Answer((" 8", ","))
    return Answer((" something",))


def filling(request: Request) -> Answer:
    """One whose model fills in the middle, in whatever form it is asked."""
    told = json.dumps(request.body)
    if probing.WORD in told and "grammar" not in told:
        return Answer((f" {probing.WORD}",))
    return plain(request)


def held(request: Request) -> Answer:
    """One that can be held to a grammar, by llama.cpp's parameter."""
    return Answer((f" {probing.WORD}",)) if "grammar" in request.body else plain(request)


async def test_a_parameter_that_is_taken_and_ignored_counts_for_nothing(
    server: FaultServer, opened: Open
) -> None:
    server.llama = True
    server.script(plain)
    found = await opened(model="some-model").probe()
    assert found.wires == (Wire.CHAT, Wire.RESPONSES, Wire.COMPLETIONS)
    assert found.grammar == ""
    assert found.tokenizer
    assert found.window == 4096
    assert found.models == ("model",)
    assert found.first_token > 0
    assert any("after the cursor" in note for note in found.notes)


async def test_the_best_form_that_works_comes_first(server: FaultServer, opened: Open) -> None:
    server.script(filling)
    provider = opened(model="qwen2.5-coder")
    found = await provider.probe()
    assert found.wires[:2] == (Wire.FIM, Wire.SUFFIX)
    assert provider.plan(CONTINUE).wire is Wire.FIM
    assert provider.plan(QUESTION).wire is Wire.RESPONSES
    assert found.notes == ()


async def test_a_family_whose_marks_do_nothing(server: FaultServer, opened: Open) -> None:
    server.script(plain)
    found = await opened(model="qwen2.5-coder").probe()
    assert Wire.FIM not in found.wires
    assert any("marks" in note for note in found.notes)


async def test_a_grammar_counts_if_it_is_obeyed(server: FaultServer, opened: Open) -> None:
    server.script(held)
    provider = opened(model="some-model")
    found = await provider.probe()
    assert found.grammar == "gbnf"
    # A grammar makes up for not seeing the text after the cursor.
    assert found.wires[0] is Wire.COMPLETIONS


async def test_vllms_way_to_a_grammar(server: FaultServer, opened: Open) -> None:
    def answer(request: Request) -> Answer:
        obeys = "structured_outputs" in request.body
        return Answer((f" {probing.WORD}",)) if obeys else plain(request)

    server.script(answer)
    assert (await opened().probe()).grammar == "structured"


async def test_what_is_refused_is_found_out(server: FaultServer, opened: Open) -> None:
    def answer(request: Request) -> Answer:
        if "temperature" in request.body:
            return Answer(status=400, error={"message": "Unsupported parameter: temperature"})
        return plain(request)

    server.script(answer)
    found = await opened().probe()
    assert "temperature" in found.refused
    assert Wire.CHAT in found.wires


async def test_it_is_remembered_for_a_week(
    server: FaultServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(held)
    found = await opened(model="some-model").probe()
    assert opened(model="some-model").capabilities == found
    assert opened(model="other-model").capabilities is None
    later = time.time() + 8 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert opened(model="some-model").capabilities is None


async def test_the_memory_holds_no_key_and_no_address(
    server: FaultServer, opened: Open, tmp_path: Path
) -> None:
    server.script(plain)
    await opened().probe()
    kept = (tmp_path / "endpoints.json").read_text()
    assert KEY not in kept
    assert str(server.port) not in kept


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"version": 0}', '{"version": 1, "endpoints": [1]}', "\x00"]
)
async def test_a_spoilt_memory_is_no_memory(
    kept: str, server: FaultServer, opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "endpoints.json").write_text(kept)
    server.script(plain)
    provider = opened()
    assert provider.capabilities is None
    await provider.probe()
    assert opened().capabilities


async def test_a_memory_that_cannot_be_written(
    server: FaultServer, opened: Open, tmp_path: Path
) -> None:
    (tmp_path / "endpoints.json").mkdir()
    server.script(plain)
    provider = opened()
    assert (await provider.probe()).wires
    assert provider.capabilities
    assert [one.name for one in tmp_path.iterdir()] == ["endpoints.json"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=401), ModelRefused),
        (Answer(status=403), ModelRefused),
        (Answer(fault="close"), ModelUnreachable),
        (Answer(fault="html"), Exception),
    ],
)
async def test_an_endpoint_that_does_not_work(
    answer: Answer, kind: type[Exception], server: FaultServer, opened: Open
) -> None:
    server.script(answer)
    provider = opened()
    with pytest.raises(kind):
        await provider.probe()
    assert provider.capabilities is None
    assert opened().capabilities is None


async def test_few_and_small_requests(server: FaultServer, opened: Open) -> None:
    server.script(plain)
    await opened(model="qwen2.5-coder").probe()
    assert len(server.requests) <= 20
    bounds = [_bound(request.body) for request in server.asked]
    assert max(bounds) <= 16


async def test_a_service_that_costs_money_is_asked_four_times(
    server: FaultServer, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    def answer(request: Request) -> Answer:
        return Answer((probing.WORD,)) if "tools" in request.body else Answer()

    server.script(answer)
    provider = opened(base_url="http://api.openai.com/v1", model="gpt-5.1")
    found = await provider.probe()
    assert found.grammar == "lark"
    assert found.wires == (Wire.CHAT, Wire.RESPONSES)
    assert len(server.asked) == 4
    server.script(Answer(status=429))
    with pytest.raises(ModelBusy):
        await provider.probe()


async def test_it_works_before_it_was_probed(server: FaultServer, opened: Open) -> None:
    assert await text_of(opened()) == "1"


def _bound(body: Any) -> int:
    names = ("max_tokens", "max_output_tokens", "n_predict")
    return max((body[name] for name in names if name in body), default=0)
