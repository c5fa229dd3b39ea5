"""The items of FROM and how they are joined: kind, key, and what the join does to the rows."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels, linked
from sureql.ide.diagnostics.facts.levels import Item, Level
from sureql.ide.explain import conditions, grain, matching, naming, quoting, stated, summary
from sureql.ide.explain.model import Fact, Step
from sureql.ide.explain.wording import code, listed, sentences
from sureql.semantics import sources


def steps(context: Context, level: Level, depth: int) -> list[tuple[Step, list[exp.Expr]]]:
    """One step for each item of FROM, with the sub-queries that it contains."""
    found = []
    for number, item in enumerate(level.items):
        head = _read(context, item) if not number else _joined(context, level, item)
        what = _item_facts(item) + (_facts(context, item) if number else ())
        kind = "join" if item.join is not None else "source"
        step = Step(kind, head, sources.whole_span([item.node]), depth, what)
        found.append((step, _queries(item)))
    return found


def kind_of(context: Context, item: Item) -> str:
    """inner, left, right, full, cross, comma, semi, anti; with `natural` or `lateral` before."""
    join = item.join
    if join is None:
        return ""
    side, kind = item.side.lower(), str(join.args.get("kind") or "").lower()
    method = str(join.args.get("method") or "").lower()
    lateral = isinstance(item.node, exp.Lateral)
    word = side or (kind if kind in ("cross", "semi", "anti", "straight") else "")
    if kind == "outer" and not side:
        word = "full"
    if kind in ("semi", "anti"):
        word = kind
    if not word:
        word = "comma" if _comma(context, item) else "inner"
    parts = [method, "lateral" if lateral else "", word]
    return " ".join(part for part in parts if part)


def _comma(context: Context, item: Item) -> bool:
    if linked.bare(context, item):
        return True
    said = ("on", "using", "kind", "side", "method")
    return item.join is not None and not any(item.join.args.get(name) for name in said)


def _read(context: Context, item: Item) -> str:
    node = item.node
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        comment = item.relation.comment.strip() if item.relation is not None else ""
        quoted = f"The schema says of it: “{_flat(comment)}”" if comment else ""
        return sentences([f"reads {_what(context, item)}", quoted, *_rotated(context, node)])
    return sentences([f"reads {_what(context, item)}", *_rotated(context, node)])


def _what(context: Context, item: Item) -> str:
    """The item as a noun: a table, a sub-query, a call."""
    node = item.node
    called = item.source.name if item.source is not None else node.alias_or_name
    name = f" (as {code(called)})" if called else ""
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        kind = item.source.kind if item.source is not None else ""
        word = "the view " if kind == "view" else ""
        word = "a random sample of " if node.args.get("sample") is not None else word
        past = " as it was at a given time" if node.args.get("version") is not None else ""
        return f"{word}{naming.table(context, node)}{past}"
    inner = node.this if isinstance(node, (exp.Lateral, exp.Subquery)) else node
    if isinstance(inner, exp.Subquery):
        inner = inner.unnest()
    if isinstance(inner, exp.Values) or isinstance(node, exp.Values):
        values = inner if isinstance(inner, exp.Values) else node
        return f"{_rows(len(values.expressions))} given as VALUES{name}"
    if isinstance(inner, exp.Query):
        return f"a sub-query{name}: {summary.noun(context, inner)}"
    if isinstance(inner, exp.Table):
        inner = inner.this if isinstance(inner.this, exp.Expr) else inner
    return f"the rows that {code(quoting.item(context, inner, _alias_start(node)))} gives{name}"


def _rotated(context: Context, node: exp.Expr) -> list[str]:
    """What PIVOT and UNPIVOT behind an item do to its rows, as written."""
    found = []
    for one in node.args.get("pivots") or ():
        word = "UNPIVOT" if one.args.get("unpivot") else "PIVOT"
        does = "columns into rows" if word == "UNPIVOT" else "rows into columns"
        found.append(f"{word} turns {does}: {code(quoting.exactly(context, one))}")
    return found


def _joined(context: Context, level: Level, item: Item) -> str:
    kind = kind_of(context, item)
    what = _what(context, item)
    join = item.join
    assert join is not None
    on = join.args.get("on")
    using = join.args.get("using") or ()
    key = ""
    if on is not None and not isinstance(on, exp.Boolean):
        key = f" where {conditions.told(context, on, summary.inner(context))}"
    elif using:
        names = listed(code(quoting.name(context, one)) for one in using)
        key = f" where {names} {'are' if len(using) > 1 else 'is'} the same on both sides (USING)"
    elif kind.startswith("natural"):
        key = " where all columns of the same name are equal (NATURAL)"
    last = kind.split(" ")[-1]
    if kind.startswith("positional"):
        text = f"puts {what} beside it, row by row in their order (POSITIONAL)"
        return sentences([text, "where one side has fewer rows, NULLs stand for the rest"])
    if _dependent(item.node) and last in ("comma", "cross", "inner", "left"):
        stays = last == "left" or item.node.args.get("cross_apply") is False
        empty = "stay" if stays else "are dropped"
        head = f"for each row so far, adds {what}"
        return sentences([head, f"rows for which it gives nothing {empty}"])
    if last == "semi":
        return sentences([f"keeps only rows for which {what} has a match{key}"])
    if last == "anti":
        return sentences([f"keeps only rows for which {what} has no match{key}"])
    if item.node is not join.this:
        last = "inner"
    head = {
        "left": f"adds {what} with a left join{key}",
        "right": f"adds {what} with a right join{key}",
        "full": f"adds {what} with a full join{key}",
        "cross": f"combines every row with every row of {what} (cross join)",
        "comma": f"takes {what} as well",
    }.get(last, f"joins {what}{key}")
    if kind.startswith("asof"):
        head += " (ASOF: only the closest match)"
    if isinstance(item.node, exp.Lateral):
        head = f"for each row so far, takes {what} ({_lateral(item, last)})"
    return sentences([head, *_effects(context, level, item, last)])


def _lateral(item: Item, kind: str) -> str:
    """The words for it: SQL Server's APPLY is LATERAL in the tree."""
    applied = item.node.args.get("cross_apply")
    if applied is not None:
        return "CROSS APPLY" if applied else "OUTER APPLY"
    return "LATERAL, left join" if kind == "left" else "LATERAL"


