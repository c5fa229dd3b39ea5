"""What is not told to a model at all: some files, some tables, and anything to a distant endpoint."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_NAMES = re.compile(r'[^\W\d][\w$]*|"[^"\n]+"|`[^`\n]+`|\[[^\]\[\n]+\]')
_ADDRESS = re.compile(
    r"https?://(?P<host>\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:/[^\s\\@]*)?",
    re.IGNORECASE | re.ASCII,
)
_SOCKET = re.compile(r"(?:http\+)?unix://[^\s\\@]+", re.ASCII)
_DOT = re.compile(r"\s*\.\s*")


def is_hidden_path(path: str, globs: Iterable[str]) -> bool:
    """True if nothing of the file at `path` may be sent. `path` is relative to the workspace, with
    `/`, or absolute; `**/` covers any folder or none. Letter case makes no difference."""
    plain = path.replace("\\", "/").lower()
    return any(_covers(glob.replace("\\", "/").lower(), plain) for glob in globs)


def is_hidden_table(name: str, schema: str, globs: Iterable[str]) -> bool:
    """True if no model may be told of the table: a pattern is `table` or `schema.table`. Letter case
    makes no difference."""
    bare, full = name.lower(), f"{schema}.{name}".lower()
    return any(
        fnmatchcase(full if "." in glob else bare, glob.lower()) for glob in globs if glob.strip()
    )


def names_hidden_table(text: str, globs: Iterable[str]) -> str:
    """The first hidden table that `text` names as the patterns do, '' if none."""
    patterns = [glob.lower() for glob in globs if glob.strip()]
    if not patterns:
        return ""
    chain: list[str] = []
    end = -1
    for match in _NAMES.finditer(text):
        word = match[0].strip('"`[]').lower()
        joined = end >= 0 and _DOT.fullmatch(text, end, match.start()) is not None
        chain = [*chain, word] if joined else [word]
        end = match.end()
        bare, full = chain[-1], ".".join(chain[-2:])
        if any(fnmatchcase(full if "." in glob else bare, glob) for glob in patterns):
            return full
    return ""


def is_on_this_machine(base_url: str) -> bool:
    """True if an address can only be this machine: 127.0.0.0/8, ::1, the name localhost, a socket."""
    # Stricter than any client that connects: what one might read otherwise is not of this machine.
    if _SOCKET.fullmatch(base_url):
        return True
    match = _ADDRESS.fullmatch(base_url)
    if match is None or int(match["port"] or 0) > 65535:
        return False
    host = match["host"].lower().strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _covers(glob: str, path: str) -> bool:
    if fnmatchcase(path, glob.replace("**", "*")):
        return True
    # `**/x` is also x itself, and an absolute path may end with what a relative pattern names.
    if glob.startswith("**/"):
        return _covers(glob[3:], path) if "/" not in path else _covers_end(glob[3:], path)
    return False


def _covers_end(glob: str, path: str) -> bool:
    folders = path.split("/")
    return any(
        fnmatchcase("/".join(folders[at:]), glob.replace("**", "*")) for at in range(len(folders))
    )
