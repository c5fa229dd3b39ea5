"""A syntax error as users see it."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A syntax error in plain words. `fix` is (title, span, new text) where one is at hand; `sure`
    says that nothing else can be meant."""

    span: Span
    message: str
    code: str = "syntax-error"
    fix: tuple[str, Span, str] | None = None
    sure: bool = True
