"""All rules, found by their modules, and what they find in one statement."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

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
    for code, rule in all_rules().items():
        if only_safe and rule.fix != "safe":
            continue
        if (rule.whole and templated) or (context.tree is None and not rule.tokens):
            continue
        if not _applies(rule, context) or not selection.wants(code, rule.default):
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


def _applies(rule: Rule, context: Context) -> bool:
    if rule.dialects and context.dialect.name not in rule.dialects:
        return False
    return not rule.kinds or context.kind.split(" ")[0] in rule.kinds or context.kind in rule.kinds
