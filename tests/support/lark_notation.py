"""Reads the part of Lark's notation that sureql writes, strictly, by turning it into GBNF.

What the endpoints' own readers (lark, llguidance) make of it was tried by hand.
"""

from __future__ import annotations

import json
import re

from support import gbnf
from support.gbnf import Rulebook

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<chars>/\[(?:[^\]\\]|\\.)+\]\{\d+,\d+\}/)'
    r"|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[()|?]))"
)
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def read(grammar: str) -> Rulebook:
    """The rules; raises ValueError where they are not as Lark wants them."""
    return gbnf.read("\n".join(_line(line) for line in grammar.splitlines()))


def _line(line: str) -> str:
    name, sign, body = line.partition(": ")
    if not sign:
        raise ValueError(f"not a rule: {line[:80]}")
    out, at = [], 0
    while at < len(body):
        match = _TOKEN.match(body, at)
        if match is None:
            raise ValueError(f"not a symbol: {body[at : at + 40]}")
        out.append(_symbol(match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    return f"{_name(name)} ::= {' '.join(out)}"


def _symbol(kind: str, text: str) -> str:
    if kind == "text":
        plain = json.loads(text)
        if not plain:
            raise ValueError("Lark takes no empty text")
        return f'"{plain.translate(_ESCAPED)}"'
    if kind == "chars":
        return text[1:-1]
    return _name(text) if kind == "name" else text


def _name(name: str) -> str:
    return "root" if name == "start" else name.replace("_", "-")
