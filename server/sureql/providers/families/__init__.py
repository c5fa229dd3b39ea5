"""Families of models that fill in the middle of a text, one file each, found by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sureql.providers.families.family import Family


def find(model: str, name: str = "") -> Family | None:
    """The family of a model: the one called `name`, or the one that its own name tells."""
    if name and name != "auto":
        return _all().get(name)
    return next((family for family in _all().values() if family.covers(model)), None)


@cache
def _all() -> dict[str, Family]:
    found = sorted(module.name for module in iter_modules(__path__) if module.name != "family")
    return {name: import_module(f"{__name__}.{name}").FAMILY for name in found}
