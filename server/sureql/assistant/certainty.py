"""How sure a model was of a text, from the probabilities of its tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sureql.inline.cache import Kept


def chance(kept: Kept, tokens: Sequence[tuple[str, float]]) -> float | None:
    """How probable it was to the model to write what is new in `kept`: the product of its tokens.
    None where the endpoint does not tell.

    Where a grammar held the model, this is what it thinks of it nevertheless: what it was made to write
    against its will is improbable.
    """
    if not tokens:
        return None
    said = "".join(word for word, _ in tokens)
    new = kept.insert[kept.covered :].strip()
    start = said.find(new) if new else -1
    # What the gate has changed is as sure as everything that was said.
    end = start + len(new) if start >= 0 else len(said)
    total, at = 0.0, 0
    for word, logarithm in tokens:
        if at < end and at + len(word) > start:
            total += logarithm
        at += len(word)
    return math.exp(total)
