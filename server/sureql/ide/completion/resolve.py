"""The documentation of a popup item, worked out when the user looks at the item."""

from __future__ import annotations

from sureql.candidates.model import Candidate
from sureql.catalog import builtins
from sureql.catalog import model as catalog

_MOST_COLUMNS = 40


def key_of(one: Candidate) -> str:
    """What `documentation` needs to find the item's thing again; '' if there is nothing to say."""
    if one.function is not None:
        return f"function\n{one.function.schema}\n{one.function.name}"
    if one.relation is None:
        return ""
    relation = f"{one.relation.schema}\n{one.relation.name}"
    if one.column is not None:
        return f"column\n{relation}\n{one.column.name}"
    return f"relation\n{relation}"


def documentation(key: str, schema: catalog.Catalog) -> str:
    """Markdown about the thing with that key; '' if it is gone."""
    kind, *parts = key.split("\n")
    if kind == "function" and len(parts) == 2:
        return _function(schema, *parts)
    if kind == "relation" and len(parts) == 2:
        relation = schema.find(parts) or _system(schema, *parts)
        return _relation(relation) if relation else ""
    if kind == "column" and len(parts) == 3:
        relation = schema.find(parts[:2]) or _system(schema, *parts[:2])
        return _column(schema, relation, parts[2]) if relation else ""
    return ""


def _system(schema: catalog.Catalog, name: str, relation: str) -> catalog.Relation | None:
    found = builtins.schemas(schema.dialect).get(name.lower())
    if found and relation.lower() in found.relations:
        return found.relations[relation.lower()]
    return builtins.hidden(schema.dialect).get(relation.lower())


def _function(schema: catalog.Catalog, owner: str, name: str) -> str:
    if owner:
        own = schema.schema(owner)
        overloads = own.functions.get(schema.key(name), ()) if own else ()
    else:
        overloads = builtins.functions(schema.dialect).get(name.lower(), ())
    lines = []
    for function in overloads:
        signature = function.signature or f"{function.name}({', '.join(function.arguments)})"
        returns = f" → {function.returns}" if function.returns else ""
        lines.append(f"`{signature}{returns}`")
    doc = next((function.doc for function in overloads if function.doc), "")
    return "\n\n".join([*lines, doc]).strip()


def _relation(relation: catalog.Relation) -> str:
    head = [f"**{relation.name}** ({relation.kind})"]
    if relation.comment:
        head.append(relation.comment)
    primary = set(relation.primary_key)
    rows = [
        f"- `{column.name}` {column.type}"
        + (" · key" if column.name in primary else "")
        + (f" · {column.comment}" if column.comment else "")
        for column in relation.columns[:_MOST_COLUMNS]
    ]
    if len(relation.columns) > _MOST_COLUMNS:
        rows.append(f"- … {len(relation.columns) - _MOST_COLUMNS} more")
    return "\n\n".join([*head, "\n".join(rows)])


def _column(schema: catalog.Catalog, relation: catalog.Relation, name: str) -> str:
    column = schema.column(relation, name)
    if column is None:
        return ""
    facts = [f"`{relation.name}.{column.name}` {column.type}".strip()]
    notes = []
    if column.name in relation.primary_key:
        notes.append("primary key")
    for foreign in relation.foreign_keys:
        if column.name in foreign.columns:
            at = foreign.columns.index(column.name)
            other = foreign.target_columns[at : at + 1]
            notes.append(f"refers to `{foreign.target[1]}{'.' + other[0] if other else ''}`")
    if not column.nullable:
        notes.append("not null")
    if column.default:
        notes.append(f"default `{column.default}`")
    if column.generated:
        notes.append("generated")
    if enum := schema.enum_of(column):
        notes.append("one of " + ", ".join(f"`{value}`" for value in enum.values[:20]))
    if notes:
        facts.append(", ".join(notes))
    if column.comment:
        facts.append(column.comment)
    return "\n\n".join(facts)
