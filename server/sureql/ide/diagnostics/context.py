"""What rules and fixes look at: one statement, parsed and analysed. Offsets are the statement's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import analysis
from sureql.semantics.model import Analysis
from sureql.syntax import lexer, parse
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Token
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Context:
    """One statement of the file at `path` ('' if unsaved).

    `text` is as written, `masked` has the same length with templates replaced at `holes`. `kind` is
    its first keyword(s) in upper case. `tokens` are those of `masked` without comments. `tree` is
    None if it does not parse; nodes have positions only on identifiers, literals, stars and
    function names (`parse.span_of`). `schema` is the catalog that the statement sees.
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

    def hidden(self, span: Span) -> bool:
        """True if a template stands at `span`, so that nothing certain can be said about it."""
        return any(hole.overlaps(span) for hole in self.holes)


def of(statement: Statement, schema: catalog.Catalog, dialect: Dialect, path: str) -> Context:
    """The context of one statement."""
    return Context(
        statement.text,
        statement.masked,
        statement.holes,
        statement.kind,
        lexer.code(statement.masked, dialect),
        parse.parse(statement.masked, dialect).tree,
        analysis.analyse(statement.masked, schema, dialect, statement.holes),
        schema,
        dialect,
        path,
    )
