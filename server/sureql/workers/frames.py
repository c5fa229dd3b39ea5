"""What the main process and the worker say to each other, and how it travels through a pipe.

Both ends are our own processes of one version, so that values travel as pickles.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import Any

HEADER = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Call:
    """Do `job` with `request`. Lower `priority` goes first."""

    id: int
    job: str
    request: Any
    priority: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for call `id` any more."""

    id: int


@dataclass(frozen=True, slots=True)
class Report:
    """A part of call `id`'s result, or how far it is."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Done:
    """Call `id` is finished."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """Call `id` ended with an error. `error` names the one of `ports.errors` that it was, '' for
    any other: its message was not written for users."""

    id: int
    message: str
    error: str


def encode(message: Any) -> bytes:
    """One frame: its length in four bytes, then the pickle."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> Any:
    """The message of a frame's body."""
    return pickle.loads(body)
