"""What DuckDB's operators, functions and inserts certainly refuse, by the kinds of their operands.

Kinds are the letters of `arities.KINDS`, '' for what is not certainly known: a text as written
becomes whatever is wanted, so it has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlglot import exp

from sureql.catalog.builtins import arities
from sureql.semantics import sources, types
from sureql.semantics.kinds import arguments
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.scope import Scope
from sureql.text.span import Span

_DEEPEST = 40
_LONGEST = 30
_TYPES = {
    "N": """tinyint smallint integer int bigint hugeint utinyint usmallint uinteger ubigint uhugeint
        int1 int2 int4 int8 short long signed real float float4 double float8 decimal numeric""",
    "S": "varchar text string char bpchar",
    "B": "boolean bool logical",
    "D": "date timestamp datetime timestamptz",
    "T": "time",
    "I": "interval",
    "U": "uuid",
}
_KIND_OF = {name: letter for letter, names in _TYPES.items() for name in names.split()}
_OPERATORS: Mapping[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.Like: "~~",
    exp.LT: "<",
    exp.LTE: "<",
    exp.GT: "<",
    exp.GTE: "<",
}
_WRITTEN = {"~~": "LIKE", "<": "A comparison"}
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Mod)
_NUMBERS = ("inf", "infinity", "nan", "true", "false", "t", "f")
_TEMPLATES = "%{$:?@#"


def kind_of_type(text: str) -> str:
    """The kind of a type's SQL text."""
    bare = re.sub(r"\s*\([^()]*\)\s*$", "", text.strip().lower())
    return _KIND_OF.get("timestamptz" if bare == "timestamp with time zone" else bare, "")


def check(resolver: Resolver) -> Iterator[Problem]:
    """What DuckDB refuses when it binds the queries and changes that `resolver` resolved."""
    if resolver.dialect.name != "duckdb":
        return
    for node, scope in resolver.scopes:
        stack = [(part, 0) for part in node.iter_expressions()]
        while stack:
            found, depth = stack.pop()
            if isinstance(found, (exp.Query, exp.CTE)):
                continue
            if type(found) in _OPERATORS:
                yield from _operator(resolver, found)
            elif isinstance(found, exp.Func):
                yield from _call(resolver, found)
            stack += [(part, depth + 1) for part in found.iter_expressions()]
        if isinstance(node, exp.Insert):
            yield from _inserted(resolver, node, scope)


def _kind(resolver: Resolver, node: exp.Expr | None, depth: int = 0) -> str:
    while isinstance(node, (exp.Paren, exp.Neg)):
        node = node.this
    if isinstance(node, exp.Literal):
        return "" if node.args.get("is_string") else "1"
    if isinstance(node, exp.Column):
        found = resolver.fields.get(id(node))
        if found is None or found.column is None:
            return ""
        return kind_of_type(found.column.type)
    if isinstance(node, exp.Cast):
        return kind_of_type(types.type_text(node.args.get("to"), resolver.dialect))
    if isinstance(node, _ARITHMETIC) and depth < _DEEPEST:
        sides = (node.this, node.args.get("expression"))
        kinds = {_kind(resolver, side, depth + 1) for side in sides}
        return "N" if kinds and kinds <= {"N", "1"} else ""
    return ""


def _operator(resolver: Resolver, node: exp.Expr) -> Iterator[Problem]:
    operator = _OPERATORS[type(node)]
    left, right = node.this, node.args.get("expression")
    if not isinstance(left, exp.Expr) or not isinstance(right, exp.Expr):
        return
    message = _refused(operator, left, right, (_kind(resolver, left), _kind(resolver, right)))
    # Where it stands is only asked of the few that are wrong: chains of operators may be long.
    if message and (span := sources.whole_span([left, right])) is not None:
        yield Problem(span, "type-mismatch", message)


def _refused(operator: str, left: exp.Expr, right: exp.Expr, pair: tuple[str, str]) -> str:
    """What is wrong with an operator between kinds of values, '' if nothing is."""
    refused = arities.refused_pairs("duckdb", operator)
    if "" not in pair and "".join(pair) in refused:
        one, two = (arities.KINDS[kind] for kind in pair)
        name = _WRITTEN.get(operator, f"`{operator}`")
        return f"{name} does not take {one} and {two}: cast one of them."
    if pair[0] and not pair[1] and _is_text(right) and operator == "~~":
        # The pattern is a text, whatever stands on the left.
        if f"{pair[0]}S" in refused:
            what = arities.KINDS[pair[0]]
            return f"LIKE needs text on its left, this is {what}: cast it."
        return ""
    if operator in "+-*/%" and "S" in pair and any(map(_is_text, (left, right))):
        return f"`{operator}` does not take text: cast it to a number."
    return ""


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.args.get("is_string"))


def _call(resolver: Resolver, node: exp.Func) -> Iterator[Problem]:
    call = arguments.of(node, resolver.text)
    if call is None or call.star:
        return
    written = call.name.of(resolver.text)
    known = arities.of("duckdb", written.lower())
    if known is None or not known.refused or not known.takes(len(call.arguments)):
        return
    if resolver.schema.functions([resolver.dialect.normalize(written)]):
        return
    if call.name.start and resolver.text[call.name.start - 1] == ".":
        return  # `name.upper()` has one more argument than is written.
    for place, argument in enumerate(call.arguments):
        kind = _kind(resolver, argument.node)
        if kind and ("N" if kind == "1" else kind) in known.refused.get(place, ""):
            what = arities.KINDS[kind]
            shown = " ".join(argument.span.of(resolver.text).split())
            cast = f"`{shown}`" if len(shown) < _LONGEST else "it"
            message = f"`{written}` does not take {what}: cast {cast}."
            yield Problem(call.name, "wrong-arguments", message)
            return


def _inserted(resolver: Resolver, node: exp.Insert, scope: Scope) -> Iterator[Problem]:
    """INSERT … VALUES ('abc') into a number."""
    schema, body = node.this, node.args.get("expression")
    target = scope.entries[0].source if scope.entries else None
    if target is None or target.relation is None or not isinstance(body, exp.Values):
        return
    columns = {resolver.key(column.name): column for column in target.relation.columns}
    if isinstance(schema, exp.Schema):
        names = [resolver.key(resolver.name(one)) for one in schema.expressions]
    elif target.closed:
        names = list(columns)
    else:
        return
    for row in body.expressions:
        items = row.expressions if isinstance(row, exp.Tuple) else [row]
        for name, value in zip(names, items, strict=False):
            column = columns.get(name)
            span = _no_number(resolver, value)
            if column is not None and span is not None and kind_of_type(column.type) == "N":
                message = f"`{column.name}` is a number: {span.of(resolver.text)[:30]} is none."
                yield Problem(span, "type-mismatch", message)


def _no_number(resolver: Resolver, value: exp.Expr) -> Span | None:
    """Where a text stands that is certainly no number."""
    span = sources.span_of(value) if _is_text(value) else None
    text = value.name.strip().lower()
    if span is None or any(letter.isdigit() or letter in _TEMPLATES for letter in text):
        return None
    return None if text.lstrip("+-") in _NUMBERS else span
