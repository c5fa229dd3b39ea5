"""RESULTS.md from the figures that runs have kept."""

from __future__ import annotations
from pathlib import Path


def of(folder: Path) -> str:
    return ""
