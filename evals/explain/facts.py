"""The facts of a statement, straight from sqlglot's tree. Shares no code with `ide/explain`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlglot import exp

KINDS = (
    "table",
    "join",
    "filter",
    "having",
    "group",
    "order",
    "limit",
    "distinct",
    "set",
    "window",
    "column",
)
_OPERATORS: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.NullSafeEQ, "is"),
    (exp.NullSafeNEQ, "is not"),
    (exp.EQ, "="),
    (exp.NEQ, "<>"),
    (exp.LTE, "<="),
    (exp.GTE, ">="),
    (exp.LT, "<"),
    (exp.GT, ">"),
    (exp.ILike, "ilike"),
    (exp.Like, "like"),
    (exp.SimilarTo, "matches"),
    (exp.RegexpILike, "matches"),
    (exp.RegexpLike, "matches"),
    (exp.Between, "between"),
    (exp.Exists, "exists"),
    (exp.In, "in"),
    (exp.Is, "is"),
)  # fmt: skip


def of(tree: exp.Expr) -> dict[str, Counter[str]]:
    """The facts by kind, each with how often the statement states it."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for node in tree.walk():
        for kind, value in _facts(node):
            found[kind][value] += 1
    return found


def _facts(node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        names = [node.args.get(part) for part in ("catalog", "db", "this")]
        yield "table", ".".join(one.name for one in names if one is not None).lower()
    elif isinstance(node, exp.Join):
        yield from _join(node)
    elif isinstance(node, exp.Select):
        yield from _select(node)
    elif isinstance(node, exp.SetOperation):
        word = node.key
        yield "set", word if node.args.get("distinct") else f"{word} all"
    if isinstance(node, exp.Query):
        yield from _tail(node)
    if isinstance(node, exp.Window) and not isinstance(node.parent, exp.Select):
        yield "window", _window(node)
    elif isinstance(node, (exp.Update, exp.Delete)):
        yield from _conditions("filter", node.args.get("where"))
        for one in node.expressions if isinstance(node, exp.Update) else ():
            if isinstance(one, exp.EQ) and isinstance(one.this, exp.Column):
                yield "column", one.this.name.lower()


def _select(node: exp.Select) -> Iterator[tuple[str, str]]:
    yield from _conditions("filter", node.args.get("where"))
    yield from _conditions("filter", node.args.get("qualify"))
    yield from _conditions("having", node.args.get("having"))
    group = node.args.get("group")
    if group is not None:
        keys = list(group.expressions)
        for name in ("rollup", "cube", "grouping_sets"):
            keys += [one for one in group.args.get(name) or () if isinstance(one, exp.Expr)]
        for key in keys:
            yield "group", ", ".join(_columns(_meant(node, key)))
    distinct = node.args.get("distinct")
    if distinct is not None:
        on = distinct.args.get("on")
        keys = on.expressions if isinstance(on, exp.Tuple) else [on]
        names = [name for one in keys if one is not None for name in _columns(one)]
        yield "distinct", "distinct" if on is None else f"on {', '.join(names)}"
    for one in node.expressions:
        name = one.alias_or_name
        if name and isinstance(one, (exp.Alias, exp.Column)) and not one.is_star:
            yield "column", name.lower()


def _tail(node: exp.Expr) -> Iterator[tuple[str, str]]:
    order = node.args.get("order")
    for key in order.expressions if order is not None else ():
        inner = key.this if isinstance(key, exp.Ordered) else key
        names = ", ".join(_columns(inner)) or ", ".join(_literals(inner))
        yield "order", f"{names} {'desc' if key.args.get('desc') else 'asc'}".strip()
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if limit is not None:
        most = limit.args.get("expression" if isinstance(limit, exp.Limit) else "count")
        yield "limit", _number(most, "1")
    if offset is not None:
        yield "limit", f"offset {_number(offset.args.get('expression'), '?')}"


def _join(node: exp.Join) -> Iterator[tuple[str, str]]:
    side, kind = str(node.args.get("side") or "").lower(), str(node.args.get("kind") or "").lower()
    on, using = node.args.get("on"), node.args.get("using") or ()
    word = (
        kind
        if kind in ("semi", "anti")
        else side or (kind if kind in ("cross", "straight") else "")
    )
    if kind == "outer" and not side:
        word = "full"
    stated = bool(side or kind or using or node.args.get("method")) or (
        on is not None and not isinstance(on, exp.Boolean)
    )
    word = word or ("inner" if stated else "comma")
    words = [str(node.args.get("method") or "").lower()]
    words += ["lateral" if isinstance(node.this, exp.Lateral) else "", word]
    words.append(node.this.alias_or_name.lower())
    yield "join", " ".join(one for one in words if one)
    if on is not None and not isinstance(on, exp.Boolean):
        yield from _conditions("join", on)
    if using:
        yield "join", f"using {', '.join(one.name.lower() for one in using)}"


def _conditions(kind: str, node: exp.Expr | None) -> Iterator[tuple[str, str]]:
    if node is None:
        return
    stack = [(node.this if isinstance(node, (exp.Where, exp.Having, exp.Qualify)) else node, False)]
    while stack:
        one, negated = stack.pop()
        if isinstance(one, (exp.And, exp.Or, exp.Xor)):
            stack += [(one.this, negated), (one.expression, negated)]
        elif isinstance(one, (exp.Paren, exp.Escape)):
            stack.append((one.this, negated))
        elif isinstance(one, exp.Not):
            stack.append((one.this, not negated))
        else:
            negated ^= bool(one.args.get("negate"))
            word = next((name for cls, name in _OPERATORS if isinstance(one, cls)), "true")
            names, values = ", ".join(_columns(one)), ", ".join(_literals(one))
            content = f"{names} [{values}]" if values else names
            yield kind, f"{'not ' if negated else ''}{word} {content}".strip()


def _window(node: exp.Window) -> str:
    partition, order = list(node.args.get("partition_by") or ()), node.args.get("order")
    named, select = node.args.get("alias"), node.find_ancestor(exp.Select)
    for one in (
        (select.args.get("windows") or ()) if named is not None and select is not None else ()
    ):
        if one.name.lower() == named.name.lower():
            partition = partition or list(one.args.get("partition_by") or ())
            order = order or one.args.get("order")
    keys = list(order.expressions) if order is not None else []
    parts = [_columns(node.this)]
    parts += [
        sorted({name for one in given for name in _columns(one)}) for given in (partition, keys)
    ]
    return " | ".join(", ".join(one) for one in parts)


def _meant(select: exp.Select, key: exp.Expr) -> exp.Expr:
    items = select.expressions
    if isinstance(key, exp.Literal) and key.name.isdigit() and int(key.name) <= len(items):
        item = items[int(key.name) - 1]
        return item.this if isinstance(item, exp.Alias) else item
    return key


def _number(node: exp.Expr | None, otherwise: str) -> str:
    if node is None:
        return otherwise
    return node.name if isinstance(node, exp.Literal) else "?"


def _level(node: exp.Expr) -> Iterator[exp.Expr]:
    """What is below a node, without what is in sub-queries."""
    yield node
    if isinstance(node, exp.Query):
        return
    for child in node.iter_expressions():
        yield from _level(child)


def _columns(node: exp.Expr) -> list[str]:
    return sorted(
        {
            ".".join(part.name for part in one.parts).lower()
            for one in _level(node)
            if isinstance(one, exp.Column)
        }
    )


def _literals(node: exp.Expr) -> list[str]:
    # A literal without a place in the text is not the user's.
    found = [one for one in _level(node) if isinstance(one, exp.Literal) and one.meta.get("line")]
    return sorted({f"'{one.this}'" if one.is_string else str(one.this) for one in found})
