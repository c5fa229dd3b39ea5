"""Column lists, assignments and rows of INSERT and UPDATE."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.catalog import model as catalog
from sureql.prompt.grammar import families
from sureql.prompt.grammar.here import Here, Place
from sureql.prompt.grammar.model import Node, Ref, either, maybe, names, seq
from sureql.prompt.grammar.terms import Terms
from sureql.syntax.cursor import Clause


def columns(here: Here, terms: Terms) -> Node | None:
    """Bare columns of the table at hand: of INSERT, SET, USING, ON CONFLICT, an index."""
    relation = _target(here)
    if relation is None or not relation.closed:
        return None
    clause = here.context.clause
    written = {path.parts[-1].lower() for path in here.context.written}
    left = [
        one for one in relation.columns if one.name.lower() not in written and not one.generated
    ]
    if clause is Clause.INSERT_COLUMNS:
        return _insert_list(here, terms, relation, left)
    if clause is Clause.SET:
        return _assignment(here, terms, left)
    if clause is Clause.USING:
        shared = _shared(here)
        return names([here.write(name) for name in shared])
    return names([here.write(one.name) for one in left])


def _target(here: Here) -> catalog.Relation | None:
    if here.visible.target is not None and here.visible.target.relation is not None:
        return here.visible.target.relation
    target = here.context.target
    return here.schema.find(target.parts) if target is not None else None


def _shared(here: Here) -> list[str]:
    sources = here.visible.sources
    if len(sources) < 2:
        return []
    earlier = {field.name.lower() for source in sources[:-1] for field in source.fields}
    return [field.name for field in sources[-1].fields if field.name.lower() in earlier]


def _insert_list(
    here: Here, terms: Terms, relation: catalog.Relation, left: Sequence[catalog.Column]
) -> Node | None:
    # In the table's order, so that none comes twice; what must be given can't be skipped.
    if here.after and here.next not in (")", ";"):
        return None
    if len(here.after) > 1 and here.next == ")" and here.after[1].text != ";":
        return None
    closing = "" if here.next == ")" else ")"
    optional = set(relation.primary_key) if len(relation.primary_key) == 1 else set()
    rest: Node | None = names([closing]) if closing else maybe(None)
    for index in range(len(left) - 1, -1, -1):
        column = left[index]
        needed = not column.nullable and column.default is None and column.name not in optional
        own = seq(("" if index == 0 else ", ") + here.write(column.name), rest)
        if index == 0:
            heads = [own] if needed else [own, *_later_heads(here, left, terms)]
            return either(*heads)
        node = own if needed else either(own, rest)
        rest = terms.rule(f"insert-{index}", node)
    return None


def _later_heads(here: Here, left: Sequence[catalog.Column], terms: Terms) -> list[Node | None]:
    # The list may begin with a later column if those before it may be left out.
    found: list[Node | None] = []
    for index in range(1, len(left)):
        column = left[index]
        following = f"insert-{index + 1}"
        if terms.known(following):
            tail: Node = Ref(following + terms.mark)
        else:
            tail = maybe(None) if here.next == ")" else names([")"]) or maybe(None)
        found.append(seq(here.write(column.name), tail))
        if not column.nullable and column.default is None:
            break
    return found


def value(here: Here, terms: Terms, column: catalog.Column) -> Node | None:
    """What may be assigned to a column."""
    values = families.enumeration(column, here.schema)
    family = f"enum-{column.type.lower()}" if values else families.of(column.type, here.dialect)
    null = names([here.word("NULL")]) if column.nullable else None
    if not values and family == families.NUMBER and "int" in column.type.lower():
        literal = either(terms.rule("whole", families.WHOLE, True), names(here.parameters))
    else:
        literal = terms.literal(family, values)
    default = names([here.word("DEFAULT")]) if here.dialect.name in ("postgres", "duckdb") else None
    return either(literal, null, default)


def _assignment(here: Here, terms: Terms, left: Sequence[catalog.Column]) -> Node | None:
    made = [seq(here.write(one.name), " = ", value(here, terms, one)) for one in left[:60]]
    return terms.rule("assignment", either(*made))


def compared(here: Here) -> catalog.Column | None:
    """The table's column that the value at the cursor is for, in SET and VALUES."""
    relation, path = _target(here), here.context.compared
    if relation is None or path is None:
        return None
    low = path.parts[-1].lower()
    return next((one for one in relation.columns if one.name.lower() == low), None)


def row(here: Here, terms: Terms, place: Place | None) -> Node | None:
    """The value at the cursor and, where nothing follows, those behind it up to the parenthesis."""
    column = compared(here)
    if column is None:
        return None
    first = value(here, terms, column)
    relation = _target(here)
    if relation is None or here.after:
        return first
    given = _given(here) or [one.name.lower() for one in relation.columns]
    position = here.context.position
    if position >= len(given) or given[position] != column.name.lower():
        return first
    by_name = {one.name.lower(): one for one in relation.columns}
    parts: list[Node | str | None] = [first]
    for name in given[position + 1 :]:
        if name not in by_name:
            return first
        parts += [", ", value(here, terms, by_name[name])]
    return seq(*parts, ")")


def _given(here: Here) -> list[str]:
    """The column list of the INSERT, in lower case."""
    words = [token.upper for token in here.before]
    if "VALUES" not in words:
        return []
    stop = words.index("VALUES")
    opened = words.index("(") if "(" in words[:stop] else stop
    return [
        here.dialect.normalize(token.text).lower()
        for token in here.before[opened:stop]
        if token.text not in ("(", ")", ",")
    ]
