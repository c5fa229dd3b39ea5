"""Analysis results as text, for expectations in fixtures."""

from __future__ import annotations

from sureql.semantics.model import Analysis, Field, Source, Visible


def field(one: Field) -> str:
    """`name TYPE null <- schema.table.column`."""
    origins = ", ".join(".".join(origin) for origin in one.origins)
    null = "null" if one.nullable else "not null"
    arrow = f" <- {origins}" if origins else ""
    return f"{one.name or '(unnamed)'} {one.type or '?'} {null}{arrow}"


def output(found: Analysis) -> str:
    """One line per output column, `...` at the end if there may be more."""
    lines = [field(one) for one in found.output]
    return "\n".join(lines if found.output_closed else [*lines, "..."])


def references(found: Analysis, text: str) -> str:
    """One line per reference: what is written, its kind, and what it means."""
    lines = []
    for one in found.references:
        meaning = ""
        if one.field is not None and one.field.origins:
            meaning = " " + ", ".join(".".join(origin) for origin in one.field.origins)
        elif one.relation is not None:
            meaning = f" {one.relation.schema}.{one.relation.name}"
        defined = f" = {one.definition.of(text)}" if one.definition is not None else ""
        lines.append(f"{one.span.start} {one.span.of(text)}: {one.kind}{meaning}{defined}")
    return "\n".join(lines)


def _name(one: Field) -> str:
    # The scan doesn't know what the engine calls an expression; nobody can use that name anyway.
    return "?" if one.name in ("", "?column?") else one.name


def source(one: Source) -> str:
    """`name kind (a, b, …)`; an open source ends with `...`."""
    names = [_name(field) for field in one.fields]
    inside = ", ".join(names if one.closed else [*names, "..."])
    return f"{one.name or '(unnamed)'} {one.kind} ({inside})"


def visible(found: Visible) -> str:
    """What can be named, one thing per line."""
    lines = [source(one) for one in found.sources]
    lines += [f"outer: {source(one)}" for one in found.outer]
    lines += [f"cte: {source(one)}" for one in found.ctes]
    if found.projection:
        lines.append(f"projection: {', '.join(_name(one) for one in found.projection)}")
    if found.merged:
        lines.append(f"merged: {', '.join(found.merged)}")
    if found.target is not None:
        lines.append(f"target: {found.target.name}")
    return "\n".join(lines)
