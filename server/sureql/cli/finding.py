"""What `sureql doctor` says about one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is ok, note or warning; `advice` says what to do, '' if nothing need be done."""

    topic: str
    state: str
    text: str
    advice: str = ""
