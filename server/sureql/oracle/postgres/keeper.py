"""Keeps one embedded PostgreSQL server running for as long as anybody uses it.

This file is run as a program of its own. Every user of the server holds a shared lock on a file,
which the system takes away however the user ends, kill -9 included. Once the keeper gets that lock
for itself nobody is left, and it stops the server. A second keeper of the same folder ends at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

LOOK_EVERY = 0.2
STOP_WITHIN = 5.0
MOST_MEMORY = 1_500_000_000
"""Bytes of addresses for each process of the server: a query that wants more is refused by itself."""
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "max_connections": "64",
    "shared_buffers": "32MB",
    "io_method": "sync",
    # The statements that people write are nobody's business but their own.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


class Keeper:
    """One server: `folder` holds the locks, `data` is its data folder."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.folder = Path(settings["folder"])
        self.data = self.folder / "data"
        self.sockets = settings["sockets"]
        self.bin = Path(settings["bin"])
        self.user = settings["user"] or None
        self._made = self.folder / "made"

    def run(self) -> int:
        """Start the server, wait until nobody uses it, stop it."""
        self._make()
        if Path(self.sockets) != self.data:
            self._make_socket_folder()
        self._end_leftover()
        server = self._start()
        ended = False

        def end(*_: object) -> None:
            nonlocal ended
            ended = True

        signal.signal(signal.SIGTERM, end)
        with (self.folder / "users").open("a") as users:
            while server.poll() is None:
                if ended or _taken(users.fileno()):
                    # The lock is kept until the server is down, so that nobody joins it meanwhile.
                    _stop(server)
                    if Path(self.sockets) != self.data:
                        with contextlib.suppress(OSError):
                            Path(self.sockets).rmdir()
                    return 0
                time.sleep(LOOK_EVERY)
        return 1

    def _make(self) -> None:
        # The data folder is of the server's version, or nothing is lost with it.
        version = self.bin.parent.name
        if self._made.is_file() and self._made.read_text() == version and self.data.is_dir():
            return
        self._made.unlink(missing_ok=True)
        self._end_leftover()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self.user:
            shutil.chown(self.data, self.user)
        self._call(
            "initdb",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
            "--wal-segsize=1",
            f"--pgdata={self.data}",
        )
        self._made.write_text(version)

    def _make_socket_folder(self) -> None:
        folder = Path(self.sockets)
        try:
            folder.mkdir(mode=0o700)
            if self.user:
                shutil.chown(folder, self.user)
        except FileExistsError:
            found, owner = folder.lstat(), self.data.stat().st_uid
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
                raise OSError(f"{folder} belongs to somebody else") from None

    def _call(self, name: str, *arguments: str) -> None:
        # What it says is kept in memory: if the disk is full, it tidies up before it ends.
        done = subprocess.run(
            [str(self.bin / name), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=self.user,
            group=None if self.user is None else _group(self.user),
            extra_groups=None if self.user is None else (),
            env=_environment(),
            cwd="/",
        )
        if done.returncode:
            raise OSError(done.stderr.decode(errors="replace").strip() or f"{name} failed")

    def _start(self) -> subprocess.Popen[bytes]:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        options = _OPTIONS | {"unix_socket_directories": '"' + self.sockets + '"'}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [str(self.bin / "postgres"), "-D", str(self.data), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=self.user,
            group=None if self.user is None else _group(self.user),
            extra_groups=None if self.user is None else (),
            env=_environment(),
            cwd="/",
        )

    def _end_leftover(self) -> None:
        # A server whose keeper was killed, or only the file that speaks of it.
        file = self.data / "postmaster.pid"
        try:
            number = int(file.read_text().split("\n")[0])
        except (OSError, ValueError):
            return
        for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self._is_ours(number):
                break
            os.kill(number, signal.SIGCONT)
            os.kill(number, kind)
            for _ in range(20):
                if not self._is_ours(number):
                    break
                time.sleep(0.1)
        file.unlink(missing_ok=True)

    def _is_ours(self, number: int) -> bool:
        # The number may belong to another process by now, so its command line is looked at.
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            if Path("/proc/self/cmdline").exists():
                return False
            asked = ["ps", "-o", "args=", "-p", str(number)]
            command = subprocess.run(asked, capture_output=True, check=False).stdout
        return b"postgres" in command and os.fsencode(str(self.data)) in command


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stop(server: subprocess.Popen[bytes]) -> None:
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            server.send_signal(signal.SIGCONT)
            server.send_signal(kind)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_WITHIN)
            return


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def main() -> int:
    settings = json.loads(sys.argv[1])
    guard = (Path(settings["folder"]) / "keeper").open("a")
    if not _taken(guard.fileno()):
        return 0
    # From here on it is nobody's child; the lock goes over to the child with the open file.
    if os.fork():
        os._exit(0)
    os.setsid()
    log = os.open(Path(settings["folder"]) / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 2)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    try:
        return Keeper(settings).run()
    except (OSError, subprocess.SubprocessError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
