"""INSERT, UPDATE, DELETE and MERGE: which rows, which columns, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import (
    columns,
    conditions,
    filters,
    flow,
    locks,
    naming,
    quoting,
    stated,
    steps,
    summary,
    values,
)
from sureql.ide.explain.model import Explanation, Fact, Step
from sureql.ide.explain.wording import code, count, listed, sentence
from sureql.semantics import sources

_MOST_SET = 4


def of(context: Context, tree: exp.Expr) -> Explanation:
    """The explanation of a change of data."""
    head, outline = _TELLERS[type(tree)](context, tree)
    with_queries = [
        step
        for cte in naming.ctes(tree)
        for step in steps.of_cte(context, cte, bool(tree.args["with_"].args.get("recursive")))
    ]
    returning = tree.args.get("returning")
    given = columns.of(context, returning) if returning is not None else ()
    # ON CONFLICT may give rows that were there.
    added = isinstance(tree, exp.Insert) and tree.args.get("conflict") is None
    word = "added" if added else "deleted" if isinstance(tree, exp.Delete) else "changed"
    if returning is not None:
        shown = [_item(context, one) for one in returning.expressions]
        outline.append(Step("select", sentence(f"returns {listed(shown)} of each {word} row")))
    query = tree.args.get("expression")
    drawn = isinstance(query, exp.Query) and isinstance(tree, exp.Insert)
    return Explanation(
        sentence(head + summary.changed_first(context, tree)),
        f"One row per {word} row." if returning is not None else "",
        given,
        (*with_queries, *outline),
        undo=locks.of_change(context, _held(context, tree), isinstance(query, exp.Values)),
        picture=flow.of(context, query, _bare_name(tree)) if drawn and query else None,
    )


def _insert(context: Context, tree: exp.Expr) -> tuple[str, list[Step]]:
    target = _target(tree)
    name = _name(context, target)
    listed_columns = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    query = tree.args.get("expression")
    rows = "a row of default values"
    if isinstance(query, exp.Values):
        rows = count(len(query.expressions), "row")
    elif isinstance(query, exp.Expr):
        rows = f"the result of a query ({summary.noun(context, query)})"
    replaces = str(tree.args.get("alternative") or "").upper()
    if context.kind.startswith("REPLACE"):
        replaces = "REPLACE"
    elif tree.args.get("ignore"):
        replaces = "IGNORE"
    verb = "replaces all data of" if tree.args.get("overwrite") else "adds"
    where = "with" if tree.args.get("overwrite") else "to"
    head = f"adds {rows} to {name}"
    if tree.args.get("overwrite"):
        head = f"{verb} {name} {where} {rows}"
    conflict = tree.args.get("conflict")
    outline: list[Step] = []
    if isinstance(query, exp.Query) and not isinstance(query, exp.Values):
        outline += steps.of(context, query)
    facts = [stated.table(target)] if isinstance(target, exp.Table) else []
    text = f"adds the {'rows' if rows != '1 row' else 'row'} to {name}"
    if listed_columns:
        names = listed(code(quoting.name(context, one)) for one in listed_columns)
        text += f", filling {names}; other columns get their default or NULL"
    elif not isinstance(query, exp.Expr):
        text += ", every column with its default"
    elif tree.args.get("by_name"):
        text += ", filling the columns that have the same names; others get their default or NULL"
    else:
        text += ", filling its columns in their order"
    outline.append(Step("change", sentence(text), sources.whole_span([tree.this]), 0, tuple(facts)))
    if replaces in ("REPLACE", "IGNORE"):
        effect = {
            "REPLACE": "a row with the same key is deleted first",
            "IGNORE": "rows that would break a constraint are skipped",
        }[replaces]
        outline.append(Step("change", sentence(effect)))
        head += f"; {effect}"
    if conflict is not None:
        effect = _conflict(context, conflict)
        outline.append(Step("change", sentence(effect), sources.whole_span([conflict])))
        head += "; rows that exist already are updated" if conflict.expressions else ""
        head += "" if conflict.expressions else "; rows that exist already are skipped"
    return head, outline


def _conflict(context: Context, conflict: exp.Expr) -> str:
    keys = [one.this if isinstance(one, exp.Ordered) else one for one in _keys(conflict)]
    constraint = conflict.args.get("constraint")
    names = listed(code(quoting.item(context, one)) for one in keys)
    which = f"with the same {names}" if names else "with the same key"
    if constraint is not None:
        which = f"that violates {code(quoting.name(context, constraint))}"
    if not conflict.expressions:
        return f"skips a new row if a row {which} exists already"
    text = f"if a row {which} exists already, updates that instead: {_sets(context, conflict.expressions)}"
    where = conflict.args.get("where")
    if where is not None:
        told = conditions.told(context, where.this, summary.inner(context))
        text += f", but only where {told}"
    return text


def _update(context: Context, tree: exp.Expr) -> tuple[str, list[Step]]:
    name = _held(context, tree)
    where = tree.args.get("where")
    few = len(tree.expressions) <= _MOST_SET
    assigned = _sets(context, tree.expressions) if few else count(len(tree.expressions), "column")
    head = f"in {name}, {assigned if few else f'sets {assigned}'}{_which(context, where)}"
    outline = [_target_step(context, tree, "updates")]
    outline += _sources(context, tree.args.get("from_"), "matches its rows with")
    outline += _joined(context, _target(tree))
    outline += _filters(context, where, "updates")
    text = _sets(context, tree.expressions)
    facts = tuple(
        Fact("column", one.this.name.lower())
        for one in tree.expressions
        if isinstance(one, exp.EQ) and isinstance(one.this, exp.Column)
    )
    outline.append(Step("change", sentence(text), None, 0, facts))
    for one in tree.expressions:
        for query in conditions.subqueries(one):
            outline += steps.of(context, query, 1)
    return head, outline + _cut(context, tree)


def _delete(context: Context, tree: exp.Expr) -> tuple[str, list[Step]]:
    name = _held(context, tree)
    where = tree.args.get("where")
    linked = bool(tree.args.get("using") or _target(tree).args.get("joins"))
    top = _top(context)
    most = f"at most {top} " if top else ""
    head = f"deletes {most}rows from {name}{_which(context, where) if where is not None else ''}"
    if where is None and not linked and not most:
        head = f"deletes every row of {name}"
    elif where is None and linked:
        head = f"deletes {most}rows of {name} that find a match"
    outline = [_target_step(context, tree, "deletes from")]
    for one in tree.args.get("using") or ():
        outline += _sources(context, one, "matches its rows with")
    outline += _joined(context, _target(tree))
    if tree.args.get("tables") and not most:
        outline.append(Step("change", sentence(f"only rows of {name} are deleted")))
    if where is not None or not (linked or most):
        outline += _filters(context, where, "deletes")
    if most:
        outline.append(Step("limit", sentence(f"stops after {top} rows (TOP)")))
    return head, outline + _cut(context, tree)


def _top(context: Context) -> str:
    """The number of TOP, which sqlglot drops from DELETE."""
    at = next((i for i, one in enumerate(context.tokens[:3]) if one.is_word("TOP")), 0)
    behind = [one.text for one in context.tokens[at + 1 : at + 3] if one.text != "("]
    return behind[0] if at and behind and context.dialect.name == "tsql" else ""


def _merge(context: Context, tree: exp.Expr) -> tuple[str, list[Step]]:
    name, using = _name(context, _target(tree)), tree.args.get("using")
    origin = "a sub-query" if isinstance(using, exp.Subquery) else _name(context, using)
    head = f"brings {name} in line with {origin}"
    outline = [_target_step(context, tree, "changes")]
    outline += _sources(context, using, "takes rows from")
    on = tree.args.get("on")
    if on is not None:
        told = conditions.told(context, on, summary.inner(context))
        facts = stated.condition("join", on)
        outline.append(Step("join", sentence(f"a row matches where {told}"), None, 0, facts))
    whens = tree.args.get("whens")
    for when in whens.expressions if whens is not None else ():
        outline.append(Step("change", sentence(_when(context, when)), None))
    return head, outline


def _when(context: Context, when: exp.Expr) -> str:
    matched, by_source = when.args.get("matched"), when.args.get("source")
    head = "for rows that match"
    if not matched:
        head = "for target rows without a match" if by_source else "for source rows without a match"
    only = when.args.get("condition")
    if only is not None:
        head += f", where {conditions.told(context, only, summary.inner(context))}"
    then = when.args.get("then")
    if isinstance(then, exp.Update):
        return f"{head}: {_sets(context, then.expressions)}"
    if isinstance(then, exp.Insert):
        names = then.this.expressions if isinstance(then.this, exp.Tuple) else []
        shown = listed(code(quoting.name(context, one)) for one in names)
        return f"{head}: adds a row{f' with {shown}' if shown else ''}"
    word = (then.name if then is not None else "").upper()
    return f"{head}: {'deletes the row' if word == 'DELETE' else 'does nothing'}"


def _filters(context: Context, where: exp.Expr | None, verb: str) -> list[Step]:
    if where is None:
        return [Step("filter", sentence(f"there is no WHERE: it {verb} every row"))]
    found = []
    head = f"{verb} only rows where"
    for step, queries in filters.steps(context, "filter", where.this, 0, head):
        found.append(step)
        for query in queries:
            found += steps.of(context, query, step.depth + 1)
    return found


def _sources(context: Context, node: exp.Expr | None, verb: str) -> list[Step]:
    node = node.this if isinstance(node, exp.From) else node
    found: list[Step] = []
    if isinstance(node, exp.Subquery):
        noun = summary.noun(context, node)
        alias = f" (as {code(node.alias)})" if node.alias else ""
        found.append(Step("source", sentence(f"{verb} a sub-query{alias}: {noun}")))
        found += steps.of(context, node.this, 1)
    elif isinstance(node, exp.Table):
        named = isinstance(node.this, exp.Identifier)
        facts: tuple[Fact, ...] = (stated.table(node),) if named else ()
        text = sentence(f"{verb} {naming.table(context, node)}")
        found.append(Step("source", text, sources.whole_span([node]), 0, facts))
    return found + _joined(context, node)


def _joined(context: Context, node: exp.Expr | None) -> list[Step]:
    """The joins behind a table of a change."""
    found: list[Step] = []
    for join in (node.args.get("joins") or ()) if node is not None else ():
        on, side = join.args.get("on"), str(join.args.get("side") or "").lower()
        told = conditions.told(context, on, summary.inner(context)) if on is not None else ""
        found += _sources(context, join.this, "joins")
        if side:
            found.append(Step("join", sentence(f"rows without a match stay too ({side} join)")))
        if told:
            facts = stated.condition("join", on)
            found.append(Step("join", sentence(f"a row matches where {told}"), None, 0, facts))
    return found


def _cut(context: Context, tree: exp.Expr) -> list[Step]:
    return list(steps.end(context, tree, 0))


def _target_step(context: Context, tree: exp.Expr, verb: str) -> Step:
    target = _target(tree)
    facts = (stated.table(target),) if isinstance(target, exp.Table) else ()
    shown = (
        naming.table(context, target) if isinstance(target, exp.Table) else _name(context, target)
    )
    return Step("change", sentence(f"{verb} {shown}"), sources.whole_span([target]), 0, facts)


def _which(context: Context, where: exp.Expr | None) -> str:
    if where is None:
        return ", for every row"
    parts = conditions.junctions(where.this, exp.And)
    text = conditions.together(context, parts, summary.inner(context))
    if len(text) > 160:
        return f", where {count(len(parts), 'condition holds', 'conditions hold')}"
    return f", where {text}"


def _sets(context: Context, assignments: list[exp.Expr]) -> str:
    parts = []
    for one in assignments:
        if isinstance(one, exp.EQ):
            target = code(quoting.operand(context, one.this))
            value = one.expression
            inner = value.unnest() if isinstance(value, exp.Paren) else value
            shown = values.of(context, value)
            if isinstance(inner, exp.Query):
                shown = f"what the sub-query gives ({summary.noun(context, inner, 1)})"
            if isinstance(value, exp.Column) and value.table.lower() == "excluded":
                shown = "the new value"
            if isinstance(value, exp.Anonymous) and value.name.upper() == "VALUES":
                # MySQL's way to say the same.
                column = listed(code(quoting.name(context, part)) for part in value.expressions)
                shown = "the new value" if column == target else f"the new value of {column}"
            parts.append(f"{target} to {shown}")
        else:
            parts.append(code(quoting.item(context, one)))
    return f"sets {listed(parts)}"


def _item(context: Context, one: exp.Expr) -> str:
    if isinstance(one, exp.Star):
        return "all columns"
    return code(naming.alias(one)) if naming.alias(one) else values.item(context, one)


def _keys(conflict: exp.Expr) -> Iterator[exp.Expr]:
    yield from conflict.args.get("conflict_keys") or ()


def _target(tree: exp.Expr) -> exp.Expr:
    target: exp.Expr = tree.this
    inner: exp.Expr = target.this if isinstance(target, exp.Schema) else target
    return inner


def _name(context: Context, node: exp.Expr | None) -> str:
    return code(quoting.name(context, node)) if node is not None else "?"


def _held(context: Context, tree: exp.Expr) -> str:
    """The tables whose rows change: MySQL and SQL Server name them before FROM, by their aliases."""
    target = _target(tree)
    named = {one.name.lower(): one for one in tree.args.get("tables") or () if not _top(context)}
    if isinstance(tree, exp.Update) and target.args.get("joins"):
        named = {
            one.this.table.lower(): one.this.args["table"]
            for one in tree.expressions
            if isinstance(one, exp.EQ) and isinstance(one.this, exp.Column) and one.this.table
        }
    elif isinstance(tree, exp.Update) and context.dialect.name == "tsql":
        named = {target.name.lower(): target}
    known = {
        one.alias.lower(): one
        for one in tree.find_all(exp.Table)
        if one.alias and isinstance(one.this, exp.Identifier)
    }
    names = [_name(context, known.get(key, one)) for key, one in named.items()]
    return listed(dict.fromkeys(names)) or _name(context, target)


def _bare_name(tree: exp.Expr) -> str:
    return _target(tree).name or "target"


_TELLERS: dict[type[exp.Expr], Callable[[Context, exp.Expr], tuple[str, list[Step]]]] = {
    exp.Insert: _insert,
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Merge: _merge,
}
