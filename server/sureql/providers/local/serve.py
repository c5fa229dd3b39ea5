"""Runs one llama.cpp server for as long as anybody uses it.

This file is run as a program of its own. It holds a lock for as long as it lives, and every user of
the server holds a shared lock on another file, which the system takes away however the user ends,
kill -9 included. A second server for the same model ends at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOK_EVERY = 0.25
_MEMORY_FOR_OLD_PROMPTS = 256  # In MiB; llama.cpp would take 8192.

# A question that is over is given up only between two pieces of its prompt. With llama.cpp's own 2048
# the next one waits for seconds, and what was read of the old one is lost.
_PIECE = 64


class Server:
    """One server: `folder` holds the locks, the state and the log."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.folder = Path(settings["folder"])
        self.settings = settings
        self.state = self.folder / "state"
        self.port = self.folder / "port"

    def run(self) -> int:
        """Load the model, say where it is, wait until nobody has used it for a while."""
        self.state.unlink(missing_ok=True)
        running, key = self._started()
        self._say(running.listening_address, key)
        # From here on the log could only hold what people write, which is nobody's business.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        self._wait()
        self.state.unlink(missing_ok=True)
        # The library's own way out waits for answers under way; nobody reads them any more.
        os._exit(0)

    def _started(self) -> tuple[Any, str]:
        # Must be set before the import: spinning threads starve each other on a busy machine.
        os.environ["OMP_WAIT_POLICY"] = "passive"
        import xllamacpp  # type: ignore[import-untyped]

        key = secrets.token_urlsafe(32)
        wanted = xllamacpp.CommonParams()
        wanted.model.path = self.settings["model"]
        wanted.model_alias = {self.settings["name"]}
        wanted.hostnames = ["127.0.0.1"]
        wanted.api_keys = [key]
        # Pages in a browser may not read what comes from here, and there is no page of its own.
        wanted.cors_origins = "http://127.0.0.1"
        wanted.cors_credentials = False
        wanted.cors_origins_explicit = True
        wanted.ui = False
        wanted.endpoint_slots = False
        wanted.offline = True
        wanted.n_ctx = self.settings["window"]
        wanted.n_parallel = 1
        wanted.n_batch = wanted.n_ubatch = _PIECE
        # One token after another gains nothing from more threads and loses much on a busy machine.
        wanted.cpuparams.n_threads = 1
        wanted.cpuparams_batch.n_threads = os.cpu_count() or 1
        wanted.cache_ram_mib = _MEMORY_FOR_OLD_PROMPTS
        wanted.verbosity = 1
        for port in (self._last_port(), 0):
            wanted.port = port
            try:
                running = xllamacpp.Server(wanted)
            except RuntimeError:
                # Somebody else may have the port by now.
                if not port:
                    raise
            else:
                self.port.write_text(str(urlsplit(running.listening_address).port))
                return running, key
        raise AssertionError("the last port raises or serves")

    def _last_port(self) -> int:
        # Under the same address what was found out about the server still holds.
        try:
            return int(self.port.read_text())
        except (OSError, ValueError):
            return 0

    def _say(self, address: str, key: str) -> None:
        part = self.folder / "state.part"
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        said = {"address": address, "key": key, "name": self.settings["name"], "pid": os.getpid()}
        with os.fdopen(file, "w") as out:
            json.dump(said, out)
        part.rename(self.state)

    def _wait(self) -> None:
        ended = False

        def end(*_: object) -> None:
            nonlocal ended
            ended = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        with (self.folder / "users").open("a") as users:
            lonely = 0.0
            while not ended:
                if not _taken(users.fileno()):
                    lonely = 0.0
                elif lonely and time.monotonic() - lonely >= self.settings["lives_on"]:
                    # The lock is kept to the end, so that nobody joins meanwhile.
                    self.state.unlink(missing_ok=True)
                    os._exit(0)
                else:
                    lonely = lonely or time.monotonic()
                    fcntl.flock(users, fcntl.LOCK_UN)
                time.sleep(LOOK_EVERY)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def main() -> int:
    settings = json.loads(sys.argv[1])
    folder = Path(settings["folder"])
    guard = (folder / "server").open("a")
    if not _taken(guard.fileno()):
        return 0
    # From here on it is nobody's child; the lock goes over to the child with the open file.
    if os.fork():
        os._exit(0)
    os.setsid()
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 2)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    try:
        return Server(settings).run()
    except (OSError, RuntimeError, ImportError, ValueError) as error:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
