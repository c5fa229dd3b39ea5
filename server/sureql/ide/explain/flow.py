"""The picture of a query's data flow: from tables through joins, filters and groups, CTEs and
sub-queries, to the result."""

from __future__ import annotations

from collections import Counter

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import levels
from sureql.ide.diagnostics.facts.levels import Item
from sureql.ide.explain import flow_steps, naming, quoting, summary
from sureql.ide.explain.flow_steps import Operation
from sureql.ide.explain.picture import MOST, Edge, Node, Picture
from sureql.ide.explain.wording import shortened
from sureql.semantics import sources
from sureql.text.span import Span

TITLE = "Data flow"
_DEEPEST = 20
_LONGEST_CALL = 40
_SOURCES = ("table", "view", "cte", "sub-query", "function")


def of(context: Context, query: exp.Expr, result: str = "result") -> Picture | None:
    """The flow into a box called `result`; None where there is nothing to show but one table, and
    where it would be too much to read. What is large is shown without its operations."""
    for detailed in (True, False):
        flow = _Flow(context, detailed)
        end = flow.box("result", result, "result")
        flow.follow(query, end, {})
        boxes = flow.boxes.values()
        if len(boxes) <= MOST:
            read = {one.key for one in boxes if one.kind in _SOURCES}
            several = sum(edge.start in read for edge in flow.edges) > 1
            worth = several or len(boxes) > 3
            return Picture("data-flow", TITLE, tuple(boxes), tuple(flow.edges)) if worth else None
    return None


class _Flow:
    """Boxes by what they stand for, and the arrows between them, in the order they are found."""

    def __init__(self, context: Context, detailed: bool) -> None:
        self.context = context
        self.detailed = detailed
        self.boxes: dict[str, Node] = {}
        self.edges: dict[Edge, None] = {}

    def box(
        self, meant: str, label: str, kind: str, detail: str = "", span: Span | None = None
    ) -> str:
        """The key of the one box for what is `meant`."""
        if meant not in self.boxes:
            self.boxes[meant] = Node(f"n{len(self.boxes)}", label, kind, detail, span)
        return self.boxes[meant].key

    def arrow(self, start: str, end: str, label: str = "") -> None:
        """Rows go from `start` to `end`; to itself only if that is said."""
        if start != end or label:
            self.edges[Edge(start, end, label)] = None

    def follow(
        self, query: exp.Expr, into: str, known: dict[str, str], depth: int = 0, label: str = ""
    ) -> None:
        """Draw what flows into the box `into`. `known` are the boxes of CTEs by lower-case name."""
        if depth > _DEEPEST or len(self.boxes) > MOST:
            return
        inside = self._ctes(query, known, depth)
        node = naming.bare(query)
        if isinstance(node, exp.SetOperation):
            into, label = self._chain(flow_steps.after_set(self.context, node), into, label)
            for part in summary.branches(node):
                self.follow(part, into, inside, depth + 1, label)
        elif isinstance(node, exp.Subquery):
            into, label = self._chain(flow_steps.end(self.context, node), into, label)
            self.follow(node.this, into, inside, depth + 1, label)
        elif isinstance(node, exp.Table):
            self._item(node, into, inside, label, depth)
        elif isinstance(node, exp.Select):
            self._select(node, into, inside, depth, label)

    def _ctes(self, query: exp.Expr, known: dict[str, str], depth: int) -> dict[str, str]:
        inside = dict(known)
        for cte in naming.ctes(query):
            span = sources.span_of(cte.args["alias"].this)
            recursive = bool(query.args["with_"].args.get("recursive"))
            key = self.box(f"cte {id(cte)}", cte.alias, "cte", span=span)
            name = cte.alias.lower()
            self.follow(cte.this, key, {**inside, name: key} if recursive else inside, depth + 1)
            inside[name] = key
        return inside

    def _chain(self, found: list[Operation], into: str, label: str) -> tuple[str, str]:
        """Boxes for operations in logical order, the last of which flows `into`: where the rows that
        come before them go, and the label of those arrows."""
        for one in reversed(found) if self.detailed else ():
            key = self.box(f"{one.kind} {id(one.node)}", one.label, one.kind, one.detail, one.span)
            self.arrow(key, into, label)
            into, label = key, ""
        return into, label

    def _select(
        self, node: exp.Select, into: str, known: dict[str, str], depth: int, label: str
    ) -> None:
        level = levels.level(self.context, node)
        items = level.items if level is not None else ()
        found = flow_steps.of_select(self.context, node, items)
        first, label = self._chain(found, into, label)
        times = Counter(_written(one.node) for one in items)
        for item in items:
            said = [item.side.lower()] if item.side else [label] if label else []
            if times[_written(item.node)] > 1 and item.node.alias:
                said.append(f"as {item.node.alias}")
            self._item(item.node, first, known, ", ".join(said), depth, item)
        for place in (node.args.get("where"), node.args.get("having"), *node.expressions):
            meant = f"filter {id(place)}"
            target = self.boxes[meant].key if meant in self.boxes else into
            for one in levels.own(place) if isinstance(place, exp.Expr) else ():
                if isinstance(one, exp.Query):
                    word = "checks" if place not in node.expressions else "value"
                    for table in one.find_all(exp.Table):
                        self._item(table, target, known, word, depth)

    def _item(
        self,
        node: exp.Expr,
        into: str,
        known: dict[str, str],
        label: str,
        depth: int,
        item: Item | None = None,
    ) -> None:
        inner = node.this if isinstance(node, exp.Lateral) else node
        if isinstance(inner, exp.Table) and isinstance(inner.this, exp.Identifier):
            name = ".".join(part.name for part in inner.parts)
            if name.lower() in known:
                self.arrow(known[name.lower()], into, label)
                return
            source = item.source if item is not None else None
            kind = "view" if source is not None and source.kind == "view" else "table"
            span = sources.whole_span(list(inner.parts))
            self.arrow(self.box(f"table {name.lower()}", name, kind, span=span), into, label)
        elif isinstance(inner, exp.Subquery):
            alias = node.alias_or_name or "sub-query"
            key = self.box(f"derived {id(inner)}", alias, "sub-query", span=_alias_place(node))
            self.arrow(key, into, label)
            self.follow(inner.this, key, known, depth + 1)
        elif inner is not None:
            span = sources.whole_span([inner])
            label_of = "VALUES" if isinstance(inner, exp.Values) else self._call(node, inner)
            self.arrow(self.box(f"call {id(inner)}", label_of, "function", span=span), into, label)

    def _call(self, node: exp.Expr, inner: exp.Expr) -> str:
        """A function that gives rows, as written."""
        called = inner.this if isinstance(inner, exp.Table) else inner
        alias = _alias_place(node)
        return shortened(
            quoting.item(self.context, called, alias.start if alias is not None else None),
            _LONGEST_CALL,
        )


def _written(node: exp.Expr) -> str:
    named = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)
    return ".".join(part.name for part in node.parts).lower() if named else f"{id(node)}"  # type: ignore[attr-defined]


def _alias_place(node: exp.Expr) -> Span | None:
    alias = node.args.get("alias")
    return sources.whole_span([alias]) if isinstance(alias, exp.Expr) else None
