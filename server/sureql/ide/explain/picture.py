"""Pictures of a statement as values: boxes and arrows, which `mermaid` and `drawing` show as text and
clients draw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sureql.text.span import Span

MOST = 60
"""Boxes of one picture: more can't be read."""
_LONGEST = 60
# `&` would begin an entity, `$$` a formula.
_UNSAFE = re.compile(r'["\[\]{}|`#;\\&]|\$\$')
# A condition needs its signs, but nothing may look like a tag.
_SIGNS = str.maketrans({"<": "＜", ">": "＞"})
_SHAPES = {
    "table": ("[(", ")]"),
    "view": ("[(", ")]"),
    "cte": ("[/", "/]"),
    "sub-query": ("[/", "/]"),
    "result": ("([", "])"),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One box. `detail` has lines of its own. `span` is what the box stands for, in the statement.

    `kind` in a data flow: table, view, cte, sub-query, function, join, filter, group, window,
    distinct, sort, limit, set, result; in a plan: scan, index, join, sort, group, step.
    """

    key: str
    label: str
    kind: str
    detail: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Rows go from one box to another, both named by their keys."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind`: data-flow or plan. `title` is for people. Arrows lead to the last step."""

    kind: str
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def mermaid(picture: Picture | None) -> str:
    """A Mermaid flowchart; '' for no picture."""
    if picture is None:
        return ""
    direction = "BT" if picture.kind == "plan" else "LR"
    return "\n".join([f"flowchart {direction}", *_boxes(picture), *_arrows(picture)])


def _boxes(picture: Picture) -> Iterator[str]:
    for node in picture.nodes:
        left, right = _SHAPES.get(node.kind, ("[", "]"))
        about = node.detail.partition("\n")[0]
        more = f"<br/>{_safe(about)}" if about else ""
        yield f'  {node.key}{left}"{_safe(node.label)}{more}"{right}'


def _arrows(picture: Picture) -> Iterator[str]:
    for edge in picture.edges:
        arrow = f"-- {_safe(edge.label)} -->" if edge.label else "-->"
        yield f"  {edge.start} {arrow} {edge.end}"


def _safe(text: str) -> str:
    plain = "".join(
        one if one.isprintable() else " " for one in _UNSAFE.sub(" ", text.translate(_SIGNS))
    )
    shown = " ".join(plain.split()) or "?"
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
