"""Qualifies an ambiguous column, with the source that is evidently meant first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import did_you_mean, renamed_sources
from sureql.ide.model import Fix
from sureql.semantics.model import Problem


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """One fix for each source that has the column."""
    if not problem.names:
        for missing in renamed_sources.undefined(context):
            yield from renamed_sources.to(context, missing)
    key = context.schema.key
    name = key(context.dialect.normalize(problem.span.of(context.text)))
    used = _used(context, name)
    owners = {form: key(_qualifier(context, form)) for form in problem.names}
    equal = _equated(context, name) >= set(owners.values())
    near = _nearest(context, problem, set(owners.values()))
    other = _compared(context, problem)

    def order(form: str) -> tuple[bool, bool, bool]:
        owner = owners[form]
        # A column is hardly ever compared with itself.
        return owner == other, not (owner in used and not equal), owner != near

    evident = [form for form in problem.names if owners[form] in used and owners[form] != other]
    left = [form for form in problem.names if owners[form] != other]
    sure = equal or len(evident) == 1 or len(left) == 1
    for index, form in enumerate(sorted(problem.names, key=order)):
        fix = did_you_mean.changed(problem.span, form)
        yield replace(fix, title=f"Qualify as `{form}`", preferred=sure and not index)


def _qualifier(context: Context, form: str) -> str:
    return context.dialect.normalize(form.rpartition(".")[0])


def _used(context: Context, name: str) -> set[str]:
    """The qualifiers that the statement writes before this column elsewhere."""
    return {qualifier for qualifier, column, _ in _qualified(context) if column == name}


def _equated(context: Context, name: str) -> set[str]:
    """The qualifiers of this column in `a.name = b.name`: which of them is meant makes no odds."""
    found = [one for one in _qualified(context) if one[1] == name]
    equal: set[str] = set()
    for (left, _, at), (right, _, after) in pairwise(found):
        if after == at + 4 and context.tokens[at + 3].text == "=" and "LEFT" not in _words(context):
            equal |= {left, right}
    return equal


def _compared(context: Context, problem: Problem) -> str:
    """The qualifier of the same column on the other side of `=`, '' if there is none."""
    tokens = context.tokens
    at = next((i for i, token in enumerate(tokens) if token.span == problem.span), -1)
    if at < 0:
        return ""
    name = tokens[at].upper
    for first, sign, column in ((at - 4, at - 1, at - 2), (at + 2, at + 1, at + 4)):
        if first < 0 or column >= len(tokens) or tokens[sign].text != "=":
            continue
        if tokens[first + 1].text == "." and tokens[column].upper == name:
            return context.schema.key(context.dialect.normalize(tokens[first].text))
    return ""


def _words(context: Context) -> set[str]:
    return {token.upper for token in context.tokens}


def _qualified(context: Context) -> list[tuple[str, str, int]]:
    """Every `qualifier.column` of the statement with the place of its first token."""
    tokens, normalize, key = context.tokens, context.dialect.normalize, context.schema.key
    return [
        (key(normalize(tokens[at].text)), key(normalize(tokens[at + 2].text)), at)
        for at in range(len(tokens) - 2)
        if tokens[at + 1].text == "."
    ]


def _nearest(context: Context, problem: Problem, owners: set[str]) -> str:
    """The qualifier of the column written last before the problem."""
    found = ""
    for qualifier, _, at in _qualified(context):
        if context.tokens[at].start < problem.span.start and qualifier in owners:
            found = qualifier
    return found
