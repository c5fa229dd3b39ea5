"""What a configuration that comes with a workspace may decide before the user trusts it.

Whoever clones a project must not thereby send their code to an address that the project names, spend
money, or lose a restriction of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sureql.settings.kinds import SCHEMA
from sureql.settings.options import Options

ADDED = ("privacy.ignore_paths", "privacy.ignore_tables")
"""What such a configuration names here is added to what the user's own says."""
_STRICTER = ("local_only", "offline", "redact", "mask_literals")


def may_set(key: str, value: Any) -> bool:
    """Whether `value`, which is of the right kind, may stand in a workspace nobody has trusted."""
    section, _, name = key.partition(".")
    if section in ("model", "budget"):
        return False
    if section == "privacy":
        return key in ADDED or (name in _STRICTER and value is True)
    if key == "judge.postgres":
        return not value
    return key != "schema" or not _names_server(value)


def limited(options: Options) -> Options:
    """What is left of `options` while the user works in a folder that they don't trust: no model and
    no server is asked, whoever named it."""
    own = tuple(
        (glob, tuple(source for source in listed if not _is_server(source)))
        for glob, listed in options.schema
    )
    return replace(
        options,
        schema=tuple((glob, listed) for glob, listed in own if listed),
        model=replace(options.model, enabled=False),
        judge=replace(options.judge, postgres=""),
    )


def _names_server(value: Any) -> bool:
    return any(_is_server(source) for _, listed in SCHEMA.convert(value) for source in listed)


def _is_server(source: str) -> bool:
    return "://" in source and not source.startswith(("sqlite:", "duckdb:"))
