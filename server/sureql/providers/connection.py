"""The HTTP connections to an endpoint: what is sent beside the body, and what is never sent.

The openai client takes headers and names of organisations from the environment, and tells about the
machine. Here every header is written anew, so that a request carries what the user's settings say and
nothing else.
"""

from __future__ import annotations

import base64
import importlib.metadata
import logging
import ssl
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
import openai

from sureql.ports.provider import Endpoint
from sureql.providers import address

_KEPT = ("content-type", "content-length", "transfer-encoding")
_OURS = frozenset(("host", "content-length", "transfer-encoding", "connection"))
_CONNECT = 5.0
"""Seconds until a host that does not answer counts as out of reach."""

# These tell addresses, and on request whole bodies.
for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Connection(httpx2.AsyncClient):
    """Writes headers anew, follows nowhere, and sends once more what a stale connection lost."""

    def __init__(self, endpoint: Endpoint) -> None:
        loopback = address.is_loopback(endpoint.base_url)
        secure = endpoint.base_url.startswith("https:")
        super().__init__(
            # Here the environment is asked for authorities, whatever `trust_env` says.
            verify=ssl.create_default_context() if loopback and secure else True,
            timeout=httpx2.Timeout(endpoint.timeout, connect=min(_CONNECT, endpoint.timeout)),
            follow_redirects=False,
            # What is for this machine must not go through a proxy.
            trust_env=not loopback,
            # llama.cpp closes idle connections after five seconds.
            limits=httpx2.Limits(
                max_connections=16,
                max_keepalive_connections=4,
                keepalive_expiry=4.0 if loopback else 60.0,
            ),
        )
        self._own = _headers(endpoint)

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        kept = {name: request.headers[name] for name in _KEPT if name in request.headers}
        headers = httpx2.Headers({"Host": request.url.netloc.decode("ascii"), **kept})
        headers.update(self._own)
        request.headers = headers
        fresh = False

        async def trace(name: str, _: object) -> None:
            nonlocal fresh
            fresh = fresh or name.endswith("connect_tcp.started")

        request.extensions = {**request.extensions, "trace": trace}
        try:
            return await super().send(request, **options)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            # The other side had closed a kept connection: nobody has read the request.
            # Or it was us, because the settings have changed.
            if fresh or self.is_closed:
                raise
        return await super().send(request, **options)


def connect(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """A client for `endpoint`. Nothing is sent yet."""
    base_url, query = address.bare(endpoint.base_url)
    return openai.AsyncOpenAI(
        base_url=base_url,
        # Whether a key is needed is the endpoint's to say; the headers have it where there is one.
        api_key=endpoint.key or "none",
        organization="",
        project="",
        admin_api_key="",
        webhook_secret="",
        default_query=dict(parse_qsl(query)),
        max_retries=0,
        timeout=httpx2.Timeout(endpoint.timeout, connect=min(_CONNECT, endpoint.timeout)),
        http_client=Connection(endpoint),
    )


def _headers(endpoint: Endpoint) -> httpx2.Headers:
    version = importlib.metadata.version("sureql")
    ours = httpx2.Headers(
        {
            "User-Agent": f"sureql/{version}",
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",
        }
    )
    parts = urlsplit(endpoint.base_url)
    if endpoint.key:
        azure = address.is_of(endpoint.base_url, "azure.com")
        token = endpoint.key.startswith("eyJ") and endpoint.key.count(".") == 2
        if azure and not token:
            ours["api-key"] = endpoint.key
        # Azure's older addresses take nothing but tokens of Entra ID here.
        if token or not (azure and address.is_deployment(endpoint.base_url)):
            ours["Authorization"] = f"Bearer {endpoint.key}"
    elif parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        ours["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    ours.update({name: value for name, value in endpoint.headers if name.lower() not in _OURS})
    return ours
