"""Tables to read from and to join, with the keys that link them."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.prompt.grammar import families
from sureql.prompt.grammar.here import Here, sources
from sureql.prompt.grammar.model import Node, Rules, either, names, seq
from sureql.prompt.grammar.terms import Terms
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

_MOST_TABLES = 120
_MOST_DECODED = 400
_MOST_JOINED = 24
_KEPT = 8
_NO_ALIAS = frozenset(
    [
        "as",
        "by",
        "do",
        "go",
        "if",
        "in",
        "is",
        "no",
        "of",
        "on",
        "or",
        "to",
        "at",
        "add",
        "all",
        "and",
        "any",
        "asc",
        "end",
        "for",
        "get",
        "key",
        "not",
        "set",
        "top",
        "use",
    ]
)

CLAUSE_WORDS = frozenset(
    [
        "ON",
        "USING",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "FETCH",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "WINDOW",
        "QUALIFY",
        "RETURNING",
        "SET",
        "VALUES",
        "JOIN",
        "LEFT",
        "RIGHT",
        "FULL",
        "INNER",
        "CROSS",
        "NATURAL",
        "SELECT",
        "FOR",
    ]
)
"""Words that follow a table without being its alias."""
_SPELLED = re.compile(r"(?i)\b(?:FROM|JOIN)\s+[\w.]+\s+AS\s")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A relation, how it is written, its columns in lower case and the links to others: their key
    with pairs of own and other columns."""

    relation: catalog.Relation
    written: str
    columns: frozenset[str]
    links: tuple[tuple[Key, tuple[tuple[str, str], ...]], ...]

    @property
    def key(self) -> Key:
        return self.relation.schema, self.relation.name


_kept: OrderedDict[tuple[int, str, str], tuple[catalog.Catalog, dict[Key, Table]]] = OrderedDict()


def index(schema: catalog.Catalog, dialect: Dialect) -> dict[Key, Table]:
    """The tables of a catalog with links in both directions; {} if there are too many to look at."""
    key = (id(schema), schema.version, dialect.name)
    if (found := _kept.get(key)) is not None:
        return found[1]
    size = sum(len(one.relations) for one in schema.schemas.values())
    made = _indexed(schema, dialect) if size <= _MOST_DECODED else {}
    _kept[key] = (schema, made)
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return made


def _indexed(schema: catalog.Catalog, dialect: Dialect) -> dict[Key, Table]:
    path = {schema.key(name) for name in schema.search_path}
    links: dict[Key, list[tuple[Key, tuple[tuple[str, str], ...]]]] = {}
    relations = [one for one in schema.relations() if one.kind != "sequence"]
    for relation in relations:
        own = (relation.schema, relation.name)
        for foreign in relation.foreign_keys:
            target = schema.find(foreign.target if foreign.target[0] else foreign.target[1:])
            if target is None:
                continue
            others = foreign.target_columns or target.primary_key
            pairs = tuple(zip(foreign.columns, others, strict=False))
            if pairs:
                other = (target.schema, target.name)
                links.setdefault(own, []).append((other, pairs))
                links.setdefault(other, []).append((own, tuple((b, a) for a, b in pairs)))
    found = {}
    for relation in relations:
        name = dialect.write(relation.name)
        if schema.key(relation.schema) not in path and relation.schema:
            name = f"{dialect.write(relation.schema)}.{name}"
        key = (relation.schema, relation.name)
        columns = frozenset(column.name.lower() for column in relation.columns)
        found[key] = Table(relation, name, columns, tuple(links.get(key, ())))
    return found


# Tables to read.


def tables(here: Here, writable: bool = False) -> Node | None:
    """A table for FROM, with the alias that the rest of the statement wants."""
    found = index(here.schema, here.dialect)
    if not found:
        return None
    lacking = wanted(here)
    others = {place.name.lower() for place in here.columns}
    bare = _bare_names(here, found) - others
    # Where no table has them all, another one may still be joined, if there is room.
    whole = bool(here.after) or any(bare <= one.columns for one in found.values())
    options: list[str] = []
    for one in list(found.values())[:_MOST_TABLES]:
        if writable and one.relation.kind not in ("table", "temporary table"):
            continue
        if bare <= one.columns or (not whole and bare & one.columns):
            options += _with_alias(here, one, lacking)
    if not writable and not bare and not lacking:
        options += [here.write(cte.name) for cte in here.visible.ctes if cte.name]
    return names(options)


