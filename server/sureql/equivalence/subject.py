"""The two statements as a comparison sees them: their trees and the relations they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import analysis
from sureql.syntax import dialects, lexer, parse
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

Name = tuple[str, str]
"""A relation's schema and name, as the catalog has them."""

_TABLES = frozenset(
    ("table", "view", "materialized view", "foreign table", "temporary table", "virtual table")
)


class Unfit(Exception):
    """The statements cannot be compared by running them; carries the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Both statements, parsed (read-only trees), and the `relations` to generate rows for.

    Columns that neither statement names and no constraint needs are left out of `relations`, so that
    witnesses stay small. `assumed` are sentences for the verdict, `views` says that a view is
    among the relations. `domains` are the columns (schema, table, column) whose type is a domain of
    the user's: what its checks are is not known.
    """

    first: exp.Query
    second: exp.Query
    relations: tuple[catalog.Relation, ...]
    assumed: tuple[str, ...] = ()
    views: bool = False
    domains: frozenset[tuple[str, str, str]] = frozenset()


def of(first: str, second: str, schema: catalog.Catalog, dialect: str) -> Subject:
    """What the two statements are about. Raises Unfit."""
    rules = dialects.get(dialect)
    trees = (_query(first, rules, "first"), _query(second, rules, "second"))
    found: dict[Name, catalog.Relation] = {}
    unknown: dict[str, None] = {}
    for text in (first, second):
        for reference in analysis.analyse(text, schema, rules).references:
            if reference.kind != "relation":
                continue
            relation = reference.relation
            if relation is None or not relation.columns:
                unknown[reference.name] = None
            elif _is_own(relation, schema):
                raise Unfit(f"`{relation.name}` is the engine's own: it is not filled with rows.")
            elif relation.kind in _TABLES:
                found[relation.schema, relation.name] = relation
            else:
                raise Unfit(
                    f"`{relation.name}` is a {relation.kind}, which is not filled with rows."
                )
    for relation in _enclosed(trees, schema):
        found.setdefault((relation.schema, relation.name), relation)
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        raise Unfit(f"The schema does not know {names}.")
    assumed = [
        f"The view `{relation.name}` was taken for a table with any contents."
        for relation in found.values()
        if "view" in relation.kind
    ]
    assumed += [
        f"Not all columns of `{relation.name}` are known."
        for relation in found.values()
        if not relation.closed
    ]
    relations = _needed(found, schema)
    words = _words((first, second), rules)
    if words is not None:
        pointed_at = _pointed_at(relations)
        relations = tuple(_narrowed(one, words, pointed_at) for one in relations)
    for relation in relations:
        for column in relation.columns:
            if column.generated:
                name = f"`{relation.name}.{column.name}`"
                raise Unfit(f"{name} is computed from other columns, which is not done here.")
    if rules.name == "sqlite":
        columns = {column.name.lower() for one in found.values() for column in one.columns}
        trees = (_spoken(trees[0], columns), _spoken(trees[1], columns))
    views = any("view" in relation.kind for relation in found.values())
    # DuckDB calls another name for a type the same, but that has no checks.
    domains = frozenset() if rules.name == "duckdb" else _domains(relations, schema)
    return Subject(*trees, relations, tuple(assumed), views, domains)


def _domains(
    relations: Sequence[catalog.Relation], schema: catalog.Catalog
) -> frozenset[tuple[str, str, str]]:
    names = {
        schema.key(found.name)
        for part in schema.schemas.values()
        for found in part.types.values()
        if found.kind == "domain"
    }
    return frozenset(
        (relation.schema, relation.name, column.name)
        for relation in relations
        for column in relation.columns
        if names and schema.key(_bare(column.type)) in names
    )


def _bare(type_: str) -> str:
    return type_.partition("(")[0].partition("[")[0].replace('"', "").strip().rpartition(".")[2]


def _is_own(relation: catalog.Relation, schema: catalog.Catalog) -> bool:
    # True for what the engine itself keeps about tables and sessions.
    key = schema.key(relation.schema)
    part = schema.schemas.get(key)
    return (
        part is None
        if key in schema.system
        else (part is not None and schema.key(relation.name) in part.hidden)
    )


def _enclosed(trees: Sequence[exp.Expr], schema: catalog.Catalog) -> Iterator[catalog.Relation]:
    # The tables of a join in parentheses with a query at its head, which no scope lists. One table
    # too many does no harm: it is filled and not read.
    for tree in trees:
        made = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            parts = [part.name for part in table.parts if isinstance(part, exp.Identifier)]
            if len(parts) == 1 and parts[0].lower() in made:
                continue
            relation = schema.find(parts)
            if relation is not None and relation.columns and relation.kind in _TABLES:
                yield relation


def _query(text: str, rules: Dialect, which: str) -> exp.Query:
    tree = parse.parse(text, rules).tree
    if tree is None:
        raise Unfit(f"The {which} statement could not be parsed.")
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(tree.copy())
    if not isinstance(tree, exp.Query) or tree.args.get("into"):
        raise Unfit("Only queries are compared.")
    if any(True for _ in tree.find_all(exp.DML, exp.DDL)):
        found = [node for node in tree.find_all(exp.DML) if not isinstance(node, exp.Query)]
        if found:
            raise Unfit("Only queries are compared, and this one changes data.")
    return tree


