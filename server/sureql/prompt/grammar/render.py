"""A grammar in the notations that endpoints take."""

from __future__ import annotations

import json

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
)

_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def gbnf(rules: Rules) -> str:
    """For llama.cpp and for vLLM's structured outputs; `root` comes first."""
    lines = [f"{name} ::= {_gbnf(rules[name])}" for name in _reached(rules)]
    return "\n".join(lines) + "\n"


def lark(rules: Rules) -> str:
    """For OpenAI's custom tools: `start` comes first, names have no hyphens."""
    lines = [f"{_lark_name(name)}: {_lark(rules[name])}" for name in _reached(rules)]
    return "\n".join(lines) + "\n"


def _reached(rules: Rules) -> list[str]:
    found: dict[str, None] = {}
    waiting = ["root"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += _references(rules[name])
    return list(found)


def ready(node: Node) -> Node:
    """A rule that is rendered already, for rules that many grammars share."""
    if isinstance(node, Ready):
        return node
    return Ready(node, _gbnf(node), _lark(node), tuple(_references(node)))


def _references(node: Node) -> list[str]:
    match node:
        case Ready(references=found):
            return list(found)
        case Ref(name):
            return [name]
        case Seq(parts) | Either(parts):
            return [name for part in parts for name in _references(part)]
        case Maybe(one):
            return _references(one)
    return []


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPED)}"'


def _gbnf(node: Node, inner: bool = False) -> str:
    match node:
        case Ready(gbnf=text):
            return f"({text})" if inner else text
        case Text(text):
            return _quoted(text)
        case Names(options):
            found = " | ".join([_quoted(option) for option in options])
            return f"({found})" if inner and len(options) > 1 else found
        case Chars(inside, least, most):
            return f"[{inside}]{{{least},{most}}}"
        case Ref(name):
            return name
        case Seq(parts):
            return " ".join([_gbnf(part, True) for part in parts if part != Text("")]) or '""'
        case Either(options=nodes):
            found = " | ".join([_gbnf(one) for one in nodes])
            return f"({found})" if inner else found
        case Maybe(one):
            return f"({_gbnf(one)})?"


def _lark_name(name: str) -> str:
    return "start" if name == "root" else name.replace("-", "_")


def _lark(node: Node, inner: bool = False) -> str:
    match node:
        case Ready(lark=text):
            return f"({text})" if inner else text
        case Text(text):
            return _lark_text(text)
        case Names(options):
            found = " | ".join([_lark_text(option) for option in options])
            return f"({found})" if inner and len(options) > 1 else found
        case Chars(inside, least, most):
            return f"/[{inside}]{{{least},{most}}}/"
        case Ref(name):
            return _lark_name(name)
        case Seq(parts):
            return " ".join([_lark(part, True) for part in parts if part != Text("")])
        case Either(options=nodes):
            found = " | ".join([_lark(one) for one in nodes])
            return f"({found})" if inner else found
        case Maybe(one):
            return f"({_lark(one)})?"


def _lark_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text else ""
