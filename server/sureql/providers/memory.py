"""What was found out about endpoints, kept in a file across restarts."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sureql.ports.provider import Capabilities, Endpoint, Wire
from sureql.providers.wires.reading import entry, number, rows, text

_VERSION = 1
_HOLDS = 7 * 86_400
_MOST = 50
"""So many endpoints are remembered, the newest."""


@dataclass(frozen=True, slots=True)
class Known:
    """`refused` was learnt from refusals, also without probing. `at` is when, in seconds since 1970."""

    capabilities: Capabilities | None = None
    refused: frozenset[str] = field(default_factory=frozenset)
    at: float = 0.0


def recall(memory: Path | None, endpoint: Endpoint) -> Known:
    """What is known of an endpoint; nothing if it is older than a week."""
    found = entry(_read(memory), "endpoints", _key(endpoint))
    at = entry(found, "at")
    if not isinstance(at, int | float) or not 0 <= time.time() - at < _HOLDS:
        return Known()
    refused = frozenset(one for one in rows(found, "refused") if isinstance(one, str))
    return Known(_capabilities(entry(found, "capabilities")), refused, at)


def keep(memory: Path | None, endpoint: Endpoint, known: Known) -> None:
    """Remember it. A file that cannot be written is no reason to fail: it is found out again."""
    if memory is None:
        return
    before = entry(_read(memory), "endpoints")
    kept = {
        key: value
        for key, value in (before.items() if isinstance(before, dict) else ())
        if isinstance(value, dict)
    }
    kept[_key(endpoint)] = _plain(replace(known, at=time.time()))
    newest = sorted(kept.items(), key=lambda one: number(one[1], "at"))[-_MOST:]
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=memory.parent, prefix=memory.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, "endpoints": dict(newest)}, file, indent=1)
            Path(name).replace(memory)
        finally:
            Path(name).unlink(missing_ok=True)


def _key(endpoint: Endpoint) -> str:
    # An address may hold a password, so it is not written down.
    place = "here" if endpoint.own else endpoint.base_url
    told = "\n".join((place, endpoint.model, endpoint.family))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _read(memory: Path | None) -> Any:
    if memory is None:
        return None
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if entry(found, "version") == _VERSION else None


def _plain(known: Known) -> dict[str, Any]:
    plain: dict[str, Any] = {"at": known.at, "refused": sorted(known.refused)}
    if known.capabilities:
        plain["capabilities"] = {
            **asdict(known.capabilities),
            "wires": [wire.value for wire in known.capabilities.wires],
            "refused": sorted(known.capabilities.refused),
        }
        del plain["capabilities"]["spent"]
    return plain


def _capabilities(found: Any) -> Capabilities | None:
    if not isinstance(found, Mapping):
        return None
    names = {wire.value for wire in Wire}
    first = entry(found, "first_token")
    return Capabilities(
        wires=tuple(Wire(one) for one in rows(found, "wires") if one in names),
        grammar=text(found, "grammar"),
        refused=frozenset(str(one) for one in rows(found, "refused")),
        tokenizer=entry(found, "tokenizer") is True,
        embeddings=entry(found, "embeddings") is True,
        window=number(found, "window"),
        models=tuple(str(one) for one in rows(found, "models")),
        first_token=float(first) if isinstance(first, int | float) else 0.0,
        notes=tuple(str(one) for one in rows(found, "notes")),
    )
