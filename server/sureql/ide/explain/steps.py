"""A query step by step, in the order in which it means what it means: WITH, FROM, WHERE, GROUP BY, HAVING,
window functions, the select list, DISTINCT, ORDER BY, LIMIT."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import (
    conditions,
    filters,
    grain,
    grouping,
    joins,
    naming,
    ordering,
    quoting,
    stated,
    summary,
    values,
    windows,
)
from sureql.ide.explain.model import Fact, Step
from sureql.ide.explain.wording import code, count, listed, sentence, sentences
from sureql.semantics import sources
from sureql.text.span import Span

_DEEPEST = 24
_MOST = 1_500
"""Steps of one statement: what is longer is not read any more."""


def of(context: Context, query: exp.Expr, depth: int = 0) -> list[Step]:
    """The steps of a query and of all that is inside it."""
    found = []
    for step in _query(context, query, depth):
        found.append(step)
        if len(found) >= _MOST:
            break
    return found


def of_cte(context: Context, cte: exp.CTE, recursive: bool) -> Iterator[Step]:
    """The steps of a CTE that a change begins with."""
    yield from _cte(context, cte, 0, recursive)


def _query(context: Context, query: exp.Expr, depth: int) -> Iterator[Step]:
    if depth > _DEEPEST:
        return
    for cte in naming.ctes(query):
        yield from _cte(context, cte, depth, bool(query.args["with_"].args.get("recursive")))
    node = naming.bare(query)
    if node is not query:
        yield from _query(context, node, depth)
        return
    if isinstance(node, exp.SetOperation):
        yield from _set(context, node, depth)
    elif isinstance(node, exp.Select):
        yield from _select(context, node, depth)
    elif isinstance(node, exp.Values):
        rows = count(len(node.expressions), "row")
        text = sentence(f"gives {rows} written out as VALUES")
        yield Step("source", text, sources.whole_span([node]), depth)
    elif isinstance(node, exp.Subquery):
        yield from _query(context, node.this, depth)
    elif isinstance(node, exp.Table):
        text = sentence(f"reads all of {naming.table(context, node)}")
        yield Step("source", text, sources.whole_span([node]), depth, (stated.table(node),))
    if not isinstance(node, exp.Select):
        yield from end(context, node, depth)


def _cte(context: Context, cte: exp.CTE, depth: int, recursive: bool) -> Iterator[Step]:
    name = code(quoting.name(context, cte.args["alias"].this))
    body = cte.this
    span = sources.whole_span([cte.args["alias"].this])
    inner = naming.bare(body)
    again = recursive and any(
        one.name.lower() == cte.alias.lower() for one in body.find_all(exp.Table)
    )
    if again and isinstance(inner, exp.SetOperation):
        kept = "" if inner.args.get("distinct") is False else ", duplicates removed"
        text = (
            f"{name} is recursive: it starts with the first query, then runs the second one "
            f"on the rows it found last, until that finds no more{kept} ({_set_word(inner).upper()})"
        )
        facts = (Fact("set", _set_word(inner)),)
        yield Step("cte", sentence(text), span, depth, facts)
        for head, part in (("Starts with", inner.this), ("Repeats", inner.expression)):
            told = f"{head}: {summary.noun(context, part)}"
            yield Step("other", sentence(told), None, depth + 1)
            yield from _query(context, part, depth + 2)
        return
    if not isinstance(inner, exp.Query):
        yield from _change(context, name, body, span, depth)
        return
    row = grain.of(context, body)
    told = f"{name} holds {summary.noun(context, body)}"
    yield Step("cte", sentences([told, f"{row[0].upper()}{row[1:]}" if row else ""]), span, depth)
    yield from _query(context, body, depth + 1)


def _change(
    context: Context, name: str, body: exp.Expr, span: Span | None, depth: int
) -> Iterator[Step]:
    """A CTE that changes data."""
    target = body.this.this if isinstance(body.this, exp.Schema) else body.this
    verbs: dict[type[exp.Expr], str] = {
        exp.Insert: "adds rows to",
        exp.Update: "updates",
        exp.Delete: "deletes from",
    }
    verb = verbs.get(type(body), "changes")
    text = f"{name} {verb} {code(quoting.name(context, target))}, and gives what RETURNING says"
    facts = (stated.table(target),) if isinstance(target, exp.Table) else ()
    yield Step("cte", sentence(text), span, depth, facts)
    query, where = body.args.get("expression"), body.args.get("where")
    if isinstance(query, exp.Query):
        yield from _query(context, query, depth + 1)
    if isinstance(where, exp.Where):
        found = filters.steps(context, "filter", where.this, depth + 1, "only for rows where")
        yield from _nested(context, found)


def _set(context: Context, node: exp.SetOperation, depth: int) -> Iterator[Step]:
    word = _set_word(node)
    parts = _same_branches(node, word)
    effect = {
        "union all": "puts the rows of the parts below one another, duplicates included",
        "union": "puts the rows of the parts together and removes duplicates",
        "intersect": "keeps the rows that both parts have, each once",
        "intersect all": "keeps the rows that both parts have, duplicates matched one by one",
        "except": "keeps the rows of the first part that the second does not have, each once",
        "except all": "takes the rows of the second part away from the first, one by one",
    }[word]
    if len(parts) > 2:
        effect = effect.replace("the parts", f"{len(parts)} parts")
    by_name = " (columns matched by name)" if node.args.get("by_name") else ""
    times = max(1, len(parts) - 1)
    facts = tuple(Fact("set", word) for _ in range(times))
    yield Step("set", sentence(f"{effect} ({word.upper()}){by_name}"), None, depth, facts)
    for number, part in enumerate(parts, 1):
        told = f"Part {number}: {summary.noun(context, part)}"
        yield Step("other", sentence(told), None, depth + 1)
        yield from _query(context, part, depth + 2)


def _select(context: Context, node: exp.Select, depth: int) -> Iterator[Step]:
    level = levels.level(context, node)
    if level is not None and level.items:
        yield from _nested(context, joins.steps(context, level, depth))
    for lateral in node.args.get("laterals") or ():
        text = f"for each row, adds what {code(quoting.item(context, lateral.this))} gives"
        yield Step("join", sentence(text), sources.whole_span([lateral]), depth)
    where, having = node.args.get("where"), node.args.get("having")
    sample = node.args.get("sample")
    if sample is not None:
        # DuckDB takes it from the joined rows, before WHERE.
        share, size = sample.args.get("percent"), sample.args.get("size")
        most = values.of(context, size) or "some"
        most = f"{values.of(context, share)} percent" if share is not None else most
        text = f"takes a random sample of {most} of these rows"
        yield Step("other", sentence(text), sources.whole_span([sample]), depth)
    if where is not None:
        yield from _nested(context, filters.steps(context, "filter", where.this, depth))
    group = node.args.get("group")
    if group is not None:
        yield _group(context, node, group, depth)
    elif any(True for item in node.expressions for _ in levels.aggregates(item)):
        text = "folds all rows into one, also if there are none"
        yield Step("group", sentence(text), None, depth)
    if having is not None:
        yield from _nested(context, filters.steps(context, "having", having.this, depth))
    for window in windows.found(node):
        text = sentence(windows.told(context, node, window))
        span = sources.whole_span([window])
        yield Step("window", text, span, depth, (windows.fact(node, window),))
    qualify = node.args.get("qualify")
    if qualify is not None:
        yield from _nested(context, filters.steps(context, "window", qualify.this, depth))
    yield from _nested(context, _output(context, node, depth))
    yield from end(context, node, depth)


def _nested(context: Context, found: list[tuple[Step, list[exp.Expr]]]) -> Iterator[Step]:
    for step, queries in found:
        yield step
        for number, query in enumerate(queries):
            if len(queries) > 1 or filters.correlated(context, query):
                which = f"Sub-query {number + 1}" if len(queries) > 1 else "The sub-query"
                runs = "is run for each row" if filters.correlated(context, query) else ""
                # Not how the engine runs it: what it means.
                text = f"{which} depends on the row it is asked for" if runs else f"{which}:"
                yield Step("other", sentence(text), None, step.depth + 1)
            yield from _query(context, query, step.depth + 1)


def _group(context: Context, node: exp.Select, group: exp.Expr, depth: int) -> Step:
    facts = [
        Fact("group", ", ".join(stated.columns(_key(context, node, one))))
        for one in group.expressions
    ]
    for name in ("rollup", "cube", "grouping_sets"):
        facts += [
            Fact("group", ", ".join(stated.columns(one)))
            for one in group.args.get(name) or ()
            if isinstance(one, exp.Expr)
        ]
    text = sentence(f"makes {grouping.told(context, node, group)}")
    return Step("group", text, sources.whole_span([group]), depth, tuple(facts))


def _key(context: Context, node: exp.Select, one: exp.Expr) -> exp.Expr:
    """A key of GROUP BY; an ordinal is what it stands for."""
    return grouping.meant(context, node, one) if isinstance(one, exp.Literal) else one


def _output(context: Context, node: exp.Select, depth: int) -> list[tuple[Step, list[exp.Expr]]]:
    """The select list, and its scalar sub-queries."""
    queries = [inner for one in node.expressions for inner in conditions.subqueries(one)]
    found = []
    shown = []
    for one in node.expressions:
        plain = one.unalias()
        if values.star(context, plain):
            shown.append(values.star(context, plain))
        elif isinstance(plain, exp.Window):
            # What it computes is said above.
            named = naming.alias(one)
            shown.append(code(named) if named else code(quoting.exactly(context, plain)))
        else:
            told = summary.query_value(context, one)
            told = told or values.item(context, plain, _alias_start(one))
            shown.append(f"{told} as {code(one.alias)}" if one.alias else told)
    facts = tuple(
        Fact("column", one.alias_or_name.lower())
        for one in node.expressions
        if isinstance(one, (exp.Alias, exp.Column)) and one.alias_or_name and not one.is_star
    )
    # What EXISTS gives does not matter: `1` and `*` are only there to give something.
    plain = all(isinstance(one, (exp.Literal, exp.Null, exp.Star)) for one in node.expressions)
    if not (plain and isinstance(node.parent, exp.Exists)):
        text = sentence(f"gives {listed(shown)}")
        found.append((Step("select", text, None, depth, facts), queries))
    distinct, facts = ordering.distinct(context, node)
    if distinct:
        found.append((Step("distinct", sentence(distinct), None, depth, facts), []))
    return found


def end(context: Context, node: exp.Expr, depth: int) -> Iterator[Step]:
    """ORDER BY, LIMIT and FOR UPDATE of a query or change."""
    order = node.args.get("order")
    if order is not None:
        text = sentence(f"sorts by {ordering.told(context, node, order)}")
        yield Step("order", text, sources.whole_span([order]), depth, ordering.facts(order))
    limits, facts = ordering.limits(context, node)
    if limits:
        yield Step("limit", sentence(limits), None, depth, facts)
    for lock in node.args.get("locks") or ():
        strength = "for update" if lock.args.get("update") else "for share"
        wait = lock.args.get("wait")
        text = "locks the rows it gives against changes by others" + (
            ", skips rows that are locked already" if wait is False else ""
        )
        yield Step("lock", sentence(text), None, depth, (Fact("lock", strength),))


def _set_word(node: exp.SetOperation) -> str:
    return type(node).__name__.lower() + ("" if node.args.get("distinct") else " all")


def _same_branches(node: exp.Expr, word: str) -> list[exp.Expr]:
    """The parts of UNION … UNION … of one kind; other set operations count as one part."""
    if isinstance(node, exp.SetOperation) and word in ("union", "union all"):
        if _set_word(node) == word:
            left = node.this
            plain = not any(left.args.get(name) for name in ("order", "limit", "with_"))
            first = _same_branches(left, word) if plain else [left]
            return [*first, node.expression]
        return [node]
    if isinstance(node, exp.SetOperation):
        return [node.this, node.expression] if _set_word(node) == word else [node]
    return [node]


def _alias_start(one: exp.Expr) -> int | None:
    alias = one.args.get("alias") if isinstance(one, exp.Alias) else None
    span = sources.span_of(alias) if isinstance(alias, exp.Expr) else None
    return span.start if span is not None else None