def with_all_named(here: Here) -> list[Table]:
    """The tables that have every column that the query at the cursor names; none if it qualifies some."""
    found = index(here.schema, here.dialect)
    bare = _bare_names(here, found)
    if not bare or wanted(here):
        return []
    return [one for one in found.values() if bare <= one.columns]


def _with_alias(here: Here, table: Table, lacking: dict[str, set[str]]) -> list[str]:
    written = here.write(table.relation.name) if here.context.quote else table.written
    given = _alias_behind(here)
    if given:
        return [written] if _used(here, given) <= table.columns else []
    if not lacking:
        return [written]
    found = []
    for alias, columns in lacking.items():
        if columns <= table.columns:
            own = alias == table.relation.name.lower()
            found.append(written if own else f"{written} {here.dialect.write(alias)}")
    return found


def _alias_behind(here: Here) -> str:
    """The alias that stands behind the cursor already."""
    if here.next == "AS" and len(here.after) > 1:
        return here.after[1].text.lower()
    token = here.after[0] if here.after else None
    if token is None or token.kind is not Kind.WORD or token.upper in CLAUSE_WORDS:
        return ""
    return token.text.lower()


def wanted(here: Here) -> dict[str, set[str]]:
    """Qualifiers used in the query at the cursor that nothing there explains, with their columns."""
    known = {one.name.lower() for one in (*here.visible.sources, *here.visible.outer)}
    known |= {cte.name.lower() for cte in here.visible.ctes}
    known |= {name.lower() for name in here.schema.schemas}
    return {name: columns for name, columns in _qualified(here).items() if name not in known}


def _used(here: Here, alias: str) -> set[str]:
    return _qualified(here).get(alias, set())


def _qualified(here: Here) -> dict[str, set[str]]:
    tokens = (*here.before, *here.after)
    span = here.context.frame.span
    found: dict[str, set[str]] = {}
    for first, dot, second in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.text != "." or first.kind is not Kind.WORD or first.start < span.start:
            continue
        low = first.text.lower()
        if first.end > span.end or second.kind is not Kind.WORD:
            continue
        found.setdefault(low, set()).add(here.dialect.normalize(second.text).lower())
    return found


def _bare_names(here: Here, found: dict[Key, Table]) -> frozenset[str]:
    """Columns that the query at the cursor names without a qualifier, and does not make itself."""
    every = frozenset().union(*(one.columns for one in found.values())) if found else frozenset()
    names_used: set[str] = set()
    made: set[str] = set()
    span = here.context.frame.span
    tokens = (*here.before, *here.after)
    for index_, token in enumerate(tokens):
        if token.kind is not Kind.WORD or not span.start <= token.start < span.end:
            continue
        previous = tokens[index_ - 1].upper if index_ else ""
        following = tokens[index_ + 1].text if index_ + 1 < len(tokens) else ""
        low = token.text.lower()
        if previous == "AS":
            made.add(low)
        elif low in every and previous != "." and following not in (".", "("):
            names_used.add(low)
    return frozenset(names_used - made)


# Tables to join.


def joined(here: Here, rules: Rules) -> Node | None:
    """A table with its alias and the condition that links it to those before."""
    found = index(here.schema, here.dialect)
    lacking = wanted(here)
    own = sources(here.context, here.visible)
    bare = _bare_names(here, found) & {place.name.lower() for place in here.columns}
    fitting = {key: one for key, one in found.items() if not bare & one.columns}
    if here.next in ("ON", "USING", "AS") or _alias_behind(here):
        return names([text for one in fitting.values() for text in _with_alias(here, one, lacking)])
    linked = _linked(here, fitting, found, own, lacking)
    if linked or here.after:
        return names(linked)
    return names([text for one in fitting.values() for text in _with_alias(here, one, lacking)])


