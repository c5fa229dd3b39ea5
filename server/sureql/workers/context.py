"""What a running job can ask and tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """`report` sends a part of the result on its way; `cancelled` says that nobody waits any more,
    `overtaken` that a more urgent call waits: a long job then ends and says what is left."""

    report: Callable[[Any], None]
    cancelled: Callable[[], bool]
    overtaken: Callable[[], bool] = _never


class Job(Protocol):
    """A module of `jobs`."""

    def run(self, request: Any, context: Context) -> Any: ...
