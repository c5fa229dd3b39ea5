"""All rules, found by their modules, and what they find in one statement."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from sureql.ide.diagnostics import rules
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.rule import Rule
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its code: the module's name with hyphens."""
    return {
        name.replace("_", "-"): importlib.import_module(f"{rules.__name__}.{name}").RULE
        for name in sorted(module.name for module in pkgutil.iter_modules(rules.__path__))
    }


def found(context: Context, selection: Selection, only_safe: bool = False) -> Iterator[Diagnostic]:
    """What the wanted rules say about a statement, or those with safe fixes. Offsets are the
    statement's."""
    templated = context.templated
    for code, rule in _wanted(context.dialect.name, context.kind, selection, only_safe):
        if (rule.whole and templated) or (context.tree is None and not rule.tokens):
            continue
        for finding in rule.check(context):
            if not context.hidden(finding.span):
                yield Diagnostic(
                    finding.span,
                    code,
                    finding.message,
                    finding.severity or rule.severity,
                    finding.fixes,
                    finding.related,
                    rule.tags,
                )


@lru_cache(maxsize=256)
def _wanted(
    dialect: str, kind: str, selection: Selection, only_safe: bool
) -> tuple[tuple[str, Rule], ...]:
    """The rules for statements of a kind. Most concern others, and whole files are of few kinds."""
    return tuple(
        (code, rule)
        for code, rule in all_rules().items()
        if (rule.fix == "safe" or not only_safe)
        and (not rule.dialects or dialect in rule.dialects)
        and (not rule.kinds or kind.split(" ")[0] in rule.kinds or kind in rule.kinds)
        and selection.wants(code, rule.default)
    )
