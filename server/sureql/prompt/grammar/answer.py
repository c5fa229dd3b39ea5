"""From what a model wrote under a grammar to what is inserted."""

from __future__ import annotations

from sureql.ports.provider import Grammar


def insert(answer: str, grammar: Grammar, typed: str, prefix: str) -> str | None:
    """What takes the place of the half-typed word `typed`, which ends `prefix`.

    None if the answer does not begin as the grammar wants it (the endpoint ignored the grammar).
    An answer that was cut short before it landed on the suffix is taken as it is.
    """
    back = prefix[len(prefix) - grammar.back :] if grammar.back else ""
    if not answer.startswith(back):
        return None
    begin = grammar.back - len(typed)
    end = len(answer) - len(grammar.lands) if answer.endswith(grammar.lands) else len(answer)
    return answer[max(0, begin) : max(grammar.back, end)]
