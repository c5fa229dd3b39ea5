"""What the code around a string says of it: the name of what it is given to, or of what takes it."""

from __future__ import annotations

import enum

from tree_sitter import Node

from sureql.hosts import naming, scan
from sureql.hosts.grammars import Grammar

_MOST_LEVELS = 14
_LONGEST_NAME = 200
_FIELDS = ("name", "left", "pattern", "key", "field", "property", "declarator")
_CALLED = ("function", "method", "name", "macro", "type", "constructor")
_CALLS = ("call", "invocation", "creation", "new_expression", "annotation")
_GIVES = ("assign", "declar", "spec", "pair", "item", "element", "keyword_argument", "argument",
          "initializer", "property", "field", "public", "parameter", "named_expression")  # fmt: skip


class Says(enum.Enum):
    """That it is SQL; that it is a query, which may be one in another language; nothing."""

    SQL = "sql"
    QUERY = "query"
    NOTHING = "nothing"


def of(node: Node, grammar: Grammar, verb: str) -> Says:
    """What the names around a string that begins with `verb` say of it, up to the statement that it is a
    part of."""
    inner = node
    for _ in range(_MOST_LEVELS):
        around = inner.parent
        if around is None:
            break
        kind = around.type
        if kind in grammar.scopes:
            break
        said = _of(around, inner, kind, verb)
        if said is not Says.NOTHING:
            return said
        if _ends(kind):
            break
        inner = around
    return Says.NOTHING


def _of(around: Node, inner: Node, kind: str, verb: str) -> Says:
    if any(one in kind for one in _CALLS):
        return _of_call(around, inner)
    if not any(one in kind for one in _GIVES):
        return Says.NOTHING
    for field in _FIELDS:
        named = around.child_by_field_name(field)
        if named is not None and named.id != inner.id and named.end_byte <= inner.start_byte:
            return _said(scan.last_word(_text(named).strip("\"'`: ")), verb)
    first = around.named_child(0) if around.named_child_count > 1 else None
    if first is not None and first.end_byte <= inner.start_byte and _is_name(first.type):
        return _said(scan.last_word(_text(first).strip("\"'`: ")), verb)
    return Says.NOTHING


def _of_call(around: Node, inner: Node) -> Says:
    called = None
    for field in _CALLED:
        called = called or around.child_by_field_name(field)
    if called is None:
        called = around.named_child(0)
    if called is None or called.id == inner.id or called.end_byte > inner.start_byte:
        return Says.NOTHING
    written = _text(called)
    word = scan.last_word(written)
    if naming.of_sql(word):
        return Says.SQL
    before = written[: written.rfind(word)] if word else ""
    if not before:
        receiver = around.child_by_field_name("object") or around.child_by_field_name("receiver")
        before = f"{_text(receiver)}." if receiver is not None else ""
    if naming.of_call(word) or naming.on_database(before):
        return Says.QUERY
    return Says.NOTHING


def _said(name: str, verb: str) -> Says:
    if naming.of_sql(name):
        return Says.SQL
    return Says.QUERY if naming.of_text(name, verb) else Says.NOTHING


def _is_name(kind: str) -> bool:
    return any(one in kind for one in ("name", "identifier", "variable", "symbol", "string", "key"))


def _ends(kind: str) -> bool:
    return kind.endswith(("statement", "block", "body", "statement_list", "module", "program"))


def _text(node: Node | None) -> str:
    if node is None or node.end_byte - node.start_byte > _LONGEST_NAME:
        return ""
    return (node.text or b"").decode(errors="replace")