def _spoken(tree: exp.Query, names: set[str]) -> exp.Query:
    # SQLite reads "Rock" as a text where no column has that name.
    aliases = {one.alias.lower() for one in tree.find_all(exp.Alias)}
    made = tree.copy()
    for column in list(made.find_all(exp.Column)):
        name = column.name.lower()
        if column.this.args.get("quoted") and not column.table and name not in names | aliases:
            column.replace(exp.Literal.string(column.name))
    return made


def _needed(
    found: dict[Name, catalog.Relation], schema: catalog.Catalog
) -> tuple[catalog.Relation, ...]:
    # The relations read, and those on a chain of foreign keys between two of them: rows of the
    # ones in between carry what the chain demands. Other foreign keys demand nothing of the rows.
    key = schema.key
    names = {(key(name[0]), key(name[1])): name for name in found}

    def reaches(relation: catalog.Relation, seen: frozenset[Name]) -> dict[Name, catalog.Relation]:
        onward: dict[Name, catalog.Relation] = {}
        for foreign in relation.foreign_keys:
            target = schema.find(foreign.target)
            if target is None:
                continue
            at = (key(target.schema), key(target.name))
            if at in names:
                onward[relation.schema, relation.name] = relation
            elif at not in seen and len(seen) < 6:
                beyond = reaches(target, seen | {at})
                if beyond:
                    onward |= beyond
                    onward[relation.schema, relation.name] = relation
        return onward

    chosen = dict(found)
    for relation in found.values():
        start = (key(relation.schema), key(relation.name))
        chosen |= reaches(relation, frozenset((start,)))
    kept = {(key(schema_), key(name)) for schema_, name in chosen}
    return tuple(_without_strangers(relation, kept, schema) for relation in chosen.values())


def _without_strangers(
    relation: catalog.Relation, kept: set[Name], schema: catalog.Catalog
) -> catalog.Relation:
    foreign = []
    for one in relation.foreign_keys:
        target = schema.find(one.target)
        if target is not None and (schema.key(target.schema), schema.key(target.name)) in kept:
            columns = one.target_columns or target.primary_key
            if len(columns) == len(one.columns):
                foreign.append(
                    replace(one, target=(target.schema, target.name), target_columns=columns)
                )
    return replace(relation, foreign_keys=tuple(foreign))


def _words(texts: Sequence[str], rules: Dialect) -> frozenset[str] | None:
    # The names in the texts, None if columns may be meant that are not named.
    words: set[str] = set()
    for text in texts:
        tokens = lexer.code(text, rules)
        for index, token in enumerate(tokens):
            before = tokens[index - 1].text if index else ""
            if token.text == "*" and before.lower() in ("select", ",", ".", "distinct", "all"):
                return None
            if token.text.lower() in ("natural", "table", "columns"):
                return None
            if token.kind in (Kind.WORD, Kind.QUOTED, Kind.STRING):
                words.add(token.text.strip("\"`[]'").lower())
    return frozenset(words)


def _narrowed(
    relation: catalog.Relation, words: frozenset[str], pointed_at: frozenset[tuple[str, str, str]]
) -> catalog.Relation:
    kept = {column.name.lower() for column in relation.columns if column.name.lower() in words}
    free = {column.name.lower() for column in relation.columns if column.nullable} - kept
    free -= _lower(relation.primary_key)
    # A foreign key with a column that may be NULL and is never named demands nothing of the rest;
    # one that must be there demands a row in the other table.
    foreign = tuple(one for one in relation.foreign_keys if not _lower(one.columns) & free)
    relation = replace(relation, foreign_keys=foreign)
    kept |= _lower(name for foreign in relation.foreign_keys for name in foreign.columns)
    kept |= {name for *owner, name in pointed_at if owner == [relation.schema, relation.name]}
    # A key of which a column is never named says nothing about the others, unless the column
    # has few values.
    keys = [key for key in relation.keys if _lower(key.columns) <= kept]
    for key in relation.keys:
        types = {c.type.lower() for c in relation.columns if c.name.lower() in _lower(key.columns)}
        if key not in keys and any("bool" in type_ or "enum" in type_ for type_ in types):
            keys.append(key)
            kept |= _lower(key.columns)
    checks = tuple(
        check for check in relation.checks if any(word in check.lower() for word in kept)
    )
    if checks:
        kept |= {
            c.name.lower()
            for c in relation.columns
            if any(c.name.lower() in k.lower() for k in checks)
        }
    if not kept:
        kept = {relation.columns[0].name.lower()}
    columns = tuple(column for column in relation.columns if column.name.lower() in kept)
    indexes = tuple(
        index
        for index in relation.indexes
        if index.unique and index.plain and _lower(index.columns) <= kept
    )
    return replace(relation, columns=columns, keys=tuple(keys), checks=checks, indexes=indexes)


def _pointed_at(relations: Sequence[catalog.Relation]) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (*foreign.target, name.lower())
        for relation in relations
        for foreign in relation.foreign_keys
        for name in foreign.target_columns
    )


def _lower(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}
