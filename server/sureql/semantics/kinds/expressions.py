"""The kind of every expression, and the operands and arguments that PostgreSQL refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import sources, types
from sureql.semantics.kinds import (
    calls,
    coercion,
    joined_texts,
    naming,
    operators,
    told,
)
from sureql.semantics.model import Field, Problem
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

Output = tuple[tuple[Field, ...], bool]

_DEEPEST = 60
_CONSTANTS: dict[type[exp.Expr], str] = {
    exp.Boolean: "bool",
    exp.Null: "unknown",
    exp.BitString: "bit",
    exp.HexString: "bit",
    exp.RawString: "unknown",
    exp.National: "unknown",
    exp.CurrentDate: "date",
    exp.CurrentTimestamp: "timestamptz",
    exp.CurrentTime: "timetz",
    exp.Localtime: "time",
    exp.Localtimestamp: "timestamp",
    exp.CurrentUser: "name",
    exp.SessionUser: "name",
}

_WORDS: dict[type[exp.Expr], str] = {
    exp.CurrentDate: "current_date",
    exp.CurrentTime: "current_time",
    exp.CurrentTimestamp: "current_timestamp",
    exp.Localtime: "localtime",
    exp.Localtimestamp: "localtimestamp",
    exp.CurrentUser: "current_user",
    exp.SessionUser: "session_user",
    exp.Boolean: "(?:true|false)",
    exp.Null: "null",
}


@dataclass(slots=True)
class Typing:
    """One statement's kinds, by node; what is refused is in `problems`.

    `fields` and `outputs` say what columns and sub-queries turned out to be. `roles` are what
    calls are, where that is certain: 'a' aggregate, 'w' window, 'o' ordered-set aggregate, '' none
    of these. `rows` are calls that give sets, `marked` those with DISTINCT before an argument.
    """

    text: str
    schema: catalog.Catalog
    dialect: Dialect
    holes: tuple[Span, ...]
    fields: Mapping[int, Field]
    outputs: Mapping[int, Output]
    problems: list[Problem] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    depth: int = 0

    @property
    def active(self) -> bool:
        """Whether this dialect's types are known exactly."""
        return self.dialect.name == "postgres"

    def of(self, node: exp.Expr | None) -> str:
        """The kind of an expression, '' if it isn't known."""
        if node is None or not self.active:
            return ""
        known = self.kinds.get(id(node))
        if known is not None:
            return known
        if self.depth > _DEEPEST:
            return ""
        self.depth += 1
        try:
            found = self._of(node)
        finally:
            self.depth -= 1
        self.kinds[id(node)] = found
        return found

    def of_field(self, found: Field) -> str:
        """The kind of a column of a source: literals have become text by then."""
        kind = found.kind
        if not kind and found.column is not None:
            kind = naming.of(found.column.type, self.schema)
        return "text" if kind == "unknown" else kind

    def report(
        self, span: Span | None, code: str, message: str, names: tuple[str, ...] = ()
    ) -> None:
        """Remember what the engine refuses, unless a template stands there."""
        if span is not None and not self.masked(span):
            self.problems.append(Problem(span, code, message, names))

    def accept(self, node: exp.Expr | None, kind: str, beside: exp.Expr | None = None) -> None:
        """A literal that is taken as `kind`: its text must be one. `beside` is what it is
        compared with."""
        problem = told.literal(self, node, kind, beside)
        if problem is not None:
            self.report(problem.span, problem.code, problem.message, problem.names)

    def masked(self, span: Span) -> bool:
        """True if a template touches `span`."""
        return any(span.overlaps(hole) for hole in self.holes)

    def span(self, *nodes: exp.Expr) -> Span | None:
        """Where expressions stand; those without a place of their own by their word."""
        found = sources.whole_span(nodes)
        if found is not None:
            return found
        for node in nodes:
            for part in node.walk():
                word = _WORDS.get(type(part))
                match = re.search(rf"\b{word}\b", self.text, re.IGNORECASE) if word else None
                if match is not None:
                    return Span(match.start(), match.end())
        return None

    def condition(self, node: exp.Expr | None, title: str) -> None:
        """`node` stands where only a boolean may stand."""
        kind = self.of(node)
        if node is None or kind in ("", "bool"):
            return
        if kind == "unknown":
            self.accept(node, "bool")
            return
        message = f"{title} needs a condition, {told.what(self, node, kind)}."
        self.report(self.span(node), "type-mismatch", message)

    def common(self, nodes: Sequence[exp.Expr | None], title: str) -> str:
        """The kind that several branches have in common; they are refused if there is none."""
        found = [node for node in nodes if node is not None]
        chosen: str | None = ""
        for count in range(1, len(found) + 1):
            chosen = coercion.common([self.of(node) for node in found[:count]])
            if chosen is None:
                other = found[count - 1]
                message = (
                    f"{title} can't give both {self._first(found[:count])}"
                    f" and {naming.label(self.of(other))}."
                )
                self.report(self.span(other), "type-mismatch", message)
                return ""
        if chosen:
            kinds = {self.of(node) for node in found}
            for node in found:
                if self.of(node) == "unknown" and kinds != {"unknown"}:
                    self.accept(node, chosen)
            return "unknown" if kinds == {"unknown"} else chosen
        return ""

    def _first(self, nodes: Sequence[exp.Expr]) -> str:
        kinds = [self.of(node) for node in nodes]
        return naming.label(next(kind for kind in kinds if kind not in ("", "unknown")))

    def _of(self, node: exp.Expr) -> str:
        kind = type(node)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        handler = _HANDLERS.get(kind)
        if handler is not None and calls.is_own_word(self, node):
            return handler(self, node)
        if isinstance(node, exp.Func) and not isinstance(node, (exp.Binary, exp.Connector)):
            return calls.of(self, node)
        return operators.of(self, node)


