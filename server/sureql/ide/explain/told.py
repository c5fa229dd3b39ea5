"""Explanations as plain values for other programs."""

from __future__ import annotations

from typing import Any

from sureql.ide.explain.model import Explanation, Step


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
        "picture": found.picture,
        "planPicture": found.plan_picture,
        "markdown": found.markdown,
    }


def _step(found: Step) -> dict[str, Any]:
    facts = [{"kind": one.kind, "value": one.value} for one in found.facts]
    return {"kind": found.kind, "text": found.text, "depth": found.depth, "facts": facts}
