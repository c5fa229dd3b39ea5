"""What rules and fixes look at: one statement, parsed and analysed. Offsets are the statement's."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import surroundings
from sureql.ide.diagnostics.surroundings import Surroundings
from sureql.semantics import analysis, parsed, types
from sureql.semantics.model import Analysis, Field, Reference, Source
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Token
from sureql.text.span import Span

_Node = TypeVar("_Node", bound=exp.Expr)
# What these calls of dbt stand for is known well enough.
_PLAIN_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:(?:ref|source|config|var|env_var)\s*\(|this\b)[^|]*?\}\}|\{#"
)


# Contexts are compared by identity, so that what is derived from one can be kept by it.
@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """One statement of the file at `path` ('' if unsaved).

    `text` is as written, `masked` has the same length with templates replaced at `holes`. `kind` is
    its first keyword(s) in upper case. `tokens` are those of `masked` without comments. `tree` is
    None if it does not parse; of EXPLAIN and the like it is the query inside. Nodes have positions
    only on identifiers, literals, stars and function names (`places` finds the rest). `schema` is
    the catalog that the statement sees. `nodes` are those of the tree by class, in order, and
    `meanings` the references by where they start. `around` is what the rest of the file says.
    """

    text: str
    masked: str
    holes: tuple[Span, ...]
    kind: str
    tokens: tuple[Token, ...]
    tree: exp.Expression | None
    analysis: Analysis
    schema: catalog.Catalog
    dialect: Dialect
    path: str = ""
    nodes: Mapping[type[exp.Expr], tuple[exp.Expr, ...]] = field(default_factory=dict)
    meanings: Mapping[int, Reference] = field(default_factory=dict)
    around: Surroundings = surroundings.NONE

    def hidden(self, span: Span) -> bool:
        """True if a template stands at `span`, so that nothing certain can be said about it."""
        return any(hole.overlaps(span) for hole in self.holes)

    @property
    def templated(self) -> bool:
        """True if a template stands in the statement that may hold any text: not a parameter, nor
        one that gives a table or a setting."""
        return any(
            self.text.startswith(("{", "${", "#{", "<"), hole.start)
            and not _PLAIN_TEMPLATE.match(self.text, hole.start)
            for hole in self.holes
        )

    def all(self, *kinds: type[_Node]) -> Iterator[_Node]:
        """The nodes of exactly these classes, class by class, in the order of the tree."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())  # type: ignore[misc]

    def field(self, node: exp.Expr | None) -> Field | None:
        """What a column node is, None if that is not known."""
        reference = self._reference(node)
        return reference.field if reference is not None else None

    def source(self, node: exp.Expr | None) -> Source | None:
        """The table, CTE or sub-query in FROM that a column node belongs to, None if unknown."""
        reference = self._reference(node)
        if reference is not None and reference.kind == "column":
            return reference.source
        if isinstance(node, exp.Column) and len(node.parts) > 1:
            # The columns of a table that is not known; its name or alias is.
            alias = self.meanings.get(node.parts[-2].meta.get("start", -1))
            return alias.source if alias is not None else None
        return None

    def is_alias(self, node: exp.Expr | None) -> bool:
        """True for a name that stands for an item of the select list."""
        reference = self._reference(node)
        return reference is not None and reference.kind == "projection"

    def type_of(self, node: exp.Expr | None) -> str:
        """The type of an expression as upper-case SQL text without its size, '' if not known."""
        found, _ = types.infer(node, self.field, self.dialect)
        return found.upper().partition("(")[0].strip()

    def _reference(self, node: exp.Expr | None) -> Reference | None:
        if not isinstance(node, exp.Column):
            return None
        return self.meanings.get(node.parts[-1].meta.get("start", -1))


_KEPT = 8
# A context holds its catalog, so that its identity can't be reused by another one.
_LATEST: OrderedDict[tuple[str, str, int, str, str, Surroundings], Context] = OrderedDict()


def of(
    statement: Statement,
    schema: catalog.Catalog,
    dialect: Dialect,
    path: str,
    around: Surroundings = surroundings.NONE,
) -> Context:
    """The context of one statement. The latest ones are kept: problems, rules and fixes follow one
    another, and see the same."""
    key = (statement.text, statement.kind, id(schema), dialect.name, path, around)
    if key in _LATEST:
        return _LATEST[key]
    made = _LATEST[key] = _of(statement, schema, dialect, path, around)
    while len(_LATEST) > _KEPT:
        _LATEST.popitem(last=False)
    return made


def _of(
    statement: Statement,
    schema: catalog.Catalog,
    dialect: Dialect,
    path: str,
    around: Surroundings,
) -> Context:
    analysed = analysis.analyse(statement.masked, schema, dialect, statement.holes, path)
    tree = parsed.tree(statement.masked, dialect)
    return Context(
        statement.text,
        statement.masked,
        statement.holes,
        statement.kind,
        lexer.code(statement.masked, dialect),
        tree if isinstance(tree, exp.Expression) else None,
        analysed,
        schema,
        dialect,
        path,
        _by_class(tree),
        {one.span.start: one for one in analysed.references},
        around,
    )


def _by_class(tree: exp.Expr | None) -> dict[type[exp.Expr], tuple[exp.Expr, ...]]:
    found: dict[type[exp.Expr], list[exp.Expr]] = {}
    for node in tree.walk(bfs=False) if tree is not None else ():
        found.setdefault(type(node), []).append(node)
    return {kind: tuple(nodes) for kind, nodes in found.items()}