def _given(item: Item, kind: str, once: bool) -> list[str]:
    """What LATERAL and APPLY do to the rows before them."""
    stays = kind == "left" or item.node.args.get("cross_apply") is False
    several = "" if once else "a row for which it gives several is repeated"
    inner = item.node.this.unnest() if isinstance(item.node.this, exp.Subquery) else None
    if inner is not None and levels.single_row(inner) and not _cut(inner):
        return [several]
    return [several, f"rows for which it gives nothing {'stay' if stays else 'are dropped'}"]


def _cut(query: exp.Expr) -> bool:
    """True if a query that folds its rows into one may still give none."""
    names = ("where", "having", "limit", "offset", "qualify")
    aggregated = any(True for one in query.expressions for _ in levels.aggregates(one))
    return any(query.args.get(name) for name in (names[1:] if aggregated else names))


def _dependent(node: exp.Expr) -> bool:
    """True for a call that takes columns of the tables before it."""
    if isinstance(node, exp.Subquery) or isinstance(node.this, (exp.Identifier, exp.Query)):
        return False
    return node.find(exp.Column) is not None


def _effects(context: Context, level: Level, item: Item, kind: str) -> list[str]:
    """What the join does to the rows, as far as it is certain."""
    if context.templated:
        return []
    before = list(level.items[: level.items.index(item)])
    known = matching.of_join(context, level, item)
    if kind in ("comma", "cross", "inner"):
        known = known + matching.of_level(context, level)
    keys = grain.item_keys(context)
    linking = any(one.item is item and one.other in before for one in known)
    once = matching.single(context, item) or matching.at_most_one(item, known, before, keys)
    if isinstance(item.node, exp.Lateral):
        return _given(item, kind, once)
    said = []
    if kind == "comma" and linking:
        said.append(f"the filter links it by {_by(known, item, before)}")
    elif kind == "comma" and not once:
        said.append("nothing here links it to the rest, so every row meets every row")
    if kind == "cross":
        return said
    if once:
        said.append("a row finds at most one match, so rows are not multiplied")
    elif kind != "comma" or linking:
        said.append(_repeated(item))
    said.append(_lost(context, level, item, kind, linking))
    return said


