"""The shared server of a model that sureql runs itself: joining it, starting it, leaving it.

All editors and commands of a user share one server per model. It is a process of its own (see
`serve`), so that a crash costs an editor nothing, and it goes on for a minute after its last user has
gone, so that an editor that is restarted finds it warm.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import stat
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sureql.ports.errors import ModelRefused, ModelUnreachable
from sureql.ports.provider import Endpoint
from sureql.providers.local import gguf, shelf

WINDOW = 4096
"""Tokens that the server keeps at most; prompts are cut to half of it."""

SMALL = 700_000_000
"""Bytes of a model's file below which it has less than about a billion parameters."""

LIVES_ON = 60.0
"""Seconds that a server goes on without anybody using it."""

WAIT = 120.0
"""Seconds until a server that does not answer counts as failed; large models load slowly."""

EXTRA = "uv tool install 'sureql[local]' (or pip install)"
"""What brings llama.cpp."""

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|_URL$|_DSN$|^PG|PROXY", re.IGNORECASE)
"""Names of variables that may hold something secret."""

_SPARE = 200_000_000  # Bytes of memory that the server needs besides the model.


def can_run() -> bool:
    """Whether llama.cpp is installed."""
    return find_spec("xllamacpp") is not None


class Lease:
    """The right to use the server of one model; it runs while anybody holds one."""

    def __init__(
        self, model: str, cache: Path, *, lives_on: float = LIVES_ON, window: int = WINDOW
    ) -> None:
        self.model = model
        self._cache = cache
        self._lives_on = lives_on
        self._window = window
        self._held: dict[Path, int] = {}

    async def endpoint(self) -> Endpoint:
        """Where the model answers; starts its server if none runs.

        Asked again, it looks whether the server still runs and starts it anew if not. Raises
        ModelError with what to do about it.
        """
        if sys.platform == "win32":
            raise ModelRefused(
                "sureql runs no model itself on Windows: start Ollama, LM Studio or llama-server and set model.base_url."
            )
        if not can_run():
            raise ModelRefused(f"Models run here need an extra: {EXTRA}.")
        file = shelf.find(self.model, self._cache)
        folder = _folder(file, self._cache)
        until = time.monotonic() + WAIT
        started = False
        while True:
            await self._join(folder, until)
            if (found := await _answering(folder)) is not None:
                return found
            if not _is_kept(folder):
                if started:
                    raise ModelUnreachable(_why(folder, file))
                # What can be said before a process is started is said in better words.
                gguf.check(file)
                _enough_memory(file)
                await _start(folder, file, self._lives_on, self._window)
                started = True
            if time.monotonic() > until:
                raise ModelUnreachable(
                    f"{file.name} is still loading: wait, or use a smaller model."
                )
            await asyncio.sleep(0.03)

    def last(self) -> Endpoint:
        """Where the model answered when its server last ran; it need not run."""
        name, port = self.model, ""
        with contextlib.suppress(ModelRefused, OSError):
            file = shelf.find(self.model, self._cache)
            name = file.stem
            port = f":{(_place(file, self._cache) / 'port').read_text()}"
        return Endpoint(f"http://127.0.0.1{port}/v1", name, own=True)

    @property
    def small(self) -> bool:
        """Whether the model is one of those that know little."""
        with contextlib.suppress(ModelRefused, OSError):
            return shelf.find(self.model, self._cache).stat().st_size < SMALL
        return False

    def leave(self) -> None:
        """Give it back."""
        while self._held:
            os.close(self._held.popitem()[1])

    async def _join(self, folder: Path, until: float) -> None:
        # Holding the shared lock is what keeps the server alive.
        import fcntl

        while folder not in self._held:
            # A file that was replaced is another model, with another server.
            self.leave()
            try:
                lock = os.open(folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise ModelRefused(f"{folder} cannot be written to: {error.strerror}.") from error
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError as error:
                os.close(lock)
                # A server that ends, or looks whether it may, holds it for a moment.
                if not isinstance(error, BlockingIOError) or time.monotonic() > until:
                    raise ModelUnreachable(
                        f"{folder / 'users'} cannot be locked: {error.strerror}."
                    ) from error
                await asyncio.sleep(0.02)
            else:
                self._held[folder] = lock


def running(file: Path, cache: Path) -> bool:
    """Whether a server for the model in `file` runs now."""
    folder = _place(file, cache)
    return sys.platform != "win32" and folder.is_dir() and _is_kept(folder)


def _place(file: Path, cache: Path) -> Path:
    # Another file by the same name is another model.
    found = file.stat()
    marks = f"{file.resolve()}\n{found.st_size}\n{found.st_mtime_ns}"
    digest = hashlib.sha256(os.fsencode(marks)).hexdigest()[:12]
    return cache.absolute() / "servers" / f"{file.stem[:40]}-{digest}"


def _folder(file: Path, cache: Path) -> Path:
    folder = _place(file, cache)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ModelRefused(f"{folder} cannot be made: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ModelRefused(f"{folder} belongs to somebody else: set another cache folder.")
    return folder


def _is_kept(folder: Path) -> bool:
    import fcntl

    file = os.open(folder / "server", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        raise ModelRefused(
            f"{folder} is on a disk without file locks: {error.strerror}."
        ) from error
    finally:
        os.close(file)
    return False


async def _answering(folder: Path) -> Endpoint | None:
    # What the state says holds only if a server lives; one that was killed leaves it behind.
    if not _is_kept(folder):
        return None
    try:
        said = json.loads((folder / "state").read_text())
        address, name, key = said["address"], said["name"], said["key"]
        parts = urlsplit(address)
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(parts.hostname, parts.port), timeout=2.0
        )
    except (OSError, ValueError, KeyError, TimeoutError):
        return None
    writer.close()
    return Endpoint(base_url=f"{address}/v1", model=name, key=key, own=True)


async def _start(folder: Path, file: Path, lives_on: float, window: int) -> None:
    settings = {
        "folder": str(folder),
        "model": str(file.resolve()),
        "name": file.stem,
        "lives_on": lives_on,
        "window": window,
    }
    # -P: the modules beside the program must not stand in for the library's own.
    command = [sys.executable, "-P", str(Path(__file__).with_name("serve.py"))]
    starting = await asyncio.create_subprocess_exec(
        *command,
        json.dumps(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
    )
    # It returns at once: the server is its own master by then.
    await starting.wait()


def _environment() -> dict[str, str]:
    # It lives longer than who starts it, and needs none of the keys that stand there.
    return {name: text for name, text in os.environ.items() if not _SECRET.search(name)}


def _enough_memory(file: Path) -> None:
    needed = file.stat().st_size + _SPARE
    if 0 < (free := _free_memory()) < needed:
        raise ModelRefused(
            f"{file.name} needs about {_megabytes(needed)} of memory and {_megabytes(free)} are free: "
            "use a smaller model."
        )


def _free_memory() -> int:
    # 0 if the system does not say.
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _megabytes(size: int) -> str:
    return f"{round(size / 1_000_000):,} MB"


def _why(folder: Path, file: Path) -> str:
    # What the server said last, as a sentence.
    try:
        said = (folder / "log").read_text(errors="replace")
    except OSError:
        said = ""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line.split(": ", 1)[-1] for line in lines if " error " in line or "Error" in line]
    reason = (wrong or lines or ["its server ended at once"])[0]
    return f"{file.name} cannot be run: {reason}".rstrip(".") + "."
