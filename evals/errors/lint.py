"""sqlfluff's own rule cases and known anti-patterns: does one of our rules speak where it should?"""

from __future__ import annotations

from pathlib import Path


def tables(corpora: Path) -> list[str]:
    return []