def _repeated(item: Item) -> str:
    if item.relation is None and (item.source is None or item.source.kind == "unknown"):
        return "without the table's keys it is not known whether a row can match several times"
    return "a row can match several, and is then repeated"


def _lost(context: Context, level: Level, item: Item, kind: str, linking: bool) -> str:
    if kind == "left":
        return "rows without a match stay, with NULLs in its columns"
    if kind == "right":
        return "its own rows all stay, matched or not; other rows without a match are dropped"
    if kind == "full":
        return "rows without a match stay on both sides"
    if kind == "comma" and not linking:
        return ""
    on = item.join.args.get("on") if item.join is not None else None
    parts = list(levels.conjuncts(on))
    other = matching.promised(context, level, item, parts) if parts else None
    if other is not None and level.items.index(other) < level.items.index(item):
        if context.dialect.name == "sqlite":
            return "the foreign key promises a match, where SQLite is told to check foreign keys"
        return "the foreign key promises a match, so no row is dropped"
    return "rows without a match are dropped"


def _by(known: list[matching.Equal], item: Item, before: list[Item]) -> str:
    pairs = {
        f"{naming.item(item)[:-1]}.{one.column}` = {naming.item(one.other)[:-1]}.{one.other_column}`"
        for one in known
        if one.item is item and one.other is not None and one.other in before
        if naming.item(item) and naming.item(one.other)
    }
    return listed(sorted(pairs)) or "its columns"


def _item_facts(item: Item) -> tuple[Fact, ...]:
    node = item.node
    named = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)
    return (stated.table(node),) if named and isinstance(node, exp.Table) else ()


def _facts(context: Context, item: Item) -> tuple[Fact, ...]:
    join = item.join
    if join is None:
        return ()
    name = item.node.alias_or_name.lower()
    facts = [Fact("join", f"{kind_of(context, item)} {name}".strip())]
    on = join.args.get("on")
    if on is not None and item.node is join.this and not isinstance(on, exp.Boolean):
        facts += stated.condition("join", on)
    using = [one.name.lower() for one in join.args.get("using") or ()]
    if using:
        facts.append(Fact("join", f"using {', '.join(using)}"))
    return tuple(facts)


def _queries(item: Item) -> list[exp.Expr]:
    node = item.node.this if isinstance(item.node, exp.Lateral) else item.node
    found: list[exp.Expr] = []
    if isinstance(node, exp.Subquery):
        inner = node.unnest()
        found = [inner] if isinstance(inner, exp.Query) and not isinstance(inner, exp.Table) else []
    elif not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        found = conditions.subqueries(node)
    if item.join is not None:
        found += conditions.subqueries(item.join.args.get("on"))
    return [one for one in found if not isinstance(one, exp.Values)]


def _alias_start(node: exp.Expr) -> int | None:
    alias = node.args.get("alias")
    span = sources.whole_span([alias]) if isinstance(alias, exp.Expr) else None
    return span.start if span is not None else None


def _rows(number: int) -> str:
    return "one row" if number == 1 else f"{number} rows"


def _flat(comment: str) -> str:
    return " ".join(comment.split()).rstrip(".")
