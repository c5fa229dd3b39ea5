"""File URIs and paths, for POSIX and Windows alike whatever this machine is."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/?([A-Za-z])[:|](/.*)", re.DOTALL)


def to_path(uri: str) -> str:
    """The path that a `file:` URI names, '' for any other URI (`untitled:`, `git:`, …)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.scheme.lower() != "file":
        return ""
    # `#` and `?` are allowed in file names; some clients forget to escape them.
    tail = (f"?{parts.query}" if parts.query else "") + (
        f"#{parts.fragment}" if parts.fragment else ""
    )
    path = unquote(parts.path + tail)
    if "\0" in path:
        return ""
    if parts.netloc and parts.netloc.lower() != "localhost":
        return f"\\\\{parts.netloc}" + path.replace("/", "\\")
    if drive := _DRIVE.fullmatch(path):
        return f"{drive[1].lower()}:" + drive[2].replace("/", "\\")
    return path


def path_in(uri: str) -> str:
    """The absolute path in a URI of any scheme: a new file, an old version, a cell; '' if none."""
    if path := to_path(uri):
        return path
    try:
        path = to_path(f"file://{urlsplit(uri).path}")
    except ValueError:
        return ""
    return path if PurePath(path).is_absolute() else ""


def from_path(path: str) -> str:
    """The `file:` URI of an absolute path; a path that already is a URI stays as it is."""
    if drive := _DRIVE.fullmatch(path.replace("\\", "/")):
        return f"file:///{drive[1].lower()}%3A" + quote(drive[2], safe="/~-._")
    if path.startswith("\\\\"):
        return "file:" + quote(path.replace("\\", "/"), safe="/~-._")
    if path.startswith("/"):
        return "file://" + quote(path, safe="/~-._")
    return path
