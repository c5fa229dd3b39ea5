"""On what terms a model is asked: money, privacy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Limits of 0 are none; `prices` are per million tokens: sent, sent but cached there, received.

    `ignore_paths` and `ignore_tables` are patterns of files and tables that no model is told about.
    `patience` is how many seconds ghost text waits for an answer.
    """

    session_tokens: int = 0
    day_tokens: int = 0
    session_cost: float = 0.0
    day_cost: float = 0.0
    prices: tuple[float, float, float] = (0.0, 0.0, 0.0)
    local_only: bool = False
    offline: bool = False
    redact: bool = True
    mask_literals: bool = False
    log: bool = True
    ignore_paths: tuple[str, ...] = ()
    ignore_tables: tuple[str, ...] = ()
    patience: float = 1.5
