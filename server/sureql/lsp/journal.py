"""The last lines of the log, for `sureql.showLog`."""

from __future__ import annotations

import logging
from collections import deque

KEPT = 1000


class Journal(logging.Handler):
    """Keeps formatted records in memory: several servers never fight over a file."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def text(self) -> str:
        """Everything kept, oldest first."""
        return "\n".join(self._lines) + "\n"
