"""Tolerant parsing of one statement with sqlglot, cached by text and dialect."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sureql.syntax.dialects import Dialect
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A syntax error in plain words. `fix` is (title, span, new text) where one is certain."""

    span: Span
    message: str
    code: str = "syntax-error"
    fix: tuple[str, Span, str] | None = None


@dataclass(frozen=True, slots=True)
class Parse:
    """`tree` is None if the text did not parse or sqlglot only kept it as an opaque command.

    `problem` is None if it parsed; with tree None and problem None nothing is known (opaque).
    """

    tree: exp.Expression | None
    problem: SyntaxProblem | None


def parse(masked: str, dialect: Dialect) -> Parse:
    """Parse one statement's masked text. Treat the tree as read-only: it is shared."""
    raise NotImplementedError


def span_of(node: exp.Expression) -> Span | None:
    """The span of a node: from its first to its last positioned descendant (identifiers, literals)."""
    raise NotImplementedError
