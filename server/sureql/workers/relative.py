"""Diagnostics that move with their statement."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.model import Diagnostic, Fix
from sureql.text.edits import TextEdit


def shifted(diagnostic: Diagnostic, by: int) -> Diagnostic:
    """The same diagnostic `by` characters further on."""
    return replace(
        diagnostic,
        span=diagnostic.span.shift(by),
        fixes=tuple(_shifted_fix(fix, by) for fix in diagnostic.fixes),
        related=tuple((span.shift(by), note) for span, note in diagnostic.related),
    )


def _shifted_fix(fix: Fix, by: int) -> Fix:
    return replace(
        fix, edits=tuple(TextEdit(edit.span.shift(by), edit.new_text) for edit in fix.edits)
    )
