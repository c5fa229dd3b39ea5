"""What the address of an endpoint says about it."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

_VERSION = re.compile(r"/v\d+(beta)?/?$")


def host(base_url: str) -> str:
    """The host, with its port where one is given; all that is ever shown of an address."""
    try:
        parts = urlsplit(base_url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "the endpoint"
    if not name:
        return "the endpoint"
    shown = f"[{name}]" if ":" in name else name
    return f"{shown}:{port}" if port else shown


def name(base_url: str) -> str:
    """The host without its port."""
    try:
        return (urlsplit(base_url).hostname or "").lower()
    except ValueError:
        return ""


def is_loopback(base_url: str) -> bool:
    """True if what is sent there does not leave this machine."""
    found = name(base_url)
    if found == "localhost" or found.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(found).is_loopback
    except ValueError:
        return False


def is_nearby(base_url: str) -> bool:
    """True for this machine and for private networks, where nobody is paid for an answer."""
    found = name(base_url)
    if is_loopback(base_url) or found.endswith((".local", ".internal", ".lan")):
        return True
    try:
        return ipaddress.ip_address(found).is_private
    except ValueError:
        return "." not in found and bool(found)


def is_of(base_url: str, *domains: str) -> bool:
    """True if the host is one of `domains` or below it."""
    found = name(base_url)
    return any(found == domain or found.endswith("." + domain) for domain in domains)


def is_valid(base_url: str) -> bool:
    """True if a request can be sent there at all."""
    try:
        parts = urlsplit(base_url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def root(base_url: str) -> str:
    """The address without `/v1`, where llama.cpp and vLLM have paths of their own."""
    parts = urlsplit(bare(base_url)[0])
    path = _VERSION.sub("", parts.path.rstrip("/"))
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def is_deployment(base_url: str) -> bool:
    """One of Azure's older addresses, which name a deployment and know no Responses."""
    return "/deployments/" in urlsplit(base_url).path


def bare(base_url: str) -> tuple[str, str]:
    """The address without user, password and query, and its query."""
    parts = urlsplit(base_url)
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", "")), parts.query
