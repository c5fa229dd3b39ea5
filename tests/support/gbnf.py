"""Reads a grammar in llama.cpp's notation: samples texts from it and says what it accepts."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<chars>\[(?:[^\]\\]|\\.)+\])'
    r"|(?P<repeat>\{\d+,\d+\})|(?P<name>[a-z][a-z0-9-]*)|(?P<sign>[()|?]))"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
Parsed = tuple  # ("text", str) | ("chars", str) | ("ref", str) | ("seq"|"or", [..]) | ("repeat", node, least, most)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a grammar by their names."""

    rules: dict[str, Parsed]

    def sample(self, source: random.Random) -> str:
        """A text that the grammar makes."""
        return self._sample(self.rules["root"], source)

    def accepts(self, text: str) -> bool:
        """True if the grammar makes exactly `text`."""
        return len(text) in self._ends(self.rules["root"], text, 0)

    def _sample(self, node: Parsed, source: random.Random) -> str:
        kind = node[0]
        if kind == "text":
            return str(node[1])
        if kind == "chars":
            return source.choice(_examples(node[1]))
        if kind == "ref":
            return self._sample(self.rules[node[1]], source)
        if kind == "seq":
            return "".join(self._sample(part, source) for part in node[1])
        if kind == "or":
            return self._sample(source.choice(node[1]), source)
        _, inner, least, most = node
        return "".join(self._sample(inner, source) for _ in range(source.randint(least, most)))

    def _ends(self, node: Parsed, text: str, at: int) -> set[int]:
        kind = node[0]
        if kind == "text":
            return {at + len(node[1])} if text.startswith(node[1], at) else set()
        if kind == "chars":
            return {at + 1} if at < len(text) and re.match(node[1], text[at]) else set()
        if kind == "ref":
            return self._ends(self.rules[node[1]], text, at)
        if kind == "or":
            return {end for part in node[1] for end in self._ends(part, text, at)}
        if kind == "seq":
            ends = {at}
            for part in node[1]:
                ends = {end for start in ends for end in self._ends(part, text, start)}
            return ends
        _, inner, least, most = node
        ends, found = {at}, {at} if least == 0 else set()
        for count in range(1, most + 1):
            ends = {end for start in ends for end in self._ends(inner, text, start)}
            found |= ends if count >= least else set()
        return found


def read(grammar: str) -> Rulebook:
    """The rules; raises ValueError where llama.cpp would refuse them."""
    rules: dict[str, Parsed] = {}
    for line in grammar.splitlines():
        name, sign, body = line.partition(" ::= ")
        if not sign or not re.fullmatch(r"[a-z][a-z0-9-]*", name) or name in rules:
            raise ValueError(f"not a rule: {line[:80]}")
        tokens, at = [], 0
        while at < len(body):
            match = _TOKEN.match(body, at)
            if match is None:
                raise ValueError(f"not a symbol: {body[at : at + 40]}")
            tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            at = match.end()
        node, rest = _alternatives(tokens)
        if rest:
            raise ValueError(f"left over in {name}: {rest[:3]}")
        rules[name] = node
    for node in rules.values():
        _check(node, rules)
    return Rulebook(rules)


def _alternatives(tokens: list[tuple[str, str]]) -> tuple[Parsed, list[tuple[str, str]]]:
    options: list[Parsed] = []
    parts: list[Parsed] = []
    while tokens and tokens[0] != ("sign", ")"):
        kind, text = tokens[0]
        tokens = tokens[1:]
        if (kind, text) == ("sign", "|"):
            options.append(("seq", parts))
            parts = []
        elif (kind, text) == ("sign", "("):
            inner, tokens = _alternatives(tokens)
            if not tokens:
                raise ValueError("a parenthesis is not closed")
            tokens = tokens[1:]
            parts.append(inner)
        elif (kind, text) == ("sign", "?"):
            parts[-1] = ("repeat", parts[-1], 0, 1)
        elif kind == "repeat":
            least, most = (int(number) for number in text[1:-1].split(","))
            parts[-1] = ("repeat", parts[-1], least, most)
        elif kind == "text":
            unescaped = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1])
            parts.append(("text", unescaped))
        elif kind == "chars":
            parts.append(("chars", text))
        else:
            parts.append(("ref", text))
    options.append(("seq", parts))
    return (options[0] if len(options) == 1 else ("or", options)), tokens


def _check(node: Parsed, rules: dict[str, Parsed]) -> None:
    if node[0] == "ref" and node[1] not in rules:
        raise ValueError(f"no rule {node[1]}")
    if node[0] in ("seq", "or"):
        for part in node[1]:
            _check(part, rules)
    elif node[0] == "repeat":
        _check(node[1], rules)


def _examples(chars: str) -> list[str]:
    found = [chr(code) for code in range(32, 127) if re.match(chars, chr(code))]
    return [sign for sign in found if sign.isalnum()] or found
