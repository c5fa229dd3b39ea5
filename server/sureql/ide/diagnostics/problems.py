"""Syntax and name problems of one statement, each with the fixes that take it away."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context, fixes, project_names, surroundings
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes, checked, did_you_mean, reserved
from sureql.ide.diagnostics.mending.causes import Layer
from sureql.ide.diagnostics.surroundings import Surroundings
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics.model import Problem
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_Fixes = Callable[[Context, Problem], Iterator[Fix]]


def found(
    part: Statement,
    schema: catalog.Catalog,
    dialect: Dialect,
    path: str = "",
    only_safe: bool = False,
    bare: bool = False,
    near: Span | None = None,
    around: Surroundings = surroundings.NONE,
) -> tuple[Diagnostic, ...]:
    """Syntax and names of one statement of the file at `path`. Offsets are the statement's.

    With `only_safe` those that have no safe fix may lack the others as well; with `bare` all do,
    and with `near` those that don't touch it.
    """
    told: list[Diagnostic] = []
    left = 0 if bare else checked.limit(len(part.text), near)
    for layer in causes.layers(context.of(part, schema, dialect, path, around)):
        for problem in layer.problems:
            moved = causes.moved_back(layer, problem)
            if moved is not None:
                chosen = left > 0 and (near is None or moved.span.meets(near))
                left -= chosen
                offered = _fixes(layer, problem, only_safe) if chosen else ()
                told.append(_told(moved, offered))
    if around.macro or (dialect.name == "generic" and "\\'" in part.text):
        # Whether a backslash keeps a quote from closing a string differs between engines.
        told = [one for one in told if one.code != "syntax-error"]
    if not around.program:  # A page shows what others may write.
        told += project_names.unknown(part, schema)
    return tuple(sorted(told, key=lambda one: one.span))


def mended(context: Context, problem: Problem) -> tuple[Fix, ...]:
    """The fixes of one problem, checked, best first. For whoever finds problems of known codes,
    such as the engine."""
    return checked.kept(context, problem.code, problem.span, _candidates(context, problem))


def _candidates(context: Context, problem: Problem) -> Iterator[Fix]:
    return _modules().get(problem.code, did_you_mean.fixes)(context, problem)


def _fixes(layer: Layer, problem: Problem, only_safe: bool) -> tuple[Fix, ...]:
    correction = layer.correction if problem.code == causes.SYNTAX else None
    offered: tuple[Fix, ...]
    if correction is not None and reserved.concerns(problem):
        named = reserved.fixes(layer.context, problem, correction)
        offered = checked.kept(layer.context, problem.code, problem.span, named) or (correction,)
    elif correction is not None and _is_safe(correction):
        offered = (correction,)
    elif only_safe and not any(map(_is_safe, _candidates(layer.context, problem))):
        return ()
    elif correction is None:
        offered = mended(layer.context, problem)
    else:
        offered = _with_others(layer.context, problem, correction)
    moved = (_moved_back(layer, fix) for fix in offered) if layer.corrected else offered
    return tuple(fix for fix in moved if fix is not None)


def _with_others(context: Context, problem: Problem, first: Fix) -> tuple[Fix, ...]:
    """The grammar's own fix, where it is not certain, and what else may have been meant."""
    others = (replace(fix, preferred=False) for fix in _modules()[problem.code](context, problem))
    return checked.kept(context, problem.code, problem.span, (first, *others))


def _is_safe(fix: Fix) -> bool:
    return fix.applicability == "safe"


def _moved_back(layer: Layer, fix: Fix) -> Fix | None:
    spans = [layer.back(edit.span) for edit in fix.edits]
    edits = tuple(
        TextEdit(span, edit.new_text)
        for span, edit in zip(spans, fix.edits, strict=True)
        if span is not None
    )
    whole = len(edits) == len(fix.edits)
    return Fix(fix.title, edits, fix.applicability, fix.preferred) if whole else None


def _told(problem: Problem, offered: tuple[Fix, ...]) -> Diagnostic:
    return Diagnostic(
        problem.span,
        problem.code,
        problem.message,
        problem.severity,
        offered,
        problem.related,
        declared=problem.declared,
    )


@cache
def _modules() -> Mapping[str, _Fixes]:
    """What makes the fixes of a problem, by its code: the module's name with hyphens."""
    return {
        found.name.replace("_", "-"): importlib.import_module(
            f"{fixes.__name__}.{found.name}"
        ).fixes
        for found in pkgutil.iter_modules(fixes.__path__)
    }
