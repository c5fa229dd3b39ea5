"""`sureql.explain`: a statement, or a selected part of it, in plain words."""

from __future__ import annotations

import re
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import from_proto, generating, studying, to_proto
from sureql.lsp.editor import unlinked
from sureql.ports.errors import ModelError, SureqlError
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.ide.explain.model import Explanation
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session

WANTS = "sureql.explain takes {uri, position | range, plan?, reword?, ask?}."
_WORD = re.compile(r"[A-Za-z]+")


async def explain(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """The explanation as plain values, with `message` about what is missing in it."""
    from sureql.workers import requests

    uri, given = studying.asked(arguments, WANTS)
    view = await studying.view(session, uri)
    if isinstance(view, str):
        return {"markdown": "", "message": view}
    span = _span(session, view, given)
    if span is None:
        return {"markdown": "", "message": studying.NO_SQL}
    text = _part(view, span)
    plan = given.get("plan") is True
    offset = 0 if text else span.start
    where = studying.where(session, view, offset, connected=plan, text=text)
    if where is None:
        return {"markdown": "", "message": studying.NO_STATEMENT}
    try:
        request = requests.ExplainStatement(where, plan)
        found = await session.studying.call("explain_statement", request)
    except SureqlError as error:
        return {"markdown": "", "message": str(error)}
    words: tuple[str, ...] = ()
    why = ""
    if given.get("reword") is True and not text:
        words, why = await _reworded(session, view, offset, found.explanation)
    answer = _told(found.explanation, words)
    answer |= _drawn(session, view, found.explanation, _place(view, span, text))
    answer["message"] = " ".join(one for one in (found.no_plan, why) if one)
    if given.get("ask") is True:
        _show(session, found.explanation)
    return answer


def at_first_word(
    session: Session, view: View, offset: int
) -> Coroutine[Any, Any, types.Hover | None] | None:
    """What a statement does, as the hover of its first word; None if the cursor is not on it."""
    word = _first_word(view, offset)
    return _hover(session, view, word) if word else None


def _first_word(view: View, offset: int) -> Span | None:
    """The first word of a statement, if the cursor is on it."""
    statement = view.snapshot.script.at(offset)
    body = statement.text.lstrip()
    start = statement.start + len(statement.text) - len(body)
    word = _WORD.match(body)
    span = Span(start, start + word.end()) if word and statement.kind else None
    return span if span and span.touches(offset) else None


async def _hover(session: Session, view: View, word: Span) -> types.Hover | None:
    """What the statement does, in two sentences."""
    from sureql.ide.explain import wording
    from sureql.ide.model import Hover
    from sureql.workers import requests

    where = studying.where(session, view, word.start, connected=False)
    if where is None:
        return None
    try:
        request = requests.ExplainStatement(where)
        told = (await session.worker.call("explain_statement", request, priority=0)).explanation
    except SureqlError:
        return None  # A hover is no place for what went wrong elsewhere.
    parts = (told.summary, told.grain, told.undo)
    said = "\n\n".join(wording.harmless(one) for one in parts if one)
    convert = to_proto.Converter(view.document, session.editor.encoding)
    return convert.hover(Hover(word, said)) if said else None


def _told(found: Explanation, words: Sequence[str]) -> dict[str, Any]:
    from sureql.ide.explain import told, wording

    answer = told.as_json(found) | {"reworded": list(words)}
    if words:
        answer["markdown"] = f"{wording.harmless(' '.join(words))}\n\n{found.markdown}"
    return answer


def _drawn(session: Session, view: View, found: Explanation, place: Span) -> dict[str, Any]:
    """The pictures and where everything stands in this version of the document. `place` is that of
    the explained text."""
    from sureql.ide.explain import told
    from sureql.syntax import lexer

    convert = to_proto.Converter(view.document, session.editor.encoding)

    def there(span: Span) -> dict[str, Any]:
        return convert.plain_range(Span(place.start + span.start, place.start + span.end))

    # Comments above it are the statement's, but it does not begin with them.
    tokens = lexer.code(place.of(view.snapshot.text), view.snapshot.script.dialect)
    whole = Span(tokens[0].start, tokens[-1].end) if tokens else Span(0, place.end - place.start)
    return {
        "version": view.document.version,
        "range": there(whole),
        "pictures": told.pictures(found, there),
    }


def _place(view: View, span: Span, part: str) -> Span:
    """Where the explained text stands: a `part` of what is selected, or the whole statement."""
    if part:
        start = view.snapshot.text.index(part, span.start)
        return Span(start, start + len(part))
    statement = view.snapshot.script.at(span.start)
    return Span(statement.start, statement.start + len(statement.text))


def _span(session: Session, view: View, given: Any) -> Span | None:
    chosen = given.get("range")
    if chosen is None:
        place = studying.offset(session, view, given.get("position"), WANTS)
        return None if place is None else Span(place, place)
    if not isinstance(chosen, dict):
        chosen = {}
    between = types.Range(
        studying.position(chosen.get("start"), WANTS), studying.position(chosen.get("end"), WANTS)
    )
    return from_proto.span(view.document, between, session.editor.encoding)


def _part(view: View, span: Span) -> str:
    """The selected text, if it is a query by itself inside a statement; else ''."""
    from sureql.semantics import parsed

    snapshot = view.snapshot
    chosen = span.of(snapshot.text).strip()
    whole = snapshot.script.at(span.start).text.strip().rstrip(";").rstrip()
    while chosen.startswith("(") and chosen.endswith(")"):
        chosen = chosen[1:-1].strip()
    if not chosen or chosen.rstrip(";").rstrip() == whole or chosen not in whole:
        return ""
    begins = chosen[:6].upper().startswith(("SELECT", "WITH", "VALUES"))
    return chosen if begins and parsed.tree(chosen, snapshot.script.dialect) is not None else ""


async def _reworded(
    session: Session, view: View, offset: int, found: Explanation
) -> tuple[tuple[str, ...], str]:
    """What a configured model makes of it; only sentences that say nothing else."""
    from sureql.assistant import rewording
    from sureql.ide.diagnostics import context
    from sureql.ide.explain import faithful

    await session.assisting.prepare(view.place)
    means = generating.means_for(session, view)
    if means is None:
        return (), generating.why_none(session, view)
    snapshot = view.snapshot
    part = snapshot.script.at(offset)
    seen = context.of(part, snapshot.catalog_at(part), snapshot.script.dialect, snapshot.path)
    place = session.assisting.place(view, offset)
    path = session.assisting.relative(view.place)
    outline = [found.summary, found.grain, *(one.text for one in found.steps)]
    try:
        words = await rewording.reworded(
            place,
            part,
            [one for one in outline if one],
            lambda sentence: faithful.faithful(sentence, found, seen),
            means.model,
            path,
        )
    except ModelError as error:
        return (), str(error)
    return words, ""


def _show(session: Session, found: Explanation) -> None:
    """In a message, for clients without an interface of their own."""
    said = unlinked(" ".join(one for one in (found.summary, found.grain) if one))
    session.editor.tell(
        types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(types.MessageType.Info, said)
    )
