"""The diagnostic of a cause that only an engine sees, and what we see behind a repair."""

from __future__ import annotations

from dataclasses import replace

from sureql.ide.diagnostics import context, problems
from sureql.ide.diagnostics.verdicts import suggestions
from sureql.ide.diagnostics.verdicts.causes import Cause, Question
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics.model import Problem
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def of_engine(
    cause: Cause, statement: Statement, patched: Patched, question: Question
) -> Diagnostic:
    """What is shown of a cause that we did not know, with the fixes that its code has."""
    reading, place = cause.reading, cause.place
    if place is None or cause.origin is None:
        token = cause.text.tokens[cause.text.at(question.asks.head)]
        return Diagnostic(patched.back(token.span), reading.code, reading.message)
    span = cause.origin if len(cause.origin) else _widened(cause.origin, statement.text)
    found = Diagnostic(span, reading.code, reading.message)
    if patched.replaced(place.span) or reading.syntax:
        return found
    names = suggestions.names(
        reading, cause.judgement.hint, place.span, cause.text, question.schema
    )
    part = _repaired(statement, patched)
    problem = Problem(place.span, reading.code, reading.message, names)
    seen = context.of(part, question.schema, question.dialect, "")
    told = Diagnostic(
        place.span, reading.code, reading.message, fixes=problems.mended(seen, problem)
    )
    moved = _moved(told, patched)
    return found if moved is None else replace(found, fixes=moved.fixes)


def behind(statement: Statement, patched: Patched, question: Question) -> list[Diagnostic]:
    """What we find in the text as it is repaired, at its place in the original."""
    part = _repaired(statement, patched)
    return [
        moved
        for one in problems.found(part, question.schema, question.dialect)
        if (moved := _moved(one, patched)) is not None
    ]


def _repaired(statement: Statement, patched: Patched) -> Statement:
    # What is judged has no templates, and its parameters are written as the engine takes them.
    return replace(statement, text=patched.text, masked=patched.text, holes=())


def _moved(found: Diagnostic, text: Patched) -> Diagnostic | None:
    """`found` in the original's offsets, None if a replacement touches it."""
    if text.replaced(found.span):
        return None
    fixes = tuple(
        Fix(
            fix.title,
            tuple(TextEdit(text.back(edit.span), edit.new_text) for edit in fix.edits),
            fix.applicability,
            fix.preferred,
        )
        for fix in found.fixes
        if not any(text.replaced(edit.span) for edit in fix.edits)
    )
    related = tuple((text.back(span), note) for span, note in found.related)
    return replace(found, span=text.back(found.span), fixes=fixes, related=related)


def _widened(span: Span, text: str) -> Span:
    """A span of at least one character where the text has one."""
    if span.end < len(text):
        return Span(span.start, span.start + 1)
    return Span(max(0, span.start - 1), span.start)
