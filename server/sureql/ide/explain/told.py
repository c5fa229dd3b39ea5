"""Explanations as plain values for other programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sureql.ide.explain import drawing, picture
from sureql.ide.explain.model import Explanation, Step
from sureql.ide.explain.picture import Node, Picture
from sureql.text.span import Span


def as_json(found: Explanation) -> dict[str, Any]:
    """Everything but the spans' objects."""
    return {
        "summary": found.summary,
        "grain": found.grain,
        "columns": [
            {
                "name": one.name,
                "type": one.type,
                "expression": one.expression,
                "lineage": list(one.lineage),
            }
            for one in found.columns
        ],
        "steps": [_step(one) for one in found.steps],
        "traps": list(found.traps),
        "parameters": list(found.parameters),
        "undo": found.undo,
        "plan": list(found.plan),
        "picture": picture.mermaid(found.picture),
        "planPicture": picture.mermaid(found.plan_picture),
        "markdown": found.markdown,
    }


def pictures(found: Explanation, place: Callable[[Span], Any]) -> list[dict[str, Any]]:
    """The pictures for whoever draws them. `place` tells a part of the statement as a range of the
    client's document."""
    drawn = (found.picture, found.plan_picture)
    return [_picture(one, place) for one in drawn if one is not None]


def _picture(one: Picture, place: Callable[[Span], Any]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "title": one.title,
        "nodes": [_node(node, place) for node in one.nodes],
        "edges": [{"from": edge.start, "to": edge.end, "label": edge.label} for edge in one.edges],
        "text": drawing.text(one),
    }


def _node(node: Node, place: Callable[[Span], Any]) -> dict[str, Any]:
    told = {"id": node.key, "label": node.label, "detail": node.detail, "kind": node.kind}
    return told if node.span is None else {**told, "range": place(node.span)}


def _step(found: Step) -> dict[str, Any]:
    facts = [{"kind": one.kind, "value": one.value} for one in found.facts]
    return {"kind": found.kind, "text": found.text, "depth": found.depth, "facts": facts}
