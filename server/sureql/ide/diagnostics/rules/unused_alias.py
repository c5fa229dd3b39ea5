"""A table alias that nothing uses.

What:
    Finds aliases of tables whose columns are all named without them. Off unless it is switched on.

Why:
    The alias says nothing, or the columns were meant to be qualified by it.

Example:
    SELECT title FROM album AS b WHERE album_id = 1

Use instead:
    SELECT b.title FROM album AS b WHERE b.album_id = 1
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.semantics import sources
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for level in levels.of(context):
        relations = [item.relation for item in level.items]
        for item in level.items:
            alias = item.node.args.get("alias")
            if not isinstance(item.node, exp.Table) or not isinstance(alias, exp.TableAlias):
                continue
            span, table = sources.span_of(alias.this), sources.span_of(item.node.this)
            if span is None or table is None or alias.args.get("columns") or item.source is None:
                continue
            if _mentioned(context, span) or relations.count(item.relation) > 1:
                continue
            edit = TextEdit(Span(table.end, span.end), "")
            fixes: tuple[Fix, ...] = ()
            if not places.commented(context, edit.span):
                fixes = (Fix("Remove the alias", (edit,), "unsafe", True),)
            yield Finding(span, f"The alias `{alias.this.name}` is never used.", fixes)


def _mentioned(context: Context, span: Span) -> bool:
    """True if the alias stands anywhere else: as a qualifier, or for the whole row."""
    name = span.of(context.text).strip('"`[]').lower()
    return any(
        token.start != span.start and token.text.strip('"`[]').lower() == name
        for token in context.tokens
    )


RULE = Rule("style", "hint", check, default=False, tags=("unnecessary",), fix="unsafe", whole=True)
