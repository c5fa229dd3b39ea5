"""Everything that is neither a query nor a change of rows: definitions, rights, transactions,
procedures, maintenance. Read from tokens, because much of it has no tree."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.explain import (
    altering,
    changes,
    columns,
    creating,
    flow,
    grain,
    housekeeping,
    locks,
    quoting,
    steps,
    summary,
    transactions,
)
from sureql.ide.explain.model import Explanation, Fact, Step
from sureql.ide.explain.wording import code, count, listed, sentence, sentences, shortened
from sureql.syntax import parse
from sureql.text.span import Span

_DATA = ("TABLE", "SCHEMA", "DATABASE", "MATERIALIZED")
_LONGEST = 100


def of(context: Context) -> Explanation:
    """The explanation of a statement that defines, grants, commits or maintains."""
    words = [token.upper for token in context.tokens[:12]]
    first = words[0] if words else ""
    if not words:
        return Explanation("There is nothing here to explain.")
    for teller in (_TOLD.get(first), transactions.TOLD.get(first), housekeeping.TOLD.get(first)):
        found = teller(context, words) if teller is not None else None
        if found is not None:
            return found
    problem = parse.parse(context.masked, context.dialect).problem
    if problem is not None:
        return Explanation(f"This statement does not parse: {problem.message}")
    written = quoting.spoken(context, Span(context.tokens[0].start, context.tokens[-1].end))
    shown = code(shortened(written, _LONGEST))
    return Explanation(f"Runs {shown}. No more is known about it here.")


def reading(context: Context, tree: exp.Expr) -> str:
    """What a query locks; '' if that is nothing that others feel."""
    if not any(one.args.get("locks") for one in (tree, *tree.find_all(exp.Select))):
        return ""
    if context.dialect.name == "postgres":
        held = "the rows it gives are locked until the transaction ends"
        return sentences([held, locks.mode("ROW SHARE", "the table")])
    if context.dialect.name == "mysql":
        return sentences(["with InnoDB the rows it looks at are locked until the transaction ends"])
    return ""


def _alter(context: Context, words: list[str]) -> Explanation | None:
    if words[1:2] != ["TABLE"]:
        rest = quoting.spoken(context, Span(context.tokens[0].start, context.tokens[-1].end))
        what = listed([one.lower() for one in words[1:2]])
        return Explanation(
            sentence(f"changes the definition of {_a(what)}: {code(rest[:160])}"),
            undo=locks.of_definition(context, "", ""),
        )
    place = migrations.skip(context.tokens, 2, "IF", "EXISTS", "ONLY")
    table, place = migrations.name_at(context.tokens, place, context.dialect)
    if table is None:
        return None
    name = code(quoting.spoken(context, table.span))
    found = altering.actions(context, place, name)
    if not found:
        return None
    facts = (Fact("table", quoting.spoken(context, table.span).replace('"', "").lower()),)
    outline = [Step("change", f"Changes the table {name}.", table.span, 0, facts)]
    postgres = context.dialect.name == "postgres"
    for one in found:
        cost = f"For this {one.cost}" if one.cost and postgres else ""
        outline.append(Step("change", sentences([one.text, cost])))
    remarks = [locks.undone(context, "what is dropped")] if any(one.loses for one in found) else []
    level = altering.strongest(found)
    if len(found) == 1:
        head = f"{found[0].text[0].upper()}{found[0].text[1:]} (table {name})"
    else:
        head = f"changes the table {name} in {count(len(found), 'way')}"
    undo = locks.of_definition(context, level, name, remarks)
    return Explanation(sentence(head), steps=tuple(outline), undo=undo)


def _drop(context: Context, words: list[str]) -> Explanation | None:
    at = 1 + (words[1:2] in (["MATERIALIZED"], ["TEMPORARY"], ["FOREIGN"]))
    kind = " ".join(words[1 : at + 1]).lower()
    concurrently = words[at + 1 : at + 2] == ["CONCURRENTLY"]
    place = migrations.skip(context.tokens, at + 1, "CONCURRENTLY", "IF", "EXISTS")
    optional = words[at + 1 + concurrently : at + 3 + concurrently] == ["IF", "EXISTS"]
    names = [quoting.spoken(context, one.span) for one in migrations.listed(context, place)]
    if not names:
        return None
    shown = listed(code(one) for one in names)
    cascade = any(token.is_word("CASCADE") for token in context.tokens)
    text = f"drops the {kind}{'s' if len(names) > 1 else ''} {shown}"
    more = "What depends on it is dropped too (CASCADE)" if cascade else ""
    loses = words[1] in _DATA or words[at] in ("TABLE",)
    remarks = [locks.undone(context, "its data")] if loses else []
    held = "its table" if kind == "index" else shown
    level = "ACCESS EXCLUSIVE" if kind.endswith(("table", "view", "index")) else ""
    if kind in ("trigger", "policy", "rule") and " ON " in f" {' '.join(words)} ":
        on = next(i for i, token in enumerate(context.tokens) if token.is_word("ON"))
        table, _ = migrations.name_at(context.tokens, on + 1, context.dialect)
        if table is not None:
            held, level = code(quoting.spoken(context, table.span)), "ACCESS EXCLUSIVE"
            text += f" of {held}"
    if optional:
        text += ", if it exists" if len(names) == 1 else ", if they exist"
    undo = locks.of_definition(context, level, held, remarks)
    if concurrently:
        undo = locks.alone("others can go on reading and writing the table")
    if words[1] == "DATABASE" and context.dialect.name == "postgres":
        undo = locks.alone(locks.undone(context, "its data"))
    tables = kind.endswith(("table", "view"))
    facts = tuple(Fact("table", one.replace('"', "").lower()) for one in names if tables)
    step = Step("change", sentences([text, more]), None, 0, facts)
    return Explanation(sentence(text), steps=(step,), undo=undo)


def _truncate(context: Context, words: list[str]) -> Explanation | None:
    place = migrations.skip(context.tokens, 1, "TABLE", "ONLY")
    found = list(migrations.listed(context, place))
    if not found:
        return None
    names = [quoting.spoken(context, one.span) for one in found]
    shown = listed(code(one) for one in names)
    upper = [token.upper for token in context.tokens]
    notes = []
    if "CASCADE" in upper:
        them = "it" if len(names) == 1 else "them"
        notes.append(f"tables whose foreign keys refer to {them} are emptied too (CASCADE)")
    if "RESTART" in upper:
        notes.append("numbering starts anew (RESTART IDENTITY)")
    notes.append("no DELETE trigger fires")
    facts = tuple(Fact("table", one.replace('"', "").lower()) for one in names)
    step = Step("change", sentences([f"empties {shown}", *notes]), found[0].span, 0, facts)
    remarks = [locks.undone(context, "the rows")]
    undo = locks.of_definition(context, "ACCESS EXCLUSIVE", shown, remarks)
    return Explanation(sentence(f"deletes every row of {shown} at once"), steps=(step,), undo=undo)


def _create(context: Context, words: list[str]) -> Explanation | None:
    found = creating.of(context, words)
    if found is None:
        return None
    query = _inner(context)
    if query is None:
        return found
    row = grain.of(context, query)
    return Explanation(
        found.summary,
        sentence(row),
        columns.of_inner(context, query),
        (*found.steps, *steps.of(context, query, 1)),
        undo=found.undo,
        picture=flow.of(context, query),
    )


def _explain(context: Context, words: list[str]) -> Explanation | None:
    tree: exp.Expr | None = context.tree
    runs = "ANALYZE" in [token.upper for token in context.tokens[:10]]
    if not isinstance(tree, exp.Query):
        if runs and isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            done = changes.of(context, tree)
            text = f"Runs the statement, changes included, and shows how it was run: {done.summary}"
            return Explanation(text, steps=done.steps, undo=done.undo)
        if runs:
            return Explanation("Runs a statement, changes included, and shows how it was run.")
        return Explanation("Shows how the engine would run a statement, without running it.")
    does = (
        "Runs the query and shows how it was run"
        if runs
        else "Shows how the engine would run the query, without running it"
    )
    return Explanation(
        f"{does}: {summary.of(context, tree)}",
        steps=tuple(steps.of(context, tree)),
        picture=flow.of(context, tree),
    )


def _declare(context: Context, words: list[str]) -> Explanation | None:
    tree: exp.Expr | None = context.tree
    if not isinstance(tree, exp.Query):
        return None
    head = "Prepares" if words[0] == "PREPARE" else "Opens a cursor for"
    text = f"{head} a query: {summary.of(context, tree)}"
    return Explanation(text, steps=tuple(steps.of(context, tree)))


def _inner(context: Context) -> exp.Expr | None:
    tree = context.tree
    if isinstance(tree, exp.Create):
        inner = tree.args.get("expression")
        return inner if isinstance(inner, exp.Query) else None
    return tree if isinstance(tree, exp.Query) else None


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


_Teller = Callable[[Context, list[str]], Explanation | None]
_TOLD: dict[str, _Teller] = {
    "ALTER": _alter,
    "CREATE": _create,
    "DROP": _drop,
    "TRUNCATE": _truncate,
    "EXPLAIN": _explain,
    "DECLARE": _declare,
    "PREPARE": _declare,
}
