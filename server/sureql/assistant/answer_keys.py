"""What makes two asks the same."""

from __future__ import annotations

import hashlib
import json
import re

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


def _squeezed(blanks: re.Match[str]) -> str:
    # A line's end ends a comment: it is no mere blank.
    return "\n" if "\n" in blanks[0] else " "


def _digest(kind: str, same: object, texts: list[str]) -> str:
    text = json.dumps([kind, same, texts], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
