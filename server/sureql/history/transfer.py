"""History as JSON: the worker learns it, the main process uses it."""

from __future__ import annotations

import json

from sureql.history import recall
from sureql.history.model import NOTHING, History

_VERSION = 1
_TALLIES = ("relations", "columns", "joins", "clauses", "functions")


def to_json(past: History) -> str:
    """One JSON document."""
    content: dict[str, object] = {name: dict(getattr(past, name)) for name in _TALLIES}
    content["version"] = _VERSION
    content["aliases"] = dict(past.aliases)
    content["statements"] = list(past.statements)
    content["shapes"] = [list(shape[1:-1]) for shape in past.past.shapes]
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))


def from_json(text: str) -> History:
    """The history that `to_json` wrote; an empty one if `text` is of another version or damaged."""
    try:
        content = json.loads(text)
        if content["version"] != _VERSION:
            return NOTHING
        tallies = {
            name: {str(key): float(count) for key, count in content[name].items()}
            for name in _TALLIES
        }
        shapes = [tuple(map(str, shape)) for shape in content["shapes"]]
        aliases = {str(alias): str(name) for alias, name in content["aliases"].items()}
        statements = tuple(map(str, content["statements"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return NOTHING
    return History(**tallies, statements=statements, aliases=aliases, past=recall.remember(shapes))
