"""Mermaid flowcharts: where a statement's data comes from, and an engine's plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.explain import naming, summary
from sureql.ports.plan import Node, Plan

_MOST = 60
_LONGEST = 60
# `&` would begin an entity, `$$` a formula.
_UNSAFE = re.compile(r'["\[\]{}<>|`#;\\&]|\$\$')


def of_query(context: Context, query: exp.Expr, result: str = "result") -> str:
    """The flow from tables through CTEs and sub-queries to the result; '' if there is only one
    source, or too many for a picture."""
    chart = _Chart(context)
    chart.box(result, "result", "([", "])")
    chart.follow(query, result, {})
    if not 3 <= len(chart.boxes) <= _MOST:
        return ""
    return "\n".join(["flowchart LR", *chart.lines()])


def of_plan(plan: Plan) -> str:
    """The tree of a plan, the first step at the bottom."""
    nodes = list(_numbered(plan.root))
    if len(nodes) < 2 or len(nodes) > _MOST:
        return ""
    lines = ["flowchart BT"]
    for number, node, _ in nodes:
        target = node.relation or node.alias
        rows = f"<br/>{node.rows:,.0f} rows" if node.rows is not None else ""
        if node.actual_rows is not None:
            rows = f"<br/>{node.actual_rows:,.0f} rows"
        about = f" {target}" if target else ""
        lines.append(f'  p{number}["{_safe(node.operation + about)}{rows}"]')
    lines += [f"  p{number} --> p{parent}" for number, _, parent in nodes if parent is not None]
    return "\n".join(lines)


class _Chart:
    """Boxes by what they show, and arrows between them, in the order they are found."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.boxes: dict[str, str] = {}
        self.arrows: dict[tuple[str, str], str] = {}

    def box(self, key: str, text: str, left: str = "[", right: str = "]") -> None:
        """A box for `key`, once."""
        if key not in self.boxes:
            self.boxes[key] = f'n{len(self.boxes)}{left}"{_safe(text)}"{right}'

    def follow(self, query: exp.Expr, into: str, known: dict[str, str], depth: int = 0) -> None:
        """Draw what flows into `into`. `known` are the CTEs by lower-case name."""
        if depth > 20 or len(self.boxes) > _MOST:
            return
        inside = dict(known)
        for cte in naming.ctes(query):
            key = f"cte {id(cte)}"
            name = cte.alias
            self.box(key, name, "[/", "/]")
            recursive = query.args["with_"].args.get("recursive")
            seen = {**inside, name.lower(): key} if recursive else inside
            self.follow(cte.this, key, seen, depth + 1)
            inside[name.lower()] = key
        node = naming.bare(query)
        if isinstance(node, exp.SetOperation):
            for part in summary.branches(node):
                self.follow(part, into, inside, depth + 1)
        elif isinstance(node, exp.Subquery):
            self.follow(node.this, into, inside, depth + 1)
        elif isinstance(node, exp.Table):
            self._item(node, into, inside, "", depth)
        elif isinstance(node, exp.Select):
            self._select(node, into, inside, depth)

    def _select(self, node: exp.Select, into: str, known: dict[str, str], depth: int) -> None:
        level = levels.level(self.context, node)
        for item in level.items if level is not None else ():
            label = item.side.lower() if item.side else ""
            self._item(item.node, into, known, label, depth)
        for place in (node.args.get("where"), node.args.get("having"), *node.expressions):
            for one in levels.own(place) if isinstance(place, exp.Expr) else ():
                if isinstance(one, exp.Query):
                    label = "checks" if place not in node.expressions else "value"
                    for table in one.find_all(exp.Table):
                        self._item(table, into, known, label, depth)

    def _item(
        self, node: exp.Expr, into: str, known: dict[str, str], label: str, depth: int
    ) -> None:
        inner = node.this if isinstance(node, exp.Lateral) else node
        if isinstance(inner, exp.Table) and isinstance(inner.this, exp.Identifier):
            name = ".".join(part.name for part in inner.parts)
            key = known.get(name.lower(), f"table {name.lower()}")
            self.box(key, name, "[(", ")]")
            self.arrows.setdefault((key, into), label)
        elif isinstance(inner, exp.Subquery):
            alias = node.alias_or_name or "sub-query"
            key = f"derived {id(inner)}"
            self.box(key, alias, "[/", "/]")
            self.arrows.setdefault((key, into), label)
            self.follow(inner.this, key, known, depth + 1)

    def lines(self) -> Iterator[str]:
        """The chart's lines."""
        names = {key: text.partition("[")[0].partition("(")[0] for key, text in self.boxes.items()}
        for text in self.boxes.values():
            yield f"  {text}"
        for (start, end), label in self.arrows.items():
            arrow = f"-- {label} -->" if label else "-->"
            if start != end or label:
                yield f"  {names[start]} {arrow} {names[end]}"


def _numbered(root: Node) -> Iterator[tuple[int, Node, int | None]]:
    """Each node with its number and that of the step that it feeds."""
    stack: list[tuple[Node, int | None]] = [(root, None)]
    number = 0
    while stack:
        node, parent = stack.pop()
        yield number, node, parent
        stack += [(child, number) for child in reversed(node.children)]
        number += 1


def _safe(text: str) -> str:
    plain = "".join(one if one.isprintable() else " " for one in _UNSAFE.sub(" ", text))
    shown = " ".join(plain.split()) or "?"
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
