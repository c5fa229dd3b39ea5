"""The last conversation in each folder, for `sureql ask --refine`: redacted, for the user's eyes only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from sureql import settings
from sureql.ports.provider import Turn
from sureql.privacy import redaction

_FOLDER = "conversations"
_MOST_KEPT = 50


def last(root: Path) -> tuple[Turn, ...]:
    """The turns of the last conversation in a folder, () if there was none."""
    try:
        told = json.loads(_file(root).read_text(encoding="utf-8"))
        return tuple(Turn(str(one["role"]), str(one["text"])) for one in told)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def keep(root: Path, turns: Sequence[Turn]) -> None:
    """Remember a conversation. What cannot be written is forgotten: asking works without."""
    told = [{"role": turn.role, "text": redaction.clean(turn.text).text} for turn in turns]
    file = _file(root)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else on this machine reads it, not even for the moment between two calls.
        new = file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(told, out, ensure_ascii=False)
        new.replace(file)
        _forget_old(file.parent)


def _file(root: Path) -> Path:
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:24]
    return settings.cache_folder(os.environ) / _FOLDER / f"{name}.json"


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime)
    for file in files[:-_MOST_KEPT]:
        file.unlink(missing_ok=True)
