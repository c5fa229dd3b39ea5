"""What `*` stands for, written out: closed sources only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.semantics import sources, statement
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.text.span import Span

_CHANGED = ("except_", "replace", "rename")
_WIDE = 100


def at(context: Context, offset: int) -> tuple[Span, str] | None:
    """The span of the `*` or `t.*` of a select list at `offset`, and its columns as text.

    None if there is none, or if it is not known what it stands for.
    """
    if context.tree is None or context.templated:
        return None
    resolver, _ = statement.resolve(
        context.tree, context.schema, context.dialect, context.masked, context.holes
    )
    for node, scope in resolver.scopes:
        for item in node.expressions if isinstance(node, exp.Select) else ():
            star = item.this if isinstance(item, exp.Column) else item
            span = sources.span_of(star) if isinstance(star, exp.Star) else None
            if span is None or any(star.args.get(name) for name in _CHANGED):
                continue
            whole = _whole(context, span, item)
            if not whole.touches(offset):
                continue
            names = _names(resolver, item, scope)
            return (whole, _laid_out(context, whole, names)) if names else None
    return None


def _whole(context: Context, star: Span, item: exp.Expr) -> Span:
    """The span of `*` with its qualifier."""
    if not isinstance(item, exp.Column):
        return star
    first = sources.span_of(item.parts[0])
    return Span(first.start, star.end) if first is not None else star


def _names(resolver: Resolver, item: exp.Expr, scope: Scope) -> list[str]:
    """The columns as they are to be written; none if one of them is not certain."""
    write = resolver.dialect.write
    if isinstance(item, exp.Column):
        entry = resolver.star(sources.parts_of(item), scope)
        if entry is None or not entry.source.closed or resolver.problems:
            return []
        names = [f"{write(entry.source.name)}.{write(one.name)}" for one in entry.source.fields]
        return names if len(set(names)) == len(names) else []
    if not scope.closed or not scope.entries or resolver.problems:
        return []
    many = len(scope.entries) > 1
    names = []
    for _, entry, field in scope.order:
        if not field.name or (entry is not None and many and not entry.source.name):
            return []
        qualified = entry is not None and many
        before = f"{write(entry.source.name)}." if qualified and entry is not None else ""
        names.append(before + write(field.name))
    # Two columns of one name in one source can't be told apart by name.
    return names if len(set(names)) == len(names) else []


def _laid_out(context: Context, whole: Span, names: list[str]) -> str:
    """On one line if that is not too wide, else one below the other."""
    start = context.text.rfind("\n", 0, whole.start) + 1
    column = whole.start - start
    line = ", ".join(names)
    if column + len(line) <= _WIDE:
        return line
    indent = "".join(_blanks(context.text[start : whole.start]))
    return f",\n{indent}".join(names)


def _blanks(text: str) -> Iterator[str]:
    """White space as wide as `text`: its tabs stay tabs."""
    for character in text:
        yield "\t" if character == "\t" else " "
