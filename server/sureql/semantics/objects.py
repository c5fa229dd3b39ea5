"""Objects that DDL names: those that are not there, of another kind, or there already.

Works on tokens, because sqlglot parses few of these statements. PostgreSQL only. `settled` says
that the statement meets the schema as it is: a migration may speak of an older one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sureql.catalog import model as catalog
from sureql.semantics import named, similar, sources
from sureql.semantics.kinds import extensions, naming
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.syntax import lexer
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_KINDS = {
    "TABLE": ("table", "temporary table", "foreign table"),
    "VIEW": ("view",),
    "MATERIALIZED VIEW": ("materialized view",),
}
_MOST_RELATIONS = 500
_RELATIONS = ("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE")


class _Words:
    """The tokens of one statement and how far they are read."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].upper if place < len(self.tokens) else ""

    def accept(self, *words: str) -> bool:
        if [self.word(ahead) for ahead in range(len(words))] != list(words):
            return False
        self.at += len(words)
        return True

    def skip_to(self, word: str) -> bool:
        while self.at < len(self.tokens) and self.word() != word:
            self.at += 1
        return self.at < len(self.tokens)

    def names(self, resolver: Resolver) -> Iterator[tuple[list[str], Span]]:
        """`a, b.c`: each name's folded parts and where the last one stands."""
        while self.at < len(self.tokens):
            parts: list[str] = []
            span = Span(0, 0)
            while self.at < len(self.tokens):
                token = self.tokens[self.at]
                if token.kind is Kind.QUOTED:
                    parts.append(token.text[1:-1].replace('""', '"'))
                elif token.kind is Kind.WORD:
                    parts.append(resolver.dialect.normalize(token.text))
                else:
                    return
                span = token.span
                self.at += 1
                if self.word() != ".":
                    break
                self.at += 1
            yield parts, span
            if not self.accept(","):
                return


def check(resolver: Resolver) -> Iterator[Problem]:
    """Problems of the objects that a DDL statement names."""
    if resolver.dialect.name != "postgres":
        return
    words = _Words(lexer.code(resolver.text, resolver.dialect))
    verb = words.word()
    words.at = 1
    found: Iterator[Problem] = iter(())
    if verb == "DROP":
        found = _drop(resolver, words)
    elif verb == "CREATE":
        found = _create(resolver, words)
    elif verb == "ALTER":
        found = _alter(resolver, words)
    elif verb == "TRUNCATE":
        words.accept("TABLE")
        words.accept("ONLY")
        found = _of_kind(resolver, words, "TABLE")
    elif verb in ("GRANT", "REVOKE"):
        found = _grant(resolver, words)
    elif verb == "REFRESH" and words.accept("MATERIALIZED", "VIEW"):
        words.accept("CONCURRENTLY")
        found = _of_kind(resolver, words, "MATERIALIZED VIEW")
    elif verb == "LOCK":
        words.accept("TABLE")
        words.accept("ONLY")
        found = _relations(resolver, words)
    elif verb == "COMMENT" and words.accept("ON"):
        found = _comment(resolver, words)
    for problem in found:
        if resolver.settled or problem.names:
            yield problem


def _kind(words: _Words) -> str:
    """`TABLE`, `MATERIALIZED VIEW` …, and the words before it."""
    for one in ("MATERIALIZED VIEW", "FOREIGN TABLE"):
        if words.accept(*one.split()):
            return one
    found = words.word()
    words.at += 1
    return found


