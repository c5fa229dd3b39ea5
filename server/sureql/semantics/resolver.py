"""Resolves the names in expressions against scopes and collects references and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlglot import exp

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.semantics import lookup, messages, places, rules, sources
from sureql.semantics.kinds.expressions import Typing
from sureql.semantics.model import Field, Problem, Reference, Source
from sureql.semantics.scope import Entry, Scope
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

Output = tuple[tuple[Field, ...], bool]
Query = Callable[["Resolver", exp.Expr, "Scope | None"], Output]

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_SKIPPED = (exp.Identifier, exp.Literal, exp.DataType, exp.Var, exp.Hint, exp.JSONPath)


class Resolver:
    """One pass over one statement.

    `query` resolves a sub-query; it is handed in because queries and expressions hold each other.
    `fields` and `outputs` remember by node what columns and sub-queries turned out to be.
    """

    def __init__(
        self,
        text: str,
        schema: catalog.Catalog,
        dialect: Dialect,
        query: Query,
        holes: tuple[Span, ...] = (),
        settled: bool = True,
    ) -> None:
        self.text = text
        self.schema = schema
        self.dialect = dialect
        self.rules = rules.of(dialect)
        self.holes = holes
        self.query = query
        self.settled = settled
        self.references: list[Reference] = []
        self.problems: list[Problem] = []
        self.fields: dict[int, Field] = {}
        self.owners: dict[int, Entry] = {}
        self.outputs: dict[int, Output] = {}
        self.scopes: list[tuple[exp.Expr, Scope]] = []
        self.locals: list[frozenset[str]] = []
        self.functions = builtins.functions(dialect.name)
        self.typing = Typing(text, schema, dialect, holes, self.fields, self.outputs)

    def key(self, name: str) -> str:
        """The key of a folded name inside the statement."""
        return name if self.dialect.case_sensitive else name.lower()

    def name(self, identifier: exp.Expr | None) -> str:
        """The folded name of an identifier node."""
        return sources.name_of(identifier, self.dialect)

    def refer(self, reference: Reference | None) -> None:
        """Remember a reference, if there is one."""
        if reference is not None:
            self.references.append(reference)

    def report(self, problem: Problem) -> None:
        """Remember a problem unless it touches a template; a warning where rules are lenient."""
        if any(problem.span.overlaps(hole) for hole in self.holes):
            return
        if problem.code == "type-mismatch" and not self.schema.operators.isdisjoint(("cast", "*")):
            return
        if not self.rules.strict:
            problem = replace(problem, severity="warning")
        self.problems.append(problem)

    def seen(self, node: exp.Expr) -> Field | None:
        """The field that a resolved column or scalar sub-query is."""
        if isinstance(node, exp.Subquery):
            output = self.outputs.get(id(node))
            if output is None or not output[0]:
                return None
            first = output[0][0]
            return Field(first.name, first.type, True, first.origins, kind=first.kind)
        return self.fields.get(id(node))

    def visit_all(self, nodes: Iterable[exp.Expr | None], scope: Scope, clause: str) -> None:
        """Resolve expressions of one clause."""
        scope.clause = clause
        for node in nodes:
            if isinstance(node, exp.Expr):
                self.visit(node, scope)

    def visit(self, node: exp.Expr, scope: Scope) -> None:
        """Resolve every name in an expression; sub-queries are resolved in scopes of their own."""
        stack: list[exp.Expr] = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, _SKIPPED):
                continue
            if isinstance(current, exp.Column):
                self.column(current, scope)
            elif isinstance(current, _QUERIES):
                saved = scope.clause
                self.query(self, current, scope)
                scope.clause = saved
            elif isinstance(current, exp.Lambda):
                self._lambda(current, scope)
            elif isinstance(current, exp.Comprehension):
                self._comprehension(current, scope)
            else:
                stack.extend(reversed(self._children(current, scope)))

    def _children(self, node: exp.Expr, scope: Scope) -> list[exp.Expr]:
        """The parts of a node that hold names; what only looks like a column is left out."""
        if isinstance(node, exp.Func):
            self._function(node)
            if isinstance(node, exp.Anonymous) and not self.rules.strict:
                return [child for child in node.iter_expressions() if not places.is_unit(child)]
        if isinstance(node, (exp.Cast, exp.Collate, exp.Alias)):
            children = [node.this]
        elif isinstance(node, (exp.Kwarg, exp.PropertyEQ)):
            children = [node.expression]
        elif isinstance(node, exp.Dot):
            if node.this is None or node.this.name.lower() == "sqlc":
                # sqlc.arg(name) is a parameter of a code generator; sqlglot makes some of nothing.
                return []
            children = [node.this]
            if isinstance(node.expression, exp.Func):
                children.append(node.expression)
            self._member(node, scope)
        elif isinstance(node, exp.Star):
            children = list(node.args.get("replace") or ())
        elif isinstance(node, exp.In) and isinstance(node.args.get("field"), exp.Column):
            return self._in(node, scope)
        else:
            return list(node.iter_expressions())
        return [child for child in children if isinstance(child, exp.Expr)]

    def _member(self, node: exp.Dot, scope: Scope) -> None:
        """`(t).column` where `t` is a source."""
        row, member = node.this.unnest(), node.expression
        if not isinstance(row, exp.Column) or not isinstance(member, exp.Identifier):
            return
        if len(row.parts) != 1:
            return
        found = lookup.bare(self.key(self.name(row.this)), scope, self.rules, item=False)
        span, name = sources.span_of(member), self.name(member)
        if found.kind != "row" or found.entry is None or span is None:
            return
        fields = found.entry.index.get(self.key(name), ())
        if fields:
            seen = found.entry.seen(fields[0])
            self._is(node, span, lookup.Found("column", found.entry, seen))
        elif found.entry.source.closed and not self.schema.functions([name]):
            problem = messages.unknown_column(span, name, scope, found.entry, self.dialect)
            self.report(problem)

    def _in(self, node: exp.In, scope: Scope) -> list[exp.Expr]:
        """`x IN name`: a table in SQLite, a list column in DuckDB."""
        field = node.args["field"]
        if self.dialect.name != "sqlite":
            return [node.this, field]
        parts = [self.name(part) for part in field.parts]
        relation = self.schema.find(parts)
        span = sources.span_of(field.this)
        if relation is not None and span is not None:
            self.refer(Reference(span, parts[-1], "relation", relation=relation))
        return [node.this]

    def _lambda(self, node: exp.Lambda, scope: Scope) -> None:
        parameters = frozenset(self.key(self.name(item)) for item in node.expressions)
        self.locals.append(parameters)
        self.visit(node.this, scope)
        self.locals.pop()

    def _comprehension(self, node: exp.Comprehension, scope: Scope) -> None:
        iterator = node.args.get("iterator")
        if isinstance(iterator, exp.Expr):
            self.visit(iterator, scope)
        names = [node.expression, node.args.get("position")]
        self.locals.append(frozenset(self.key(self.name(name)) for name in names if name))
        for part in (node.this, node.args.get("condition")):
            if isinstance(part, exp.Expr):
                self.visit(part, scope)
        self.locals.pop()

    def _function(self, node: exp.Func) -> None:
        named = node.this if isinstance(node.this, exp.Identifier) else node
        span = sources.span_of(named) or sources.span_of(node)
        if span is None:
            return
        written = span.of(self.text)
        if not written:
            return
        name = self.dialect.normalize(written)
        parts = [name]
        if isinstance(node.parent, exp.Dot) and isinstance(node.parent.this, exp.Identifier):
            parts.insert(0, self.name(node.parent.this))
        known = self.schema.functions(parts) or self.functions.get(name.lower(), ())
        function = known[0] if known else None
        self.references.append(Reference(span, name, "function", function=function))

    def column(self, node: exp.Column, scope: Scope) -> None:
        """Resolve one column reference, `t.*` included."""
        parts: Sequence[exp.Expr] = node.parts
        if len(parts) == 1:
            if not isinstance(node.this, exp.Star):
                self._bare(node, parts[0], scope)
        elif isinstance(node.this, exp.Star):
            self.star(parts, scope)
        else:
            self._qualified(node, parts, scope)

    def star(self, parts: Sequence[exp.Expr], scope: Scope) -> Entry | None:
        """Resolve the `t` of `t.*` and give its entry."""
        entry = self._entry(parts[:-1], scope)
        star = parts[-1]
        for item in (star.args.get("replace") or ()) if isinstance(star, exp.Star) else ():
            self.visit(item, scope)
        return entry

    def _bare(self, node: exp.Column, identifier: exp.Expr, scope: Scope) -> None:
        name, span = self.name(identifier), sources.span_of(identifier)
        key = self.key(name)
        if span is None or any(key in names for names in self.locals):
            return
        found = lookup.bare(key, scope, self.rules, places.is_item(node))
        if found.kind == "column" and found.field is not None:
            self._is(node, span, found)
        elif found.kind == "ambiguous":
            self.report(messages.ambiguous(span, name, found.candidates, self.dialect))
        elif found.kind == "row" and found.entry is not None:
            self._alias(span, found.entry.source)
            self.fields[id(node)] = sources.row_of(found.entry.source)
        elif found.kind == "missing" and not self._otherwise(name, identifier, scope):
            self.report(messages.unknown_bare(node, span, name, scope, self.dialect))

    def _otherwise(self, name: str, identifier: exp.Expr, scope: Scope) -> bool:
        """True if a name that no source has may mean something else."""
        quoted = bool(identifier.args.get("quoted"))
        if not quoted and (name.lower() in self.rules.words or "#" in name):
            return True
        if quoted and self.rules.string_fallback and self._double_quoted(identifier):
            self._fallback(name, identifier, scope)
            return True
        if not any(level.entries for level in scope.levels()) and not self.schema.schemas:
            return True
        around = identifier.parent.parent if isinstance(identifier.parent, exp.Column) else None
        tests = self.rules.tests if isinstance(around, exp.Is) else ()
        lenient = not self.rules.strict and places.may_be_no_column(identifier.parent)
        if lenient or isinstance(around, exp.Match) or name.lower() in tests:
            return True
        return lookup.may_be_unnamed(name, scope)

    def _double_quoted(self, identifier: exp.Expr) -> bool:
        span = sources.span_of(identifier)
        return span is None or not self.text or self.text[span.start : span.start + 1] == '"'

    def _fallback(self, name: str, identifier: exp.Expr, scope: Scope) -> None:
        span = sources.span_of(identifier)
        if span is not None:
            self.report(messages.string_fallback(span, name, scope, self.dialect))

    def _qualified(self, node: exp.Column, parts: Sequence[exp.Expr], scope: Scope) -> None:
        first = self.key(self.name(parts[0]))
        if any(first in names for names in self.locals):
            return
        entry = self._entry(parts[:-1], scope, node)
        if entry is None:
            return
        identifier = parts[-1]
        name, span = self.name(identifier), sources.span_of(identifier)
        if span is None:
            return
        key = self.key(name)
        fields = entry.index.get(key, ())
        twins = lookup.twins(entry, key, scope)
        if twins and len(parts) == 2 and not self.rules.duplicates_ambiguous:
            self.report(messages.ambiguous_qualifier(span, name, entry.source))
            return
        if fields:
            seen = entry.seen(fields[0])
            self._is(node, span, lookup.Found("column", entry, seen))
            return
        source = entry.source
        if key in source.hidden or not source.closed or lookup.unnamed(source, name):
            return
        if self.dialect.name == "sqlite" and key in self.rules.hidden:
            return
        if self.schema.functions([name]) and self.dialect.name == "postgres":
            return
        problem = messages.unknown_column(span, name, scope, entry, self.dialect)
        start = sources.span_of(parts[-2])
        if start is not None:
            elsewhere = messages.elsewhere(
                Span(start.start, span.end), name, scope, entry, self.dialect
            )
            problem = replace(problem, elsewhere=elsewhere)
        self.report(problem)

    def _entry(
        self, parts: Sequence[exp.Expr], scope: Scope, node: exp.Expr | None = None
    ) -> Entry | None:
        """The source that a qualifier means; reports it if there is none."""
        names = [self.name(part) for part in parts]
        found = lookup.qualifier([self.key(name) for name in names], scope)
        if found is not None:
            span = sources.span_of(parts[-1])
            if span is not None:
                self._alias(span, found.source)
                if self.rules.ordered_joins and lookup.is_later(found, scope):
                    self.report(messages.joined_later(span, found.source))
            return found
        if node is not None and self._is_struct(node, parts, scope):
            return None
        span = sources.span_of(parts[-1])
        if span is None or not self._certain(names, scope):
            return None
        column = self.name(node.this) if node is not None else ""
        name = names[-1]
        other = places.beside(node)
        beside = self.name(other) if other is not None else ""
        problem = messages.unknown_alias(
            span, name, column, scope, self.dialect, self.schema, beside
        )
        self.report(problem)
        return None

    def _certain(self, names: Sequence[str], scope: Scope) -> bool:
        """True if no source of that name can be there."""
        levels = list(scope.levels())
        if any(level.opaque for level in levels) or names[-1].lower() in self.rules.unknown_rows:
            return False
        if any(entry.source.kind == "unknown" for level in levels for entry in level.entries):
            return False
        if not self.rules.strict and not all(level.closed for level in levels):
            return False
        return len(names) == 1 or self.rules.strict

    def _is_struct(self, node: exp.Expr, parts: Sequence[exp.Expr], scope: Scope) -> bool:
        """`a.b` as field `b` of column `a`, `t.a.b` as field `b` of column `a` of `t`."""
        if not self.rules.structs:
            return False
        keys = [self.key(self.name(part)) for part in parts]
        found = lookup.bare(keys[0], scope, self.rules, item=False)
        if found.kind == "column":
            span = sources.span_of(parts[0])
            if span is not None:
                self._is(None, span, found)
            return True
        if found.kind in ("ambiguous", "open"):
            return True
        for used in range(len(keys) - 1, 0, -1):
            entry = lookup.qualifier(keys[:used], scope)
            if entry is not None:
                return not entry.source.closed or keys[used] in entry.index
        return False

    def _is(self, node: exp.Expr | None, span: Span, found: lookup.Found) -> None:
        field = found.field
        if field is None:
            return
        if node is not None:
            self.fields[id(node)] = field
            if found.entry is not None:
                self.owners[id(node)] = found.entry
        source = found.entry.source if found.entry else None
        kind = "projection" if found.projection else "column"
        self.references.append(
            Reference(
                span,
                field.name,
                kind,
                source=source,
                field=field,
                relation=source.relation if source and not found.projection else None,
                definition=field.span,
            )
        )

    def _alias(self, span: Span, source: Source) -> None:
        kind = "cte" if source.kind == "cte" and not source.aliased else "alias"
        if source.relation is not None and not source.aliased:
            kind = "relation"
        self.references.append(
            Reference(
                span,
                source.name,
                kind,
                source=source,
                relation=source.relation,
                definition=source.definition,
            )
        )
