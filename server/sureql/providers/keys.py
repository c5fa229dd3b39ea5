"""Keys of endpoints: from the editor, the environment or the system's keyring, never from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sureql.ports.errors import ModelRefused
from sureql.ports.provider import GIVEN_KEYS
from sureql.privacy import hiding

_SERVICE = "sureql"
_DEFAULT = "api.openai.com"
_KEYRING = "the system's keyring"


USUAL = "OPENAI_API_KEY"
"""Holds a key for OpenAI: no other host gets it unless the user's settings name this variable."""


def find(base_url: str, env_name: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """The key for an endpoint and where it was found; ('', '') if there is none.

    The keyring may ask its user for a password, so this is not for the event loop.
    """
    if key := _given(variables).get(host_of(base_url), ""):
        return key, "the editor"
    name = env_name or variable_for(base_url)
    if name and name != GIVEN_KEYS and (key := variables.get(name, "").strip()):
        return key, name
    if key := _from_keyring(base_url):
        return key, _KEYRING
    return "", ""


def variable_for(base_url: str) -> str:
    """The variable that holds an endpoint's key where the settings name none; '' for other hosts."""
    own = host_of(base_url) == _DEFAULT or hiding.is_on_this_machine(base_url)
    return USUAL if own else ""


def keep(base_url: str, key: str) -> str:
    """Put the key for an endpoint into the keyring; the host it is for. Raises ModelRefused."""
    ring, errors = _keyring()
    host = host_of(base_url)
    try:
        ring.set_password(_SERVICE, host, key)
    except errors.KeyringError as error:
        raise _without_keyring() from error
    return host


def forget(base_url: str) -> bool:
    """Delete the key for an endpoint from the keyring; False if there was none.

    Raises ModelRefused.
    """
    ring, errors = _keyring()
    try:
        ring.delete_password(_SERVICE, host_of(base_url))
    except errors.PasswordDeleteError:
        return False
    except errors.KeyringError as error:
        raise _without_keyring() from error
    return True


def host_of(base_url: str) -> str:
    """The host that a key is for, with its port if it isn't the usual one."""
    parts = urlsplit(base_url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname or _DEFAULT
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return host if port in (None, usual) else f"{host}:{port}"


def _given(variables: Mapping[str, str]) -> dict[str, str]:
    """The editor's keys by host. Whatever else names an endpoint, a key goes to its own host only."""
    try:
        found = json.loads(variables.get(GIVEN_KEYS, "{}"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {host: key.strip() for host, key in found.items() if isinstance(key, str)}


def _from_keyring(base_url: str) -> str:
    try:
        ring, errors = _keyring()
    except ModelRefused:
        return ""
    try:
        return ring.get_password(_SERVICE, host_of(base_url)) or ""
    except errors.KeyringError:
        return ""


def _keyring() -> tuple[Any, Any]:
    try:
        import keyring
        from keyring import errors
    except ImportError as error:
        raise ModelRefused(
            "The keyring needs an extra: uv tool install 'sureql[keyring]' (or pip install). "
            "Or put the key into the variable that model.api_key_env names."
        ) from error
    return keyring, errors


def _without_keyring() -> ModelRefused:
    # The library's own message may quote what it was given.
    return ModelRefused(
        "This system has no keyring that can be used: put the key into the variable that "
        "model.api_key_env names."
    )
