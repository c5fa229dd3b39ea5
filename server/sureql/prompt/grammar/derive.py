"""What is left of a grammar once the beginning of the answer stands."""

from __future__ import annotations

import re

from sureql.prompt.grammar.model import (
    Chars,
    Either,
    Maybe,
    Names,
    Node,
    Ready,
    Ref,
    Rules,
    Seq,
    Text,
    either,
    names,
)


def after(node: Node, begun: str, rules: Rules) -> Node | None:
    """What may follow `begun`, letter case aside; None if nothing of `node` begins like that."""
    left = _left(node, begun.lower(), rules)
    return either(*(found for found, rest in left if not rest))


def _left(node: Node, begun: str, rules: Rules) -> list[tuple[Node, str]]:
    # What is left of the node, and of `begun` where the node ended before it.
    if not begun:
        return [(node, "")]
    match node:
        case Text(text):
            return _literal(text, begun)
        case Names(options):
            found = [pair for option in options for pair in _literal(option, begun)]
            whole = names(
                [rest.text for rest, more in found if not more and isinstance(rest, Text)]
            )
            ended = any(not more and rest == Text("") for rest, more in found)
            pairs = [pair for pair in found if pair[1]]
            if ended:
                pairs.append((Text(""), ""))
            return [*pairs, (whole, "")] if whole is not None else pairs
        case Chars(inside, least, most):
            return _characters(inside, least, most, begun)
        case Ref(name):
            return _left(rules[name], begun, rules)
        case Ready(node=inner):
            return _left(inner, begun, rules)
        case Either(options=nodes):
            return [pair for one in nodes for pair in _left(one, begun, rules)]
        case Maybe(one):
            return [(Text(""), begun), *_left(one, begun, rules)]
        case Seq(parts):
            return _row(parts, begun, rules)


def _row(parts: tuple[Node, ...], begun: str, rules: Rules) -> list[tuple[Node, str]]:
    if not parts:
        return [(Text(""), begun)]
    found: list[tuple[Node, str]] = []
    for head, rest in _left(parts[0], begun, rules):
        if rest:
            found += _row(parts[1:], rest, rules)
        else:
            found.append((Seq((head, *parts[1:])), ""))
    return found


def _literal(text: str, begun: str) -> list[tuple[Node, str]]:
    low = text.lower()
    if low.startswith(begun):
        return [(Text(text[len(begun) :]), "")]
    return [(Text(""), begun[len(text) :])] if begun.startswith(low) else []


def _characters(inside: str, least: int, most: int, begun: str) -> list[tuple[Node, str]]:
    fitting = re.match(f"[{inside}]{{1,{most}}}", begun)
    if fitting is None:
        return []
    found: list[tuple[Node, str]] = []
    count = fitting.end()
    if count < len(begun):
        if count >= least:
            found.append((Text(""), begun[count:]))
    elif count >= least:
        rest = Chars(inside, 1, most - count) if most > count else None
        found.append((Maybe(rest) if rest else Text(""), ""))
    else:
        found.append((Chars(inside, least - count, most - count), ""))
    return found
