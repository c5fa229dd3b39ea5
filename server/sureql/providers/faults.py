"""Errors of the connection and of the endpoint, as plain sentences that say what to do."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

import httpx2
import openai

from sureql.ports.errors import (
    ModelBusy,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelUnreachable,
)
from sureql.ports.provider import Endpoint
from sureql.providers import address, keys, refusals

FAULTS = (
    openai.OpenAIError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    ssl.SSLError,
    OSError,
    # Of values that cannot be sent: a key with a line end in it, an address with a wrong port.
    ValueError,
)
"""What is caught where a request is sent."""

_SHOWN = 200


def explained(problem: BaseException, endpoint: Endpoint) -> ModelError:
    """The error to raise for one that was caught."""
    if isinstance(problem, ModelError):
        return problem
    if isinstance(problem, openai.APIStatusError):
        return _of_status(problem, endpoint)
    return _of_connection(problem, endpoint)


def body(problem: openai.APIStatusError) -> object:
    """What the endpoint sent with its refusal. The client gives the inner object or the whole."""
    found = problem.body
    if isinstance(found, dict) and "error" not in found and "message" in found:
        return {"error": found}
    return found


def late(endpoint: Endpoint, seconds: float) -> ModelUnreachable:
    """The error for an answer that did not come, or not to its end."""
    host = address.host(endpoint.base_url)
    return ModelUnreachable(f"{host} took longer than {seconds:g} seconds: see model.timeout.")


def _of_status(problem: openai.APIStatusError, endpoint: Endpoint) -> ModelError:
    host, status, told = address.host(endpoint.base_url), problem.status_code, body(problem)
    words = _words(refusals.said(told), endpoint)
    if status in (401, 403, 407):
        return ModelRefused(_of_key(status, host, endpoint))
    if status == 402 or "insufficient_quota" in str(told):
        return ModelRefused(f"The account at {host} is used up: see its billing page.")
    if refusals.is_without_model(status, told):
        return ModelRefused(f"{host} has no model {endpoint.model!r}: see model.name.")
    if status == 404:
        return ModelRefused(
            f"{host} does not know this address (404): see model.base_url, which often ends in /v1."
        )
    if status in (400, 413, 422) and refusals.is_too_long(told):
        return ModelRefused(
            f"The prompt is longer than {endpoint.model} at {host} takes: lower model.tokens."
        )
    if status == 408 or status == 504:
        return ModelUnreachable(f"{host} did not answer in time ({status}).")
    if status == 429:
        return ModelBusy(f"{host} wants fewer requests (429).", _retry_after(problem))
    if status == 501:
        return ModelRefused(f"{host} cannot do this (501){f': {words}' if words else '.'}")
    if status >= 500:
        shown = f": {words}" if words else "."
        return ModelBusy(f"{host} has a problem ({status}){shown}", _retry_after(problem))
    if 300 <= status < 400:
        return ModelRefused(
            f"{host} sends elsewhere, which sureql does not follow: "
            "set model.base_url to the address that answers."
        )
    return ModelRefused(f"{host} refuses the request ({status}){f': {words}' if words else '.'}")


def _of_key(status: int, host: str, endpoint: Endpoint) -> str:
    if status == 407:
        return "The proxy wants a name and a password: see the variable HTTPS_PROXY."
    if not endpoint.key:
        return (
            f"{host} wants a key: put it into {_variable(endpoint)}, or run `sureql model login`."
        )
    if status == 403:
        return f"The key is not allowed to use {endpoint.model} at {host}."
    return f"{host} does not accept the key: look at {_variable(endpoint)}, or at the keyring."


def _variable(endpoint: Endpoint) -> str:
    usual = keys.variable_for(endpoint.base_url)
    named = "the variable that model.api_key_env names"
    return f"{usual} or {named}" if usual else named


def _of_connection(problem: BaseException, endpoint: Endpoint) -> ModelError:
    host = address.host(endpoint.base_url)
    causes = list(_causes(problem))
    if any(isinstance(one, UnicodeError) for one in causes):
        return ModelRefused("The key or a header holds a character that cannot be sent.")
    if any(isinstance(one, httpx2.LocalProtocolError) for one in causes):
        return ModelRefused("The key or a header holds a character that cannot be sent.")
    if any(isinstance(one, httpx2.InvalidURL | httpx2.UnsupportedProtocol) for one in causes):
        return invalid()
    if any(isinstance(one, httpx2.ProxyError) for one in causes):
        return ModelUnreachable("The proxy does not let requests through: see HTTPS_PROXY.")
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return _of_certificate(causes, host)
    if any(isinstance(one, httpx2.DecodingError) for one in causes):
        return ModelGarbage(f"What {host} sends cannot be unpacked.")
    if any(isinstance(one, socket.gaierror) for one in causes):
        return ModelUnreachable(f"{host} is not known: is the name right, is there a network?")
    if any(isinstance(one, httpx2.ConnectTimeout) for one in causes):
        return ModelUnreachable(f"{host} cannot be reached: is there a network?")
    if any(isinstance(one, TimeoutError | httpx2.TimeoutException) for one in causes):
        return late(endpoint, endpoint.timeout)
    if any(isinstance(one, httpx2.ConnectError) for one in causes):
        if address.is_loopback(endpoint.base_url):
            return ModelUnreachable(f"Nothing answers at {host}: is the server running?")
        return ModelUnreachable(f"{host} cannot be reached{_reason(causes)}.")
    return ModelUnreachable(f"{host} broke off the connection.")


def invalid() -> ModelRefused:
    """The error for an address that is none."""
    return ModelRefused("model.base_url is no address: it begins with https:// or http://.")


def _of_certificate(causes: list[BaseException], host: str) -> ModelError:
    if any("WRONG_VERSION_NUMBER" in str(one) for one in causes):
        return ModelUnreachable(f"{host} does not speak TLS: does its address begin with http://?")
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return ModelUnreachable(
            f"The certificate of {host} is not trusted: name your authority in SSL_CERT_FILE."
        )
    return ModelUnreachable(f"No secure connection to {host} could be made.")


def _reason(causes: list[BaseException]) -> str:
    numbers = {one.errno for one in causes if isinstance(one, OSError)}
    if errno.ECONNREFUSED in numbers:
        return ": it refuses the connection"
    return ": there is no network" if errno.ENETUNREACH in numbers else ""


def _causes(problem: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException] = [problem]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [other for other in (one.__cause__, one.__context__) if other]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _words(said: str, endpoint: Endpoint) -> str:
    """What the endpoint says, in one line and without the key."""
    if endpoint.key:
        said = said.replace(endpoint.key, "…")
    line = re.sub(r"\s+", " ", "".join(one for one in said if one.isprintable() or one.isspace()))
    # Endpoints repeat parts of keys, and addresses may hold passwords.
    line = re.sub(r"\b(sk|key|Bearer)[-_ ]?[\w*.…-]{8,}", "…", line)
    line = re.sub(r"\w+://\S+", "…", line).strip()
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _retry_after(problem: openai.APIStatusError) -> float | None:
    headers = problem.response.headers
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            found = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if 0 <= found < 86_400:
            return found
    return None
