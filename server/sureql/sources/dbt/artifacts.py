"""What dbt itself left in `target/`: the columns that the warehouse has, where that is still true."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sureql.sources.dbt import layout

FILES = ("catalog.json", "manifest.json")
"""What is read of the folder `target`."""

_MOST = 200_000_000


@dataclass(frozen=True, slots=True)
class Artifacts:
    """`columns` are (name, type) pairs by relation, keyed as `jinja.Named.parts` in lower case;
    `made` is when they were written, in nanoseconds. `adapter` is the dialect, '' if unknown."""

    columns: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    made: int = 0
    adapter: str = ""
    paths: tuple[str, ...] = ()


def read(project: layout.Layout, bound: Path) -> Artifacts:
    """The project's artifacts; nothing where there are none, or they cannot be read or lie outside
    `bound`."""
    folder = project.root / project.target
    names = ("catalog.json", "manifest.json")
    if not all(layout.is_inside(folder / name, bound) for name in names):
        return Artifacts({})
    found, made = _json(folder / "catalog.json")
    columns: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    for kind in ("nodes", "sources"):
        for key, node in _mapping(found.get(kind)).items():
            # `model.shop.orders`, `seed.shop.countries`, `source.shop.raw.payments`
            parts = key.split(".")
            name = tuple(part.lower() for part in (parts[2:] if kind == "sources" else parts[-1:]))
            listed = sorted(_mapping(_mapping(node).get("columns")).values(), key=_index)
            columns[name] = tuple(
                (str(one.get("name", "")), str(one.get("type", "")))
                for one in listed
                if isinstance(one, dict) and one.get("name")
            )
    adapter = ""
    if not project.adapter:
        manifest = folder / "manifest.json"
        adapter = layout.engine(_adapter(manifest))
    paths = (str(folder / "catalog.json"),) if made else ()
    return Artifacts(columns, made, adapter, paths)


def _json(path: Path) -> tuple[dict[str, Any], int]:
    try:
        status = path.stat()
        if not path.is_file() or status.st_size > _MOST:
            return {}, 0
        found = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, RecursionError):
        return {}, 0
    return (found, status.st_mtime_ns) if isinstance(found, dict) else ({}, 0)


def _adapter(path: Path) -> str:
    """The adapter that a manifest names near its beginning; the rest may be huge."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(20_000)
    except OSError:
        return ""
    _, found, rest = head.partition('"adapter_type":')
    return rest.split('"', 2)[1] if found and rest.count('"') > 1 else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _index(column: object) -> int:
    found = column.get("index", 0) if isinstance(column, dict) else 0
    return found if isinstance(found, int) else 0