def _wrapped(typing: Typing, node: exp.Expr) -> str:
    return typing.of(node.this)


def _column(typing: Typing, node: exp.Expr) -> str:
    found = typing.fields.get(id(node))
    return typing.of_field(found) if found is not None else ""


def _literal(typing: Typing, node: exp.Expr) -> str:
    if node.args.get("is_string"):
        return "unknown"
    written = str(node.this)
    if written.isdigit():
        value = int(written) if len(written) < 30 else 2**70
        return "int4" if value < 2**31 else "int8" if value < 2**63 else "numeric"
    plain = written.replace(".", "", 1).replace("e", "", 1).replace("E", "", 1)
    return "numeric" if plain.replace("+", "").replace("-", "").isdigit() else ""


def _cast(typing: Typing, node: exp.Expr) -> str:
    to = node.args.get("to")
    target = naming.of(types.type_text(to, typing.dialect), typing.schema)
    source = typing.of(node.this)
    if source == "unknown":
        typing.accept(node.this, target)
    elif source and target and not coercion.can(source, target, "e"):
        message = (
            f"{told.whole(typing, node.this, source)} can't be cast to {naming.label(target)}."
        )
        typing.report(typing.span(node), "type-mismatch", message)
    return target


def _subquery(typing: Typing, node: exp.Expr) -> str:
    fields, closed = typing.outputs.get(id(node), ((), False))
    if not fields or not closed or not isinstance(node.this, exp.Query):
        return ""
    return typing.of_field(fields[0])


def _case(typing: Typing, node: exp.Expr) -> str:
    operand = node.this
    branches = list(node.args.get("ifs") or ())
    for branch in branches:
        if isinstance(operand, exp.Expr):
            operators.compared(typing, "=", operand, branch.this)
        else:
            typing.condition(branch.this, "WHEN")
    results = [branch.args.get("true") for branch in branches]
    default = node.args.get("default")
    # PostgreSQL looks at ELSE first.
    return typing.common([default, *results], "CASE")


def _several(typing: Typing, node: exp.Expr) -> str:
    items = [node.this, *(node.args.get("expressions") or ())]
    return typing.common(items, node.key.upper())


def _nullif(typing: Typing, node: exp.Expr) -> str:
    operators.compared(typing, "=", node.this, node.expression)
    kind = typing.of(node.this)
    return "text" if kind == "unknown" else kind


def _array(typing: Typing, node: exp.Expr) -> str:
    items = node.expressions
    if any(isinstance(item, (exp.Query, exp.Subquery)) for item in items):
        fields, closed = typing.outputs.get(id(items[0]), ((), False))
        kind = typing.of_field(fields[0]) if closed and len(fields) == 1 else ""
        return f"{kind}[]" if kind and not kind.endswith("[]") else kind
    kind = typing.common(items, "ARRAY")
    kind = "text" if kind == "unknown" else kind
    return f"{kind}[]" if kind and not kind.endswith("[]") else kind


def _bracket(typing: Typing, node: exp.Expr) -> str:
    kind = typing.of(node.this)
    for item in node.expressions:
        typing.of(item)
    if kind == "jsonb":
        return "jsonb"
    if kind and kind != "unknown" and coercion.category(kind) in "NSBDT":
        message = f"Only arrays and jsonb have elements, {told.what(typing, node.this, kind)}."
        typing.report(typing.span(node.this), "type-mismatch", message)
        return ""
    if not kind.endswith("[]") or any(isinstance(item, exp.Slice) for item in node.expressions):
        return kind if kind.endswith("[]") else ""
    return kind[:-2]


