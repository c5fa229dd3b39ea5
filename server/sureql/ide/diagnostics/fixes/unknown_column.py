"""Another column, another source's column, a string, an alias's expression, or a missing join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import (
    did_you_mean,
    layout,
    missing_from,
    missing_joins,
    outline,
    renamed_sources,
    translations,
)
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.edits import TextEdit


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """What is likeliest first; a name one slip away beats everything else."""
    written = problem.span.of(context.text)
    name = context.dialect.normalize(written)
    dotted = context.text[: problem.span.start].rstrip().endswith(".")
    near = [one for one in problem.names if did_you_mean.distance(written, one) <= 1]
    others = list(_of_other_sources(context, problem, name)) if dotted else []
    alias = None if dotted else _expression(context, problem, name)
    quoted = None if dotted or not written.startswith('"') else _string(problem, name)
    if not dotted:
        yield from missing_from.fixes(context, problem)
    word = "" if dotted else translations.of_word(written, written.islower())
    if word:
        yield did_you_mean.changed(problem.span, word, preferred=not near)
    if alias is not None:
        yield alias
    elif quoted is not None and not near:
        yield quoted
    certain = not others and alias is None and quoted is None
    far = [one for one in problem.names if one not in near]
    yield from did_you_mean.names(context, problem, near, certain and not far)
    for fix in others:
        yield replace(fix, preferred=len(others) == 1 and not near)
    for fix in did_you_mean.names(context, problem, far, certain and not near):
        yield replace(fix, preferred=fix.preferred and certain and not near)
    for span, text in problem.elsewhere:
        yield did_you_mean.changed(span, text)
    if dotted:
        return
    if not near:
        yield from renamed_sources.swallowed(context, name)
    if (
        certain
        and not written.startswith('"')
        and context.analysis.sources
        and _is_value(context, problem)
    ):
        yield did_you_mean.changed(problem.span, f"'{written}'", preferred=not problem.names)
    if not near:
        yield from missing_joins.of_column(context, problem.span, name)


def _of_other_sources(context: Context, problem: Problem, name: str) -> Iterator[Fix]:
    """The same column of other sources: `b.title` for `a.title`."""
    at = next((i for i, token in enumerate(context.tokens) if token.span == problem.span), -1)
    if at < 2 or context.tokens[at - 1].text != ".":
        return
    key, write = context.schema.key, context.dialect.write
    qualifier = context.tokens[at - 2]
    mine = key(context.dialect.normalize(qualifier.text))
    told: set[str] = set()
    for source in context.analysis.sources:
        if not source.name or key(source.name) in told | {mine}:
            continue
        where = source.definition or source.span
        level = outline.at(context, where.start) if where is not None else None
        if level is not None and not level.span(level.start, level.end).covers(problem.span):
            continue  # It belongs to another query.
        if any(key(field.name) == key(name) for field in source.fields):
            told.add(key(source.name))
            edit = TextEdit(qualifier.span, write(source.name))
            title = f"Change to `{write(source.name)}.{problem.span.of(context.text)}`"
            yield Fix(title, (edit,), "unsafe")


def _is_value(context: Context, problem: Problem) -> bool:
    """True for the right side of a comparison and the items of IN: a text without its quotes?"""
    at = next((i for i, token in enumerate(context.tokens) if token.span == problem.span), 0)
    while at > 0 and context.tokens[at - 1].text == ",":
        at -= 2
    before = context.tokens[at - 1] if at > 0 else None
    if before is None:
        return False
    if before.text == "(" and at > 1:
        return context.tokens[at - 2].is_word("IN")
    return before.text in ("=", "<>", "!=") or before.is_word("LIKE", "ILIKE")


def _expression(context: Context, problem: Problem, name: str) -> Fix | None:
    """What a select alias stands for, where an alias may not be used."""
    level = outline.at(context, problem.span.start)
    if level is None or level.found.word(level.start) != "SELECT":
        return None
    stop = level.clauses[0][1] if level.clauses else level.end
    if problem.span.start < level.found.tokens[stop - 1].end:
        return None
    key, found = context.schema.key, level.found
    for start, end in level.items(level.start + 1, stop):
        last = found.tokens[end - 1]
        if found.word(start) in ("DISTINCT", "ALL"):
            start += 1
        before = end - 2 if found.word(end - 2) == "AS" else end - 1
        if before <= start or not found.is_name(end - 1) or found.text(end - 2) == ".":
            continue
        if key(context.dialect.normalize(last.text)) != key(name):
            continue
        text = level.span(start, before).of(context.text)
        if before - start > 1 and not _is_simple(text):
            text = f"({text})"
        edit = TextEdit(problem.span, text)
        return Fix(f"Change to `{layout.short(text)}`", (edit,), "unsafe", True)
    return None


def _is_simple(text: str) -> bool:
    """True for a name or one call: they need no parentheses in another expression."""
    marks = "+-*/|<>=% \n"
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0 and character in marks:
            return False
    return True


def _string(problem: Problem, name: str) -> Fix:
    text = "'" + name.replace("'", "''") + "'"
    return did_you_mean.changed(problem.span, text, preferred=True)
