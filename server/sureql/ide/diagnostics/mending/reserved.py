"""A reserved word as the name of a table in FROM: quoted wherever it is meant, or another name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import shape
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit


def concerns(problem: Problem) -> bool:
    """True if the problem is a name that needs quotes."""
    return problem.code == causes.SYNTAX and "is a reserved word" in problem.message


def fixes(context: Context, problem: Problem, quoted: Fix) -> Iterator[Fix]:
    """`quoted` puts quotes around the problem. The name that the rest of the statement uses comes
    first where it uses one that is none, and not this one."""
    (edit,) = quoted.edits
    found = shape.of(context.tokens, context.dialect)
    uses = [
        token
        for index, token in enumerate(found.tokens)
        if token.kind is Kind.WORD
        and token.upper == problem.span.of(context.text).upper()
        and found.text(index + 1) == "."
        and found.text(index - 1) != "."
    ]
    unknown = {
        one.span.of(context.text) for one in causes.of(context) if one.code == "unknown-alias"
    }
    if unknown and not uses:
        for name in sorted(unknown)[:2]:
            fix = Fix(f"Change to `{name}`", (TextEdit(edit.span, name),), "unsafe", True)
            yield fix
        yield replace(quoted, applicability="unsafe", preferred=False)
        return
    edits = (edit, *(TextEdit(token.span, edit.new_text) for token in uses))
    yield replace(quoted, edits=tuple(sorted(edits, key=lambda one: one.span)))


def unquoted(context: Context) -> Iterator[Fix]:
    """Quotes for a reserved word before a dot, where a source is called so in quotes."""
    found = shape.of(context.tokens, context.dialect)
    names = {
        token.text[1:-1].upper(): token.text
        for token in found.tokens
        if token.kind is Kind.QUOTED and token.text[1:-1].lower() in context.dialect.reserved
    }
    edits = [
        TextEdit(token.span, names[token.upper])
        for index, token in enumerate(found.tokens)
        if token.kind is Kind.WORD and token.upper in names and found.text(index + 1) == "."
    ]
    if edits:
        yield Fix(f"Change to {edits[0].new_text}", tuple(edits), "unsafe", True)
