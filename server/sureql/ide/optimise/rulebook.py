"""All rewrites, found by their modules."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from sureql.ide import rewrites
from sureql.ide.optimise.rewrite import Rewrite

REWRITES: Mapping[str, Rewrite] = MappingProxyType(
    {
        name.replace("_", "-"): importlib.import_module(f"{rewrites.__name__}.{name}").REWRITE
        for name in sorted(module.name for module in pkgutil.iter_modules(rewrites.__path__))
    }
)
"""Every rewrite by its name: the module's with hyphens."""


def worth(rewrite: Rewrite, engine: str) -> float:
    """How many times faster it typically makes a statement on this engine."""
    return rewrite.worth.get(engine, rewrite.usual)
