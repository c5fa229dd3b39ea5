"""What makes two asks the same, and how their answer is kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

from sureql.ports.provider import Ask, Endpoint

_BLANKS = re.compile(r"\s+")


def of(endpoint: Endpoint, ask: Ask) -> tuple[str, ...]:
    """Keys of the answer to `ask`: one for the ask as it is, one for all that differ in blanks only;
    none if each time another answer is wanted."""
    if ask.temperature > 0:
        return ()
    grammar = ask.grammar
    same = (
        endpoint.base_url,
        endpoint.model,
        endpoint.family,
        ask.task.value,
        ask.stop,
        ask.most_tokens,
        (grammar.gbnf, grammar.lark, grammar.back, grammar.lands) if grammar else None,
    )
    texts = [ask.rules, ask.context, ask.prefix, ask.suffix]
    texts += [part for turn in ask.turns for part in (turn.role, turn.text)]
    squeezed = [_BLANKS.sub(_squeezed, text) for text in texts]
    return _digest("exact", same, texts), _digest("alike", same, squeezed)


_FORM = "\x00tokens\x00"
# No answer of a model begins so, and answers kept by older versions are plain text.


def written(said: str, tokens: Sequence[tuple[str, float]]) -> str:
    """An answer with its tokens, as it is kept."""
    if not tokens:
        return said
    told = [[word, round(value, 3)] for word, value in tokens]
    return f"{_FORM}{json.dumps([said, told], ensure_ascii=True)}"


def read(kept: str) -> tuple[str, list[tuple[str, float]]]:
    """An answer and its tokens, as they were kept."""
    if not kept.startswith(_FORM):
        return kept, []
    try:
        said, told = json.loads(kept.removeprefix(_FORM))
        return str(said), [(str(word), float(value)) for word, value in told]
    except (ValueError, TypeError):
        return "", []


def _squeezed(blanks: re.Match[str]) -> str:
    # A line's end ends a comment: it is no mere blank.
    return "\n" if "\n" in blanks[0] else " "


def _digest(kind: str, same: object, texts: list[str]) -> str:
    text = json.dumps([kind, same, texts], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
