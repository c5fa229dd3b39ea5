"""Operators: what they give, and operands that they don't take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from sureql.semantics.kinds import coercion, naming, overloads, told

if TYPE_CHECKING:
    from sureql.semantics.kinds.expressions import Typing

_BINARY: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.Pow: "^",
    exp.DPipe: "||",
    exp.Like: "~~",
    exp.ILike: "~~*",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
    exp.SimilarTo: "~",
    exp.ArrayContainsAll: "@>",
    exp.ArrayContainedBy: "<@",
    exp.ArrayOverlaps: "&&",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "#",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
}
_WRITTEN = {"~~": "LIKE", "~~*": "ILIKE"}
_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
# Operators that common extensions add to built-in types.
_EXTENDED = {"%": "S", "+": "A", "-": "A", "&": "A", "|": "A", "#": "A"}
_BOOLEAN: tuple[type[exp.Expr], ...] = (exp.Predicate, exp.Exists, exp.Is)


def of(typing: Typing, node: exp.Expr) -> str:
    """The kind of an operator's result."""
    name = _BINARY.get(type(node))
    if name is not None:
        return _quantified(typing, name, node) or compared(
            typing, name, node.this, node.args.get("expression")
        )
    if isinstance(node, exp.Connector):
        return _connected(typing, node)
    if isinstance(node, exp.Not):
        typing.condition(node.this, "NOT")
        return "bool"
    if isinstance(node, exp.Between):
        compared(typing, ">=", node.this, node.args.get("low"))
        compared(typing, "<=", node.this, node.args.get("high"))
        return "bool"
    if isinstance(node, exp.In):
        return _in(typing, node)
    if isinstance(node, exp.Neg):
        return _negative(typing, node)
    if isinstance(node, exp.Is):
        if isinstance(node.expression, exp.Boolean):
            typing.condition(node.this, "IS TRUE")
        else:
            typing.of(node.this)
        return "bool"
    if isinstance(node, exp.JSONExtractScalar):
        return "text" if _json(typing, node) else ""
    if isinstance(node, exp.JSONExtract):
        return _json(typing, node)
    if isinstance(node, _BOOLEAN):
        for child in node.iter_expressions():
            typing.of(child)
        return "bool"
    for child in node.iter_expressions():
        if not isinstance(child, (exp.Query, exp.Identifier, exp.DataType)):
            typing.of(child)
    return ""


def compared(typing: Typing, name: str, left: exp.Expr | None, right: exp.Expr | None) -> str:
    """`left name right`; reported if there is no such operator."""
    if isinstance(right, exp.Escape):
        right = right.this
    if left is None or right is None:
        return ""
    rows = _rows(typing, name, left, right)
    if rows:
        return rows
    one, two = typing.of(left), typing.of(right)
    found = overloads.binary(name, one, two)
    if not found.fits:
        if not _extended(typing, name, one, two):
            _refuse(typing, name, left, right)
        return "bool" if name in _COMPARISONS else ""
    if one == two == "unknown" and name in "+-*/%^" and found.candidate is None:
        message = f"`{name}` can't tell what these texts are: cast one of them."
        typing.report(typing.span(left, right), "type-mismatch", message)
        return ""
    if found.candidate is not None:
        actual = [one, two]
        declared = list(found.candidate.arguments)
        bound = coercion.polymorphic(actual, declared) or {}
        for node, kind, wanted, other in (
            (left, one, declared[0], right),
            (right, two, declared[1], left),
        ):
            if kind == "unknown":
                typing.accept(node, bound.get(wanted, wanted), other)
    return found.result or ("bool" if name in _COMPARISONS else "")


def _extended(typing: Typing, name: str, one: str, two: str) -> bool:
    if name in typing.schema.operators:
        return True
    wanted = _EXTENDED.get(name)
    return wanted is not None and wanted in (coercion.category(one), coercion.category(two))


def _refuse(typing: Typing, name: str, left: exp.Expr, right: exp.Expr) -> None:
    problem = told.operands(typing, _WRITTEN.get(name, name), left, right)
    if problem is not None:
        typing.report(problem.span, problem.code, problem.message, problem.names)


def _rows(typing: Typing, name: str, left: exp.Expr, right: exp.Expr) -> str:
    """`(a, b) = (c, d)`: compared item by item."""
    one, two = _items(left), _items(right)
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Subquery):
        return _row_of_query(typing, name, left, right)
    if not one or not two:
        return ""
    if len(one) != len(two):
        _unequal(typing, len(one), len(two), left, right)
        return "bool"
    for item, other in zip(one, two, strict=True):
        compared(typing, name, item, other)
    return "bool"