def _linked(
    here: Here,
    fitting: dict[Key, Table],
    found: dict[Key, Table],
    own: tuple[semantics.Source, ...],
    lacking: dict[str, set[str]],
) -> list[str]:
    taken = {source.name.lower() for source in own}
    aliased = any(source.aliased for source in own)
    spelled = bool(_SPELLED.search(here.text))
    word = here.word(" AS ") if spelled else " "
    options: list[str] = []
    for source in own:
        relation = source.relation
        table = found.get((relation.schema, relation.name)) if relation is not None else None
        for other, pairs in table.links if table is not None else ():
            target = fitting.get(other)
            if target is None or len(options) >= _MOST_JOINED:
                continue
            for alias in _aliases(target, taken, aliased, lacking):
                written = here.write(target.relation.name) if here.context.quote else target.written
                name = alias or here.dialect.write(target.relation.name)
                head = f"{written}{word}{alias}" if alias else written
                condition = _condition(here, name, source.name, pairs)
                options.append(f"{head}{here.word(' ON ')}{condition}")
    return options


def _aliases(
    target: Table, taken: set[str], aliased: bool, lacking: dict[str, set[str]]
) -> list[str]:
    if lacking:
        named = target.relation.name.lower()
        return [
            "" if alias == named else alias
            for alias, columns in lacking.items()
            if columns <= target.columns
        ]
    if not aliased and target.relation.name.lower() not in taken:
        return [""]
    return [short(target.relation.name, taken)]


def short(name: str, taken: set[str]) -> str:
    """An alias made of a name's initials that is not taken."""
    parts = [part for part in re.split(r"[^a-z0-9]+", name.lower()) if part[:1].isalpha()]
    alias = "".join(part[0] for part in parts) or "t"
    count = 2
    found = alias
    while found in taken or found in _NO_ALIAS:
        found = f"{alias}{count}"
        count += 1
    return found


def _condition(here: Here, left: str, right: str, pairs: tuple[tuple[str, str], ...]) -> str:
    # The pairs run from the source that is there to the new table.
    write = here.dialect.write
    return here.word(" AND ").join(
        f"{left}.{write(b)} = {write(right)}.{write(a)}" for a, b in pairs
    )


# Conditions.


def conditions(terms: Terms) -> Node | None:
    """What may stand behind ON: the keys that link the last table to the others, else like columns."""
    here = terms.here
    own = sources(here.context, here.visible)
    found = index(here.schema, here.dialect)
    keys: list[str] = []
    if own:
        newest = own[-1]
        relation = newest.relation
        table = found.get((relation.schema, relation.name)) if relation is not None else None
        for source in own[:-1]:
            other = source.relation
            for key, pairs in table.links if table is not None else ():
                if other is not None and key == (other.schema, other.name):
                    keys.append(
                        _condition(here, here.dialect.write(source.name), newest.name, pairs)
                    )
                    keys.append(_condition(here, here.dialect.write(newest.name), source.name,
                                           tuple((b, a) for a, b in pairs)))  # fmt: skip
    if keys:
        return names(keys)
    return _alike(terms, own)


def _alike(terms: Terms, own: tuple[semantics.Source, ...]) -> Node | None:
    if len(own) < 2:
        return None
    last = own[-1].name.lower()
    found: list[Node | None] = []
    for family in sorted(terms.by_family):
        if family == families.OPAQUE or family == families.OTHER:
            continue
        sides: tuple[list[str], list[str]] = ([], [])
        for place in terms.by_family[family]:
            qualified = next((text for text in place.written if "." in text), "")
            sides[place.source.lower() == last].append(qualified)
        left = terms.rule(f"old-{family}", names(sides[0]))
        right = terms.rule(f"new-{family}", names(sides[1]))
        found.append(seq(right, " = ", left))
    return either(*found)


def clause_of_tables(clause: Clause) -> bool:
    """True where tables of the user's are written to."""
    return clause in (Clause.INSERT, Clause.UPDATE, Clause.DELETE, Clause.MERGE)
