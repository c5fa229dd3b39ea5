"""`sureql.generate`: a checked statement for a wish in words. The client inserts it, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from sureql.lsp import from_proto, studying, to_proto
from sureql.ports.errors import ModelError
from sureql.ports.provider import Turn

if TYPE_CHECKING:
    from sureql.assistant.generate import Means
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session

NOT_CONFIGURED = (
    "No model is configured: name one with `model.name` in your own settings (see docs/models.md)."
)
NOT_HERE = "The model is not asked about this file: `privacy.ignore_paths` covers it, or the model did not start."
NOT_TRUSTED = (
    "No model is asked in a folder that you have not trusted: trust it in the editor first."
)
NOT_OPEN = "This document is not open."
WANTS = "sureql.generate takes {uri, position, prompt, conversation?}."


async def generate(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """The statement that `prompt` asks for, as `{sql, message, level, conversation, edit?}`."""
    from sureql.assistant import generate as conversation  # At first use: it imports the parser.

    uri, position, prompt, earlier = _read(arguments)
    await session.prepared(uri)
    document = session.documents.get(uri)
    if document is None:
        return _answer(NOT_OPEN, earlier)
    await session.assisting.prepare(document.place)
    view = session.view(document)
    means = means_for(session, view)
    if means is None:
        return _answer(why_none(session, view), earlier)
    offset = from_proto.offset(view.document, position, session.editor.encoding)
    if offset is None:
        return _answer(studying.NO_SQL, earlier)
    place = session.assisting.place(view, offset)
    try:
        path = session.assisting.relative(view.place)
        found = await conversation.statement(place, prompt, earlier, means, path)
    except ModelError as error:
        return _answer(str(error), earlier)
    if found.sql:
        session.recalling.remember(view.place, found.sql, view.snapshot.script.dialect.name)
    answer = _answer(found.message, found.conversation) | {"sql": found.sql, "level": found.level}
    if found.sql:
        edit = conversation.insertion(found.sql, view.snapshot, offset)
        convert = to_proto.Converter(view.document, session.editor.encoding)
        if (written := convert.edits([edit])) is not None:
            answer["edit"] = session.editor.workspace_edit(view.document, written)
    return answer


def means_for(session: Session, view: View) -> Means | None:
    """What to hold a conversation about a document with; None if no model is configured for it."""
    from sureql import app
    from sureql.assistant import generate as conversation
    from sureql.assistant.within import within
    from sureql.lsp import second_opinion
    from sureql.prompt import tokens

    exchange = session.assisting.exchange(view.place, intent=True)
    if exchange is None:
        return None
    known = exchange.provider.capabilities
    return conversation.Means(
        exchange,
        tokens.counter(),
        within,
        conversation.limits(known.window if known else 0),
        view.judge,
        second_opinion.referee(session, view),
        # None is asked where the user has switched engines off.
        app.judge if view.judge is not None else None,
        held=conversation.held(exchange.provider),
    )


def why_none(session: Session, view: View) -> str:
    """Why there is no model for a document."""
    if session.configuration.trusted is False:
        return NOT_TRUSTED
    named = session.configuration.options(view.place).model.configured
    return NOT_HERE if named else NOT_CONFIGURED


def _read(arguments: Sequence[Any]) -> tuple[str, types.Position, str, tuple[Turn, ...]]:
    """The arguments as they should be; a client that sends others is told so."""
    given = arguments[0] if len(arguments) == 1 else None
    if not isinstance(given, Mapping):
        raise JsonRpcInvalidParams(WANTS)
    uri, prompt, place = given.get("uri"), given.get("prompt"), given.get("position")
    line, character = (
        (place.get("line"), place.get("character")) if isinstance(place, Mapping) else (None, None)
    )
    earlier = given.get("conversation") or ()
    if not (
        isinstance(uri, str)
        and isinstance(prompt, str)
        and prompt.strip()
        and isinstance(line, int)
        and isinstance(character, int)
        and isinstance(earlier, list | tuple)
    ):
        raise JsonRpcInvalidParams(WANTS)
    turns = tuple(
        Turn(one["role"], one["text"])
        for one in earlier
        if isinstance(one, Mapping)
        and one.get("role") in ("user", "assistant")
        and isinstance(one.get("text"), str)
    )
    return uri, types.Position(max(line, 0), max(character, 0)), prompt, turns


def _answer(message: str, turns: Sequence[Turn]) -> dict[str, Any]:
    told = [{"role": turn.role, "text": turn.text} for turn in turns]
    return {"sql": "", "message": message, "level": "", "conversation": told}
