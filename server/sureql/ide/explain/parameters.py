"""The parameters of a statement, with the types that what they stand beside gives them."""

from __future__ import annotations

import re

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import quoting
from sureql.ide.explain.wording import code
from sureql.semantics import sources
from sureql.syntax.tokens import Kind

_TEMPLATE = re.compile(r"\{[{%#]|<%")


def of(context: Context) -> tuple[str, ...]:
    """One text for each parameter, and one for each template that hides a part."""
    typed = _types(context)
    found: dict[str, str] = {}
    for token in context.tokens:
        written = context.text[token.start : token.end]
        if token.kind is Kind.PARAMETER and not _TEMPLATE.match(written):
            # Each `?` is a parameter of its own.
            key = f"{written} {token.start}" if written in ("?", "%s") else written
            found.setdefault(key, "")
            found[key] = found[key] or typed.get(token.start, "")
    shown = []
    for number, (key, about) in enumerate(found.items(), 1):
        name = key.partition(" ")[0]
        which = f" (number {number})" if name in ("?", "%s") else ""
        shown.append(f"{code(name)}{which}{about}")
    for hole in context.holes:
        text = hole.of(context.text)
        if _TEMPLATE.match(text):
            kind = "a template fills this in" if text.startswith("{{") else "a template's control"
            shown.append(f"{code(' '.join(text.split())[:80])}: {kind}")
    return tuple(dict.fromkeys(shown))


def _types(context: Context) -> dict[int, str]:
    """By where a parameter begins: what it is compared with, and the type of that."""
    found: dict[int, str] = {}
    nodes = [one for kind in (exp.Placeholder, exp.Parameter) for one in context.all(kind)]
    for node in nodes:
        parent = node.parent
        while isinstance(parent, (exp.Paren, exp.Cast)):
            if isinstance(parent, exp.Cast):
                break
            parent = parent.parent
        beside = _beside(node, parent)
        filled = _filled(node, parent)
        place = _place(context, node, beside or filled)
        if place is None:
            continue
        if filled is not None:
            type_ = _declared(context, filled)
            told = f", {type_}" if type_ else ""
            found[place] = f": the value of {code(quoting.name(context, filled))}{told}"
            continue
        if isinstance(parent, exp.Cast):
            found[place] = f": cast to {parent.args['to'].sql(context.dialect.sqlglot or None)}"
        elif isinstance(beside, exp.Column):
            type_ = context.type_of(beside)
            told = f", {type_}" if type_ else ""
            # The `=` of SET compares nothing.
            sets = parent is not None and isinstance(parent.parent, (exp.Update, exp.OnConflict))
            sets = sets and parent is not None and parent.arg_key == "expressions"
            word = "the new" if sets else "compared with"
            found[place] = f": {word} {code(quoting.name(context, beside))}{told}"
    return found


def _filled(node: exp.Expr, parent: exp.Expr | None) -> exp.Expr | None:
    """The column that a parameter in VALUES of an INSERT fills."""
    values = parent.parent if isinstance(parent, exp.Tuple) else None
    insert = values.parent if isinstance(values, exp.Values) else None
    if not isinstance(insert, exp.Insert) or not isinstance(insert.this, exp.Schema):
        return None
    # Those without a name look alike.
    if parent is None or node.name in ("", "?", "s"):
        return None
    columns = insert.this.expressions
    place = next((at for at, one in enumerate(parent.expressions) if one is node), len(columns))
    return columns[place] if place < len(columns) else None


def _declared(context: Context, column: exp.Expr) -> str:
    """The type of a column in the column list of an INSERT, '' if it is not known."""
    insert = column.find_ancestor(exp.Insert)
    table = insert.this.this if insert is not None else None
    if not isinstance(table, exp.Table):
        return ""
    relation = context.schema.find(tuple(part.name for part in table.parts))
    columns = relation.columns if relation is not None else ()
    same = (one.type for one in columns if one.name.lower() == column.name.lower())
    return next(same, "")


def _beside(node: exp.Expr, parent: exp.Expr | None) -> exp.Expr | None:
    found: exp.Expr | None = None
    if isinstance(parent, exp.Predicate) and isinstance(parent, exp.Binary):
        found = parent.expression if parent.this is node else parent.this
    elif isinstance(parent, (exp.Between, exp.In)):
        found = parent.this
    return found


def _place(context: Context, node: exp.Expr, beside: exp.Expr | None) -> int | None:
    span = sources.whole_span([node])
    parameters = [one for one in context.tokens if one.kind is Kind.PARAMETER]
    if span is not None:
        near = [one for one in parameters if one.start <= span.start < one.end]
        return near[0].start if near else None
    other = sources.whole_span([beside]) if beside is not None else None
    if other is None:
        return None
    # A placeholder has no position: the nearest of its name after what it is compared with.
    named = [one for one in parameters if one.text.lstrip(":@$%(").startswith(node.name or "?")]
    after = [one.start for one in named if one.start >= other.end]
    return min(after, default=None)