def _interval(typing: Typing, node: exp.Expr) -> str:
    if node.args.get("unit") is None:
        typing.accept(node.this, "interval")
    return "interval"


def _window(typing: Typing, node: exp.Expr) -> str:
    for part in node.args.get("partition_by") or ():
        typing.of(part)
    return typing.of(node.this)


def _filter(typing: Typing, node: exp.Expr) -> str:
    where = node.expression
    if isinstance(where, exp.Where):
        typing.condition(where.this, "FILTER")
    return typing.of(node.this)


def _row(typing: Typing, node: exp.Expr) -> str:
    for item in node.expressions:
        typing.of(item)
    return "record"


def _extract(typing: Typing, node: exp.Expr) -> str:
    kind = typing.of(node.expression)
    own = re.search(r"\bdate_part\s*\(", typing.text, re.IGNORECASE) is None
    wanted = ("", "unknown", "date", "time", "timetz", "timestamp", "timestamptz", "interval")
    if kind not in wanted:
        message = f"EXTRACT needs a moment, {told.what(typing, node.expression, kind)}."
        typing.report(typing.span(node.expression), "wrong-arguments", message)
    return "numeric" if own else ""


def _zone(typing: Typing, node: exp.Expr) -> str:
    kind = typing.of(node.this)
    found = {"timestamptz": "timestamp", "timestamp": "timestamptz", "date": "timestamp"}
    if kind not in ("", "unknown", "date", "timestamp", "timestamptz", "time", "timetz"):
        message = f"AT TIME ZONE needs a moment, {told.what(typing, node.this, kind)}."
        typing.report(typing.span(node.this), "type-mismatch", message)
    return found.get(kind, "timetz" if kind in ("time", "timetz") else "")


def _text_function(typing: Typing, node: exp.Expr) -> str:
    """TRIM, SUBSTRING, POSITION and OVERLAY have a grammar of their own."""
    for child in node.iter_expressions():
        typing.of(child)
    kind = typing.of(node.this)
    takes = ("", "unknown", "text", "varchar", "bpchar", "name", "bytea", "bit", "varbit", "char")
    if kind not in takes and coercion.category(kind) not in ("S", "U"):
        title = node.key.replace("strposition", "position").upper()
        message = f"{title} needs a text, {told.what(typing, node.this, kind)}."
        typing.report(typing.span(node.this), "wrong-arguments", message)
        return ""
    if isinstance(node, exp.StrPosition):
        return "int4"
    return kind if kind in ("bytea", "bit", "varbit") else "text" if kind else ""


def _collate(typing: Typing, node: exp.Expr) -> str:
    kind = typing.of(node.this)
    if kind and coercion.category(kind) in "NBDT":
        message = f"Only texts have a collation, {told.what(typing, node.this, kind)}."
        typing.report(typing.span(node.this), "type-mismatch", message)
    return kind


def _within_group(typing: Typing, node: exp.Expr) -> str:
    order = node.expression
    items = [item.this for item in order.expressions] if isinstance(order, exp.Order) else []
    typing.of(node.this)
    return calls.ordered(typing, node.this, items)


_HANDLERS: dict[type[exp.Expr], Callable[[Typing, exp.Expr], str]] = {
    exp.Column: _column,
    exp.Dot: lambda typing, node: (
        typing.of(node.expression)
        if isinstance(node.expression, exp.Func)
        else _column(typing, node)
    ),
    exp.Literal: _literal,
    exp.Alias: _wrapped,
    exp.Paren: _wrapped,
    exp.Ordered: _wrapped,
    exp.Order: _wrapped,
    exp.Collate: _collate,
    exp.Substring: _text_function,
    exp.StrPosition: _text_function,
    exp.WithinGroup: _within_group,
    exp.Where: _wrapped,
    exp.Cast: _cast,
    exp.Subquery: _subquery,
    exp.Case: _case,
    exp.Coalesce: _several,
    exp.Greatest: _several,
    exp.Least: _several,
    exp.Nullif: _nullif,
    exp.Array: _array,
    exp.Bracket: _bracket,
    exp.Window: _window,
    exp.Interval: _interval,
    exp.Filter: _filter,
    exp.Tuple: _row,
    exp.Extract: _extract,
    exp.AtTimeZone: _zone,
    exp.Trim: _text_function,
    exp.GroupConcat: joined_texts.string_agg,
}
