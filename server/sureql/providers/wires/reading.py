"""Taking things out of answers that may hold anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sureql.ports.provider import Tokens, Usage


def entry(found: object, *path: str | int) -> Any:
    """What is at a path of keys and indices, None if there is nothing."""
    for key in path:
        if isinstance(key, str):
            found = found.get(key) if isinstance(found, Mapping) else None
        else:
            found = found[key] if isinstance(found, list) and len(found) > key else None
    return found


def text(found: object, *path: str | int) -> str:
    """The text at a path, '' if there is none."""
    value = entry(found, *path)
    return value if isinstance(value, str) else ""


def rows(found: object, *path: str | int) -> Iterator[Any]:
    """The members of the list at a path."""
    value = entry(found, *path)
    yield from value if isinstance(value, list) else ()


def number(found: object, *path: str | int) -> int:
    """The whole number at a path, 0 if there is none."""
    value = entry(found, *path)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def usage(found: object) -> Usage | None:
    """Tokens as Chat and Completions count them, None if nothing was counted."""
    if not isinstance(found, Mapping):
        return None
    # DeepSeek counts what it had cached by a name of its own.
    cached = number(found, "prompt_tokens_details", "cached_tokens") or number(
        found, "prompt_cache_hit_tokens"
    )
    return Usage(number(found, "prompt_tokens"), number(found, "completion_tokens"), cached)


def tokens(found: object) -> Tokens:
    """Tokens with their log-probabilities, in any of the forms in which they come."""
    words, values = entry(found, "tokens"), entry(found, "token_logprobs")
    if isinstance(words, list) and isinstance(values, list):
        pairs = zip(words, values, strict=False)
    else:
        listed = found if isinstance(found, list) else entry(found, "content")
        one_by_one = listed if isinstance(listed, list) else []
        pairs = zip(
            (entry(one, "token") for one in one_by_one),
            (entry(one, "logprob") for one in one_by_one),
            strict=True,
        )
    return tuple(
        (word, float(value))
        for word, value in pairs
        if isinstance(word, str) and isinstance(value, int | float) and value <= 0
    )