def _drop(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    kind = _kind(words)
    words.accept("CONCURRENTLY")
    if words.accept("IF", "EXISTS"):
        return
    if kind in _RELATIONS:
        yield from _of_kind(resolver, words, kind)
    elif kind in ("TYPE", "DOMAIN"):
        yield from _types(resolver, words)
    elif kind == "INDEX":
        yield from _indexes(resolver, words)
    elif kind == "SCHEMA":
        yield from _schemas(resolver, words)
    elif kind in ("FUNCTION", "PROCEDURE", "AGGREGATE", "ROUTINE"):
        for parts, span in words.names(resolver):
            certain = resolver.schema.closed_for(parts) and not extensions.brings(parts[-1])
            if certain and not resolver.schema.functions(parts):
                known = [key for one in resolver.schema.schemas.values() for key in one.functions]
                message = f"No function `{parts[-1]}` in the schema."
                yield Problem(span, "unknown-function", message, similar.names(parts[-1], known))
            return
    elif kind in ("TRIGGER", "POLICY", "RULE") and words.skip_to("ON"):
        words.at += 1
        yield from _relations(resolver, words)


def _create(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    replaces = words.accept("OR", "REPLACE")
    temporary = words.accept("TEMP") or words.accept("TEMPORARY")
    words.accept("UNLOGGED")
    unique = words.accept("UNIQUE")
    kind = _kind(words)
    if kind == "INDEX" or unique:
        words.accept("CONCURRENTLY")
    if words.accept("IF", "NOT", "EXISTS") or replaces or temporary:
        return
    if kind in (*_RELATIONS, "SEQUENCE"):
        for parts, span in words.names(resolver):
            yield from _there_already(resolver, parts, span)
            return
    elif kind in ("TYPE", "DOMAIN"):
        for parts, span in words.names(resolver):
            space = resolver.schema.schema(_space(resolver, parts))
            key = resolver.schema.key(parts[-1])
            if space is not None and (key in space.enums or key in space.types):
                yield Problem(span, "already-exists", f"There is a type `{parts[-1]}` already.")
            return
    elif kind == "SCHEMA":
        for parts, span in words.names(resolver):
            space = resolver.schema.schema(parts[-1])
            if space is not None and parts[-1] != "authorization":
                yield Problem(span, "already-exists", f"There is a schema `{parts[-1]}` already.")
            return
    elif kind == "INDEX":
        for parts, span in words.names(resolver):
            if parts != ["on"] and parts[-1] in _index_names(resolver.schema):
                yield Problem(span, "already-exists", f"There is an index `{parts[-1]}` already.")
            return
    elif kind in ("POLICY", "TRIGGER", "RULE", "CONSTRAINT") and words.skip_to("ON"):
        words.at += 1
        yield from _relations(resolver, words)


def _space(resolver: Resolver, parts: Sequence[str]) -> str:
    if len(parts) > 1:
        return parts[-2]
    return resolver.schema.search_path[0] if resolver.schema.search_path else ""


def _there_already(resolver: Resolver, parts: list[str], span: Span) -> Iterator[Problem]:
    name = _space(resolver, parts)
    space = resolver.schema.schema(name)
    if space is None:
        if len(parts) == 2 and resolver.schema.closed and not parts[0].startswith("pg_"):
            yield Problem(span, "unknown-schema", f"No schema `{parts[0]}` is known.")
        return
    relation = space.find(resolver.schema.key(parts[-1]))
    if relation is None:
        return
    note = None
    if relation.location is not None:
        note = (relation.location, f"`{relation.name}` is defined here.")
    message = f"There is a {relation.kind} `{relation.name}` already."
    yield Problem(span, "already-exists", message, declared=note)


def _alter(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    kind = _kind(words)
    if words.accept("IF", "EXISTS"):
        return
    words.accept("ONLY")
    if kind in ("VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"):
        yield from _relations(resolver, words, one=True)
    elif kind == "TABLE":
        for _ in words.names(resolver):
            break
        if words.accept("RENAME", "TO"):
            for parts, span in words.names(resolver):
                yield from _there_already(resolver, parts, span)
    elif kind in ("TYPE", "DOMAIN"):
        yield from _types(resolver, words)
    elif kind == "INDEX":
        yield from _indexes(resolver, words)
    elif kind == "SCHEMA":
        yield from _schemas(resolver, words)


def _relations(resolver: Resolver, words: _Words, one: bool = False) -> Iterator[Problem]:
    for parts, span in words.names(resolver):
        problem = named.missing(resolver, parts, span, Scope())
        if problem is not None:
            yield problem
        if one:
            return


def _of_kind(resolver: Resolver, words: _Words, kind: str) -> Iterator[Problem]:
    for parts, span in words.names(resolver):
        relation = sources.find(parts, resolver.schema, resolver.dialect)
        if relation is None:
            problem = named.missing(resolver, parts, span, Scope())
            if problem is not None:
                yield problem
        elif relation.kind not in _KINDS.get(kind, (relation.kind,)) and relation.kind in (
            "table", "view", "materialized view",
        ):  # fmt: skip
            message = f"`{relation.name}` is a {relation.kind}, no {kind.lower()}."
            yield Problem(span, "wrong-kind", message)


def _types(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    for parts, span in words.names(resolver):
        if naming.exists(parts, resolver.schema) is False and not extensions.brings_type(parts[-1]):
            users = [
                key for one in resolver.schema.schemas.values() for key in (*one.enums, *one.types)
            ]
            message = f"No type `{parts[-1]}` is known."
            yield Problem(span, "unknown-type", message, similar.names(parts[-1], users))
        return


def _schemas(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    for parts, span in words.names(resolver):
        known = resolver.schema.schema(parts[-1])
        if known is None and resolver.schema.closed and not parts[-1].startswith("pg_"):
            names = similar.names(parts[-1], resolver.schema.schemas)
            yield Problem(span, "unknown-schema", f"No schema `{parts[-1]}` is known.", names)


def _index_names(schema: catalog.Catalog) -> set[str]:
    if sum(len(one.relations) for one in schema.schemas.values()) > _MOST_RELATIONS:
        return set()
    return {one.name for relation in schema.relations() for one in relation.indexes if one.name}


def _indexes(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    known = _index_names(resolver.schema)
    for parts, span in words.names(resolver):
        name = parts[-1]
        if not known or name in known or not resolver.schema.closed_for(parts):
            return
        if any(name.startswith(f"{relation.name}_") for relation in resolver.schema.relations()):
            return  # The engine names indexes of keys itself.
        names = similar.names(name, known)
        yield Problem(span, "unknown-index", f"No index `{name}` is known.", names)
        return


def _grant(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    if not words.skip_to("ON"):
        return
    words.at += 1
    if words.word() in ("ALL", "SEQUENCE", "DATABASE", "FUNCTION", "LANGUAGE", "TYPE", "DOMAIN"):
        return
    if words.accept("SCHEMA"):
        yield from _schemas(resolver, words)
        return
    if words.word() in ("FOREIGN", "LARGE", "PARAMETER", "PROCEDURE", "ROUTINE", "TABLESPACE"):
        return
    words.accept("TABLE")
    yield from _relations(resolver, words)


def _comment(resolver: Resolver, words: _Words) -> Iterator[Problem]:
    kind = _kind(words)
    if kind in _KINDS:
        yield from _of_kind(resolver, words, kind)
    elif kind in ("TYPE", "DOMAIN"):
        yield from _types(resolver, words)
    elif kind == "INDEX":
        yield from _indexes(resolver, words)
