"""Explains one statement: the same text for the same statement, schema and plan."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import (
    changes,
    columns,
    definitions,
    flow,
    grain,
    locks,
    markdown,
    parameters,
    plan_picture,
    quoting,
    stated,
    steps,
    summary,
    traps,
)
from sureql.ide.explain import plan as plans
from sureql.ide.explain.model import Explanation, Step
from sureql.ide.explain.wording import code, listed, sentence
from sureql.ports.plan import Plan
from sureql.semantics import sources
from sureql.text.span import Span

_MOST_PROBLEMS = 5


def explain(context: Context, plan: Plan | None = None) -> Explanation:
    """The explanation of a statement, with that of `plan` if there is one. Never raises for what a
    user wrote; what is not understood is said."""
    try:
        found = _explained(context)
    except RecursionError:
        text = "This statement is nested too deeply to be explained."
        found = Explanation(text, steps=(Step("other", text),))
    if plan is not None:
        shown = plans.with_tables(plan, _aliases(context))
        found = replace(
            found,
            plan=plans.told(shown),
            plan_picture=plan_picture.of(shown, _places(context)),
            source_plan=plan,
        )
    return replace(found, markdown=markdown.of(found))


def _aliases(context: Context) -> dict[str, str]:
    """The table behind each alias that stands for one table only, by the alias in lower case."""
    found: dict[str, set[str]] = {}
    for node in context.all(exp.Table):
        if isinstance(node.this, exp.Identifier):
            found.setdefault(node.alias_or_name.lower(), set()).add(node.name)
    single = {alias: next(iter(names)) for alias, names in found.items() if len(names) == 1}
    return {alias: name for alias, name in single.items() if alias != name.lower()}


def _places(context: Context) -> dict[str, Span]:
    """Where the tables stand that are read once, by their name or alias in lower case."""
    found: dict[str, list[exp.Table]] = {}
    for node in context.all(exp.Table):
        if isinstance(node.this, exp.Identifier):
            found.setdefault(node.alias_or_name.lower(), []).append(node)
    spans = {
        name: sources.whole_span(nodes[0].parts) for name, nodes in found.items() if not nodes[1:]
    }
    return {name: span for name, span in spans.items() if span is not None}


def _explained(context: Context) -> Explanation:
    tree = context.tree
    notes = tuple(Step("other", text) for text in _notes(context))
    if isinstance(tree, (exp.Query, exp.Values)) and not _wrapped(context):
        told = _query(context, tree)
    elif isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)) and (
        context.kind.split(" ")[0] not in ("EXPLAIN", "PREPARE", "DECLARE")
    ):
        told = changes.of(context, tree)
    else:
        told = definitions.of(context)
    return replace(
        told,
        steps=notes + told.steps,
        traps=traps.of(context),
        parameters=parameters.of(context),
    )


def _query(context: Context, tree: exp.Expr) -> Explanation:
    row = grain.of(context, tree)
    outline = tuple(steps.of(context, tree))
    undo = definitions.reading(context, tree)
    into = tree.args.get("into")
    if into is not None and isinstance(into.this, exp.Table):
        made = code(quoting.name(context, into.this))
        text = f"Creates the table {made} and fills it with these rows."
        outline += (Step("change", text, None, 0, (stated.table(into.this),)),)
        undo = locks.of_definition(context, "", "")
    return Explanation(
        summary.of(context, tree),
        sentence(row),
        columns.of(context, tree),
        outline,
        picture=flow.of(context, tree),
        undo=undo,
    )


def _wrapped(context: Context) -> bool:
    """True for EXPLAIN, CREATE MATERIALIZED VIEW and the like, whose tree is the query inside."""
    first = context.kind.split(" ")[0]
    return first in ("EXPLAIN", "CREATE", "DECLARE", "PREPARE", "COPY", "REPLACE")


def _notes(context: Context) -> list[str]:
    """What is not known, said before anything else."""
    notes = []
    if context.templated:
        notes.append("Templates fill in parts of this statement. What they bring is not explained.")
    unknown = [
        one.message
        for one in (*context.analysis.problems, *context.analysis.structure)
        if one.severity == "error"
    ]
    if unknown:
        notes.append(f"This statement has errors: {' '.join(unknown[:_MOST_PROBLEMS])}")
    missing = [
        one.source.name
        for one in context.analysis.references
        if one.kind == "relation"
        and one.source is not None
        and one.source.kind == "unknown"
        and one.source.name
    ]
    if missing and not unknown:
        names = listed(dict.fromkeys(code(name) for name in missing))
        notes.append(f"The schema says nothing about {names}: only the names are known.")
    return notes
