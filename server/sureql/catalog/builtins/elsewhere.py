"""Well-known functions of other engines that SQLite and DuckDB lack, and no extension of theirs brings.

The data are in `<dialect>.elsewhere.txt`, a name a line, which `evals/builtins/elsewhere.py` writes.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=4)
def names(dialect: str) -> frozenset[str]:
    """What `dialect` lacks, in lower case; empty for other dialects. Read when it is first needed."""
    file = resources.files(__package__) / f"{dialect}.elsewhere.txt"
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
