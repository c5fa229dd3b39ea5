"""A file from an address, gone on with where an interruption left it."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

from sureql.ports.errors import ModelRefused, ModelUnreachable

Progress = Callable[[str, int, int], None]
"""Called with what is done, the bytes so far and all bytes (0 if unknown)."""

Room = Callable[[Path], int]
"""How many bytes may be written into a folder."""

_SPARE = 200_000_000  # Bytes of the disk that are left to others.
_REDIRECTS = 10
_PAUSES = (0.5, 2.0, 5.0)  # Seconds before each further try.
_TIMEOUT = httpx2.Timeout(30.0, read=60.0)
_WAIT = (408, 425, 429, 500, 502, 503, 504)


class _Again(Exception):
    """The connection broke or the server is busy: what came so far is kept."""


def free_space(folder: Path) -> int:
    """What may be written without filling the disk."""
    return max(0, shutil.disk_usage(folder).free - _SPARE)


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """The file that holds what came so far of `target`; nobody else may write to it meanwhile."""
    part = target.with_name(target.name + ".part")
    held = target.with_name(target.name + ".lock")
    try:
        with held.open("w") as lock:
            if sys.platform != "win32":
                import fcntl

                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise ModelRefused(f"{target.stem} is being fetched already.") from error
            try:
                yield part
            finally:
                # What is left of an interrupted try says how to go on.
                if not part.exists():
                    _notes(part).unlink(missing_ok=True)
                    with contextlib.suppress(PermissionError):
                        held.unlink()
    except OSError as error:
        raise ModelRefused(f"{target} cannot be written: {error.strerror}.") from error


def download(
    address: str, part: Path, progress: Progress, room: Room, pauses: tuple[float, ...] = _PAUSES
) -> None:
    """Fill `part` from `address`, from where it ends if the file there is still the same.

    What came stays in `part` if this fails for a reason that may pass. Raises ModelError.
    """
    _permitted(address)
    with httpx2.Client(timeout=_TIMEOUT, trust_env=not _is_loopback(address)) as client:
        for pause in (*pauses, None):
            before = _size(part)
            try:
                _once(client, address, part, progress, room)
                return
            except (httpx2.HTTPError, _Again) as error:
                if pause is None:
                    raise ModelUnreachable(
                        f"{_host(address)} broke off: {_reason(error)}. Run the same command "
                        "again to go on from there."
                        if _size(part)
                        else f"{_host(address)} cannot be reached: {_reason(error)}."
                    ) from error
                # Something came, so the line is not dead.
                time.sleep(0 if _size(part) > before else pause)


def too_large(folder: Path, size: int) -> ModelRefused:
    """That `size` more bytes do not fit into `folder`."""
    return ModelRefused(
        f"The disk of {folder} has no room for {size / 1_000_000:,.0f} MB: free some, or set "
        "SUREQL_CACHE to another folder."
    )


def _once(client: httpx2.Client, address: str, part: Path, progress: Progress, room: Room) -> None:
    have = _size(part)
    mark = _mark(part, address)
    if have and not mark:
        # Nothing says that the rest would fit to it.
        part.unlink()
        have = 0
    headers = {"Accept-Encoding": "identity", "User-Agent": "sureql"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    with _followed(client, address, headers) as answer:
        if answer.status_code == 416:
            part.unlink(missing_ok=True)
            raise _Again("it has another size by now")
        if answer.status_code in _WAIT:
            raise _Again(f"it answered {answer.status_code}")
        if answer.status_code not in (200, 206):
            raise ModelRefused(_refusal(address, answer.status_code))
        if answer.status_code == 206 and _begin(answer) != have:
            part.unlink(missing_ok=True)
            raise _Again("it sent another part than was asked for")
        if answer.status_code == 200:
            have = 0
            _remember(part, address, answer)
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdigit() else 0
        if total and total - have > room(part.parent):
            raise too_large(part.parent, total - have)
        _receive(answer, part, have, total, progress, room)


def _receive(
    answer: httpx2.Response, part: Path, have: int, total: int, progress: Progress, room: Room
) -> None:
    left = room(part.parent)
    with part.open("r+b" if have else "wb") as out:
        out.seek(have)
        for piece in answer.iter_raw():
            if not have and not piece.startswith(b"GGUF"[: len(piece)]):
                # A page that asks to log in, most often.
                part.unlink(missing_ok=True)
                raise ModelRefused("What is at that address is no GGUF model.")
            if (left := left - len(piece)) < 0:
                part.unlink(missing_ok=True)
                raise too_large(part.parent, max(total, have) - have)
            out.write(piece)
            have += len(piece)
            progress("fetching", have, total)
    if total and have < total:
        raise _Again("the connection was closed")


@contextlib.contextmanager
def _followed(
    client: httpx2.Client, address: str, headers: dict[str, str]
) -> Iterator[httpx2.Response]:
    for _ in range(_REDIRECTS):
        with client.stream("GET", address, headers=headers) as answer:
            if not answer.has_redirect_location:
                yield answer
                return
            address = urljoin(address, answer.headers["Location"])
            _permitted(address)
    raise ModelRefused(f"{_host(address)} redirects too often.")


def _permitted(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ModelRefused("Models are fetched from https addresses only.")
    if parts.scheme == "http" and not _is_loopback(address):
        raise ModelRefused(
            f"{_host(address)} would send the model unprotected: give an https address."
        )


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(address: str) -> str:
    # Without what may be secret in an address.
    return urlsplit(address).hostname or "That address"


def _refusal(address: str, status: int) -> str:
    why = {
        401: "wants a key or a login",
        403: "forbids it",
        404: "has no such file",
        410: "has it no more",
    }
    return f"{_host(address)} {why.get(status, f'answered {status}')}: correct the address."


def _reason(error: Exception) -> str:
    said = str(error).strip().rstrip(".")
    return said or type(error).__name__


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _begin(answer: httpx2.Response) -> int:
    # Content-Range: bytes 100-199/200
    text = answer.headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
    return int(text) if text.isdigit() else -1


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _mark(part: Path, address: str) -> str:
    # What the server called the file of which the part is.
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(_notes(part).read_text())
        if noted["address"] == _bare(address):
            return str(noted["mark"])
    return ""


def _remember(part: Path, address: str, answer: httpx2.Response) -> None:
    tag = answer.headers.get("ETag", "")
    # A weak tag does not promise the same bytes.
    mark = tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")
    _notes(part).write_text(json.dumps({"address": _bare(address), "mark": mark}))


def _bare(address: str) -> str:
    # Signatures and passwords change or are secret; host and path say which file it is.
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}{parts.path}"
