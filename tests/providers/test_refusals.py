"""What an endpoint refuses is left out, remembered, and asked for again without it."""

from __future__ import annotations

from typing import Any

import pytest

from providers.conftest import CONTINUE, QUESTION, Open, text_of
from support.fault_server import Answer, FaultServer, Request
from sureql.ports.errors import ModelBusy, ModelRefused
from sureql.ports.provider import Wire
from sureql.providers import refusals

# As endpoints word it.
WORDS: list[tuple[Wire, str, dict[str, Any]]] = [
    (
        Wire.CHAT,
        "max_tokens",
        {
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "param": "max_tokens",
            "code": "unsupported_parameter",
        },
    ),
    (
        Wire.CHAT,
        "temperature",
        {"message": "Unsupported value: 'temperature' does not support 0.0 with this model."},
    ),
    (Wire.CHAT, "stop", {"message": "Unsupported parameter: 'stop'", "param": "stop"}),
    (Wire.CHAT, "stream_options", {"message": "Unrecognized request argument: stream_options"}),
    (Wire.COMPLETIONS, "stream_options", {"message": "unknown field stream_options"}),
    (Wire.RESPONSES, "temperature", {"message": "temperature is not supported with this model"}),
    (Wire.CHAT, "logprobs", {"message": "Extra inputs are not permitted", "param": "logprobs"}),
    (Wire.COMPLETIONS, "logprobs", {"message": "logprobs is not supported by this model"}),
    (
        Wire.RESPONSES,
        "include",
        {"message": "Invalid value: 'message.output_text.logprobs'.", "param": "include[0]"},
    ),
    (Wire.RESPONSES, "store", {"message": "Unknown parameter: 'store'."}),
]


@pytest.mark.parametrize(("wire", "name", "said"), WORDS)
async def test_a_parameter_that_is_not_taken(
    wire: Wire, name: str, said: dict[str, Any], server: FaultServer, opened: Open
) -> None:
    server.script(lambda request: _refusing(request, name, said))
    provider = opened(wire=wire)
    assert await text_of(provider) == "1"
    assert [name in request.body for request in server.asked] == [True, False]
    # Another process knows it too.
    assert await text_of(opened(wire=wire)) == "1"
    assert len(server.asked) == 3


async def test_models_that_may_not_tell_how_probable_an_answer_was(
    server: FaultServer, opened: Open
) -> None:
    said = {"message": "You are not allowed to request logprobs from this model"}
    server.script(lambda request: _refusing(request, "logprobs", said, 403))
    assert await text_of(opened(wire=Wire.CHAT)) == "1"
    assert ["logprobs" in request.body for request in server.asked] == [True, False]


async def test_the_bound_of_an_answer_has_another_name_at_newer_models(
    server: FaultServer, opened: Open
) -> None:
    said = WORDS[0][2]
    server.script(lambda request: _refusing(request, "max_tokens", said))
    provider = opened(wire=Wire.CHAT)
    await text_of(provider)
    assert provider.exact(CONTINUE)["max_completion_tokens"] == CONTINUE.most_tokens


async def test_an_effort_that_is_not_taken(server: FaultServer, opened: Open) -> None:
    said = {
        "message": "Unsupported value: 'none' is not supported with the 'gpt-5' model. "
        "Supported values are: 'minimal', 'low'.",
        "param": "reasoning_effort",
    }

    def answer(request: Request) -> Answer:
        refused = request.body.get("reasoning_effort") == "none"
        return Answer(status=400, error=said) if refused else Answer()

    server.script(answer)
    provider = opened(wire=Wire.CHAT, model="gpt-5")
    assert await text_of(provider) == "1"
    assert provider.exact(CONTINUE)["reasoning_effort"] == "minimal"


async def test_several_parameters_one_after_the_other(server: FaultServer, opened: Open) -> None:
    def answer(request: Request) -> Answer:
        for name in ("temperature", "stop", "stream_options"):
            if name in request.body:
                return Answer(status=422, error={"message": f"extra fields: {name}"})
        return Answer()

    server.script(answer)
    provider = opened(wire=Wire.CHAT)
    assert await text_of(provider) == "1"
    assert len(server.asked) == 4


async def test_an_endpoint_that_refuses_everything_is_left_alone(
    server: FaultServer, opened: Open
) -> None:
    said = {"message": "Unsupported: temperature, stop, stream_options, max_tokens"}
    server.script(Answer(status=400, error=said))
    with pytest.raises(ModelRefused):
        await text_of(opened(wire=Wire.CHAT))
    assert len(server.asked) <= 6
    # Nothing worked, so nothing was learnt.
    assert "temperature" in opened(wire=Wire.CHAT).exact(CONTINUE)


async def test_a_form_that_the_endpoint_does_not_know(server: FaultServer, opened: Open) -> None:
    def answer(request: Request) -> Answer:
        return Answer(status=404) if "chat" in request.path else Answer((" artist",))

    server.script(answer)
    provider = opened()
    assert await text_of(provider) == "artist"
    assert provider.plan(CONTINUE).wire is Wire.COMPLETIONS
    assert opened().plan(CONTINUE).wire is Wire.COMPLETIONS
    assert opened().plan(QUESTION).wire is Wire.COMPLETIONS


async def test_a_form_that_the_user_has_set_is_not_changed(
    server: FaultServer, opened: Open
) -> None:
    server.script(Answer(status=404))
    provider = opened(wire=Wire.CHAT)
    with pytest.raises(ModelRefused):
        await text_of(provider)
    assert {request.path for request in server.asked} == {"/v1/chat/completions"}


async def test_trouble_teaches_nothing(server: FaultServer, opened: Open) -> None:
    server.script(Answer(status=503, error={"message": "temperature is not supported now"}))
    provider = opened(wire=Wire.CHAT)
    with pytest.raises(ModelBusy):
        await text_of(provider)
    assert len(server.asked) == 1
    assert "temperature" in provider.exact(CONTINUE)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "text",
        {"error": "text"},
        {"error": None},
        {"detail": [{"loc": ["body", "stop"], "msg": "Extra inputs are not permitted"}]},
        {"detail": [None, 1]},
        {"message": {"a": 1}},
        [],
    ],
)
def test_errors_come_in_any_form(body: object) -> None:
    assert isinstance(refusals.said(body), str)
    found = refusals.parameter(422, body, {"stop": [";"]})
    assert found == ("stop" if "Extra" in str(body) else "")


def _refusing(request: Request, name: str, said: dict[str, Any], status: int = 400) -> Answer:
    return Answer(status=status, error=said) if name in request.body else Answer()
