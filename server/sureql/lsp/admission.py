"""Who may speak to a server that listens on a port.

Any program of this machine, and any page in a browser on it, can open a connection. So each has to show
the token; and since a browser adds its own cookies, pages and names to what a page asks for, its `Origin`
and `Host` have to be right as well: a page of somewhere else is refused even with the token.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from sureql.ports.errors import ConfigurationError

VARIABLE = "SUREQL_TOKEN"
SUBPROTOCOL = "sureql"
TOKEN_SUBPROTOCOL = "sureql.token."
"""A page can't set headers of a WebSocket, but it can name protocols: this and the token is one of them."""

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,256}")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Admission:
    """`host` is the name or address that is listened on, `origins` the pages that may connect beside
    those of the same host, as `origin` writes them."""

    token: str
    host: str
    origins: tuple[str, ...] = ()

    def knows(self, token: object) -> bool:
        """Whether this is the token. How long the answer takes does not depend on how wrong it is."""
        if not isinstance(token, str):
            return False
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def admits_host(self, header: str) -> bool:
        """Whether a browser that sent this `Host` meant this machine. A foreign name that leads here is
        how pages of the web get at local servers ("DNS rebinding"); an address can't be led elsewhere."""
        if (match := _HOST.fullmatch(header)) is None:
            return False
        name = match[1].lower().strip("[]")
        if name in {"localhost", self.host.lower()} or _is_address(name):
            return True
        return any(name == urlsplit(origin).hostname for origin in self.origins)

    def admits_origin(self, header: str | None, host: str) -> bool:
        """Whether the page may connect. Programs that are no browser send none."""
        if header is None:
            return True
        try:
            page = origin(header)
        except ConfigurationError:
            return False
        scheme, _, place = page.partition("://")
        own = host.lower().removesuffix(":" + _DEFAULT_PORTS.get(scheme, ""))
        return page in self.origins or place == own


def token(environment: MutableMapping[str, str]) -> tuple[str, bool]:
    """The token of `SUREQL_TOKEN`, or a new one; and whether it was given. The variable is taken away:
    what this process starts need not know it."""
    given = environment.pop(VARIABLE, "")
    if not given:
        return secrets.token_urlsafe(32), False
    if not _TOKEN.fullmatch(given):
        raise ConfigurationError(
            f"{VARIABLE} must have 16 to 256 letters, digits or any of . _ ~ -; leave it out to have one made."
        )
    return given, True


def origin(text: str) -> str:
    """An origin as browsers write it: `https://ide.example` for `https://IDE.example:443/`."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname or ""
    if not parts.scheme or not host or parts.path not in {"", "/"} or parts.query or "@" in text:
        raise ConfigurationError(
            f"--allow-origin takes the address of a page without a path, such as https://ide.example, not `{text}`."
        )
    place = f"[{host}]" if ":" in host else host
    if port is not None and str(port) != _DEFAULT_PORTS.get(parts.scheme):
        place += f":{port}"
    return f"{parts.scheme}://{place}"


def shown_token(offered: Sequence[str], path: str) -> str | None:
    """The token in a WebSocket's protocols, or in the query of its address; None if there is none."""
    for name in offered:
        if name.startswith(TOKEN_SUBPROTOCOL):
            return name.removeprefix(TOKEN_SUBPROTOCOL)
    # Not taken apart as an address: that fails for some of what can stand there.
    found = parse_qs(path.partition("?")[2].partition("#")[0]).get("token")
    return found[0] if found else None


def introduced_token(message: object) -> str | None:
    """The token in the options of `initialize`, which is taken out so that no log shows it; None if the
    message is another one."""
    if not isinstance(message, dict) or message.get("method") != "initialize":
        return None
    parameters = message.get("params")
    options = parameters.get("initializationOptions") if isinstance(parameters, Mapping) else None
    found = options.pop("token", None) if isinstance(options, dict) else None
    return found if isinstance(found, str) else None


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    # A scope such as in `fe80::1%eth0` is no part of it.
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
