"""The function that was meant: one slip away, or the engine's own word for another engine's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rapidfuzz.distance import OSA

from sureql.catalog import builtins
from sureql.catalog.builtins import elsewhere
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import did_you_mean, translations
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import lexer, shape
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

# What is written like a call but has a grammar of its own is in no list of functions.
_LIKE_CALLS = """cast coalesce nullif greatest least extract substring trim overlay position exists
    grouping""".split()  # noqa: SIM905
_BARE = ("CURRENT_TIMESTAMP", "CURRENT_DATE")
_MOST = 3


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """A translation first: it is what the name means elsewhere."""
    written = problem.span.of(context.text)
    translated = _translated(context, problem)
    if translated is not None:
        yield translated
    if _exists(context, written) or written.lower() in elsewhere.names(context.dialect.name):
        return  # Its arguments are wrong, or the engine: not its name.
    upper = written.isupper()
    names = list(dict.fromkeys([*problem.names, *_similar(context, written)]))[:_MOST]
    shown = [name.upper() if upper and name.islower() else name for name in names]
    for fix in did_you_mean.names(context, problem, shown, certain=False):
        yield replace(fix, preferred=fix.preferred and translated is None)


def _exists(context: Context, written: str) -> bool:
    name = context.dialect.normalize(written)
    known = builtins.functions(context.dialect.name)
    return name.lower() in known or bool(context.schema.functions([name]))


def _similar(context: Context, written: str) -> list[str]:
    low = written.lower()
    known = {*builtins.functions(context.dialect.name), *_LIKE_CALLS}
    for schema in context.schema.schemas.values():
        known.update(schema.functions)
    allowed = 1 if len(low) <= 6 else 2
    scored = [
        (OSA.distance(low, name), name[:1] != low[:1], name)
        for name in known
        if abs(len(name) - len(low)) <= allowed and len(name) > 2
    ]
    return [name for far, _, name in sorted(scored) if 0 < far <= allowed][:_MOST]


def _translated(context: Context, problem: Problem) -> Fix | None:
    found = shape.of(context.tokens, context.dialect)
    at = next((i for i, token in enumerate(found.tokens) if token.span == problem.span), -1)
    if at < 0 or found.text(at + 1) != "(" or found.partner[at + 1] < 0:
        return None
    opening, closing = at + 1, found.partner[at + 1]
    commas = [
        i
        for i in range(opening + 1, closing)
        if found.opener[i] == opening and found.text(i) == ","
    ]
    edges = [opening, *commas, closing]
    spans = [
        Span(found.tokens[first + 1].start, found.tokens[last - 1].end)
        for first, last in pairwise(edges)
        if last > first + 1
    ]
    if closing > opening + 1 and len(spans) != len(commas) + 1:
        return None
    name = found.tokens[at].text
    arguments = tuple(span.of(context.text) for span in spans)
    text = translations.of_call(name, arguments, context.dialect.name, name.islower())
    whole = Span(problem.span.start, found.tokens[closing].end)
    if not text or _has_comment(context, whole, spans):
        return None
    renamed = text.isidentifier() and text.upper() not in _BARE
    span = problem.span if renamed else whole
    return Fix(f"Change to `{text}`", (TextEdit(span, text),), "unsafe", True)


def _has_comment(context: Context, whole: Span, arguments: list[Span]) -> bool:
    """True if a comment stands between the arguments, where it would be lost."""
    return any(
        token.kind is Kind.COMMENT
        and whole.covers(token.span)
        and not any(span.covers(token.span) for span in arguments)
        for token in lexer.tokens(context.masked, context.dialect)
    )