def _items(node: exp.Expr) -> list[exp.Expr]:
    """What a row is of; nothing for what is no row."""
    if isinstance(node, exp.Tuple):
        return list(node.expressions)
    if isinstance(node, exp.Anonymous) and node.name.upper() == "ROW":
        return list(node.expressions)
    return []


def _unequal(typing: Typing, one: int, two: int, *nodes: exp.Expr) -> None:
    message = f"Both rows must be equally long: {one} items here, {two} there."
    typing.report(typing.span(*nodes), "row-length", message)


def _row_of_query(typing: Typing, name: str, left: exp.Tuple, right: exp.Subquery) -> str:
    inner = right.unnest()
    fields, closed = typing.outputs.get(id(inner), ((), False))
    if not closed:
        return "bool"
    if len(fields) != len(left.expressions):
        _unequal(typing, len(left.expressions), len(fields), left)
        return "bool"
    for item, found in zip(left.expressions, fields, strict=True):
        _against(typing, name, item, typing.of(item), typing.of_field(found), inner)
    return "bool"


def _quantified(typing: Typing, name: str, node: exp.Expr) -> str:
    """`a = ANY (array or query)`."""
    right = node.args.get("expression")
    if not isinstance(right, (exp.Any, exp.All)):
        return ""
    inner = right.this.unnest() if isinstance(right.this, exp.Expr) else None
    left = typing.of(node.this)
    if isinstance(inner, exp.Query) and not isinstance(inner, exp.Subquery):
        kind = _only(typing, right.this) or _only(typing, inner)
        _against(typing, name, node.this, left, kind, inner)
        return "bool"
    if inner is None:
        return "bool"
    kind = typing.of(inner)
    if kind in ("", "unknown"):
        return "bool"
    item = coercion.element(kind)
    if not item and coercion.category(kind) not in ("A", "P", " "):
        message = f"ANY and ALL need an array, {told.what(typing, inner, kind)}."
        typing.report(typing.span(inner), "type-mismatch", message)
    elif item:
        _against(typing, name, node.this, left, item, inner)
    return "bool"


def _against(
    typing: Typing, name: str, node: exp.Expr, left: str, right: str, other: exp.Expr
) -> None:
    """`node`, of kind `left`, is compared with values of kind `right` that `other` gives."""
    if left == "unknown":
        typing.accept(node, right)
    elif not overloads.binary(name, left, right).fits and not _extended(typing, name, left, right):
        message = (
            f"{told.whole(typing, node, left)} is {naming.label(left)},"
            f" the values are {naming.label(right)}."
        )
        projections = other.expressions if isinstance(other, exp.Select) else [other]
        typing.report(typing.span(*projections) or typing.span(node), "type-mismatch", message)


def _only(typing: Typing, node: exp.Expr) -> str:
    fields, closed = typing.outputs.get(id(node), ((), False))
    return typing.of_field(fields[0]) if closed and len(fields) == 1 else ""


def _connected(typing: Typing, node: exp.Expr) -> str:
    """AND and OR: long chains are taken apart without recursion."""
    stack: list[exp.Expr] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, exp.Connector):
            stack += [current.expression, current.this]
        elif isinstance(current, exp.Paren) and isinstance(current.this, exp.Connector):
            stack.append(current.this)
        else:
            typing.condition(current, node.key.upper())
    return "bool"


def _in(typing: Typing, node: exp.Expr) -> str:
    query = node.args.get("query")
    if isinstance(query, exp.Expr):
        left = node.this
        inner = query.unnest()
        items = left.expressions if isinstance(left, exp.Tuple) else [left]
        fields, closed = typing.outputs.get(id(inner), ((), False))
        if closed and fields and len(fields) != len(items) and isinstance(left, exp.Tuple):
            _unequal(typing, len(items), len(fields), left)
        elif closed and len(fields) == len(items):
            for item, found in zip(items, fields, strict=True):
                _against(typing, "=", item, typing.of(item), typing.of_field(found), inner)
        return "bool"
    for item in node.expressions:
        compared(typing, "=", node.this, item)
    return "bool"


def _negative(typing: Typing, node: exp.Expr) -> str:
    kind = typing.of(node.this)
    if kind in ("", "unknown"):
        return ""
    found = overloads.prefix("-", kind)
    if not found.fits:
        message = f"`-` needs a number, {told.what(typing, node.this, kind)}."
        typing.report(typing.span(node.this), "type-mismatch", message)
    return found.result


def _json(typing: Typing, node: exp.Expr) -> str:
    """`->` and its kin: their left side is JSON, if it is no type of an extension."""
    kind = typing.of(node.this)
    if kind in ("", "unknown", "json", "jsonb") or coercion.category(kind) not in "NDBS":
        return kind if kind in ("json", "jsonb") else ""
    message = f"This needs JSON on its left, {told.what(typing, node.this, kind)}."
    typing.report(typing.span(node.this), "type-mismatch", message)
    return ""
