"""Names for sources in FROM: the one that the rest of the statement uses, or a new one."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import missing_joins
from sureql.ide.model import Fix
from sureql.semantics.model import Source
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def twins(context: Context) -> list[Source]:
    """The aliased sources whose alias another source has as well."""
    key = context.schema.key
    aliased = [one for one in context.analysis.sources if one.aliased and one.definition]
    names = [key(one.name) for one in aliased]
    return [one for one, name in zip(aliased, names, strict=True) if names.count(name) > 1]


def undefined(context: Context) -> list[str]:
    """Qualifiers that no source has, as they are written, each once."""
    found = [
        one.span.of(context.text)
        for one in context.analysis.problems
        if one.code == "unknown-alias"
    ]
    return list(dict.fromkeys(found))


def to(context: Context, name: str) -> Iterator[Fix]:
    """Renames one of two sources of the same name to `name`: the one that has its columns."""
    key = context.schema.key
    wanted = missing_joins.columns_of(context, name)
    for source in twins(context):
        if source.definition is None or not source.closed:
            continue
        if wanted <= {key(field.name) for field in source.fields}:
            told = source.relation.name if source.relation is not None else source.name
            edit = TextEdit(source.definition, name)
            yield Fix(f"Call `{told}` `{name}`", (edit,), "unsafe", True)


def swallowed(context: Context, name: str) -> Iterator[Fix]:
    """A comma before a table that was read as the alias of the one before it."""
    for source in context.analysis.sources:
        if not source.aliased or source.definition is None:
            continue
        relation = context.schema.find([source.name])
        if relation is None or context.schema.column(relation, name) is None:
            continue
        before = [token for token in context.tokens if token.end <= source.definition.start]
        if before and not before[-1].is_word("AS") and before[-1].text != ")":
            edit = TextEdit(Span(before[-1].end, before[-1].end), ",")
            title = f"Add a comma before `{source.definition.of(context.text)}`"
            yield Fix(title, (edit,), "unsafe", True)
