"""Built-in and catalog functions with their signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import log1p

from sureql.candidates import group_order, traits
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.syntax.cursor import Clause

_COMMON: dict[str, float] = {
    "count": 1.15, "sum": 0.45, "max": 0.35, "avg": 0.35, "min": 0.2, "coalesce": 0.3, "now": 0.1,
    "round": 0.1, "lower": 0.0, "upper": -0.1, "date_trunc": 0.0, "row_number": 0.0, "nullif": -0.1,
    "length": -0.1, "rank": -0.2, "abs": -0.3, "string_agg": -0.1, "group_concat": -0.1,
    "array_agg": -0.2, "extract": 0.0, "substr": -0.2, "substring": -0.2, "concat": -0.2,
    "trim": -0.3, "greatest": -0.4, "least": -0.4, "lag": -0.3, "lead": -0.4, "to_char": -0.4,
    "dense_rank": -0.4, "strftime": -0.2, "date": -0.5, "json_agg": -0.5, "replace": -0.5,
    "generate_series": -0.2, "unnest": -0.3, "random": -0.7, "ifnull": -0.3, "cast": 0.1,
}  # fmt: skip
_RARE = -2.2
_MOST_OWN, _MOST_BUILT_IN = 3.5, 0.8
_MOMENTS = frozenset({"now", "current_date", "current_timestamp"})
_HEADS = frozenset({"SELECT", "DISTINCT", "ALL", "-", "+", "*", "/"})
_AGGREGATE_CLAUSES = frozenset({Clause.SELECT, Clause.HAVING, Clause.ORDER_BY, Clause.RETURNING})


def at(ask: Ask) -> Iterator[Candidate]:
    """Functions that may be called at the cursor, aggregates only where they may stand."""
    allowed = ask.clause in _AGGREGATE_CLAUSES and ask.context.call is None
    lead = {Clause.SELECT: 0.0, Clause.HAVING: 1.6}.get(ask.clause, -0.9)
    aggregate_lead = _aggregate_lead(ask) if allowed else 0.0
    following = ask.following()
    if following and following.text == "(" and following.start == ask.context.word.end:
        lead += 4.0
    now = _wants_now(ask)
    for function in _known(ask):
        if function.kind == "table" or not ask.tier(function.name):
            continue
        begun = ask.context.call is not None and ask.context.typed
        if function.kind in ("aggregate", "window") and not allowed and not begun:
            continue
        score = lead + _COMMON.get(function.name.lower(), _RARE)
        if function.kind == "aggregate":
            score += aggregate_lead
        elif function.kind != "window":
            score -= 0.6 if ask.clause is Clause.HAVING else 0.0
            score -= 0.5 * (ask.clause is Clause.SELECT)
        if now and function.name.lower() in _MOMENTS:
            score += 3.5
        low = function.name.lower()
        score += ask.echoes.get(low, 0.0) + ask.guesses.get(f"f:{low}", 0.0)
        yield _made(ask, function, score)


def _wants_now(ask: Ask) -> bool:
    """True after `created_at > `: a moment is what times are mostly compared with."""
    if ask.context.compared is None:
        return False
    found = ask.scope.field(ask.context.compared)
    return found is not None and traits.kind_of(found[1].type) == "time"


def _aggregate_lead(ask: Ask) -> float:
    """What the rest of the select list says about an aggregate at the cursor."""
    if ask.clause is not Clause.SELECT:
        return 0.0
    frame = ask.context.frame
    before = ask.previous(2)
    if before is not None and before.text == "(" and not ask.context.written:
        # `> (SELECT …)` wants one number.
        operator = ask.previous(3)
        if operator is not None and operator.text in ("<", ">", "<=", ">="):
            return 2.5
    behind = ask.previous()
    if behind is not None and behind.text != "," and behind.upper not in _HEADS:
        return -1.0  # Amid an expression.
    others = [item for item in group_order.items(ask) if not item.window and not item.constant]
    if any(item.aggregate for item in others):
        return 1.0  # One aggregate seldom comes alone.
    plain = any(item.name for item in others)
    if plain and frame.clause(Clause.FROM) and not frame.clause(Clause.GROUP_BY):
        return -1.5  # Plain columns beside an aggregate need GROUP BY.
    if plain and frame.clause(Clause.GROUP_BY):
        return 0.8
    return 0.0


def of_kind(ask: Ask, kind: str, lead: float) -> Iterator[Candidate]:
    """Functions of one kind, such as table functions after FROM."""
    for function in _known(ask):
        if function.kind == kind and ask.tier(function.name):
            yield _made(ask, function, lead + _COMMON.get(function.name.lower(), _RARE))


def in_schema(ask: Ask, name: str) -> Iterator[Candidate]:
    """The functions of one schema of the catalog."""
    schema = ask.place.catalog.schema(name)
    for overloads in schema.functions.values() if schema else ():
        if ask.tier(overloads[0].name):
            yield _made(ask, overloads[0], 1.0)


def _known(ask: Ask) -> Iterator[catalog.Function]:
    if ask.context.quote:
        return
    seen = set()
    schema = ask.place.catalog
    for key in schema.schema_names():
        for name, overloads in schema.schemas[key].functions.items():
            if overloads and name not in seen:
                seen.add(name)
                yield overloads[0]
    built_in: Mapping[str, tuple[catalog.Function, ...]] = builtins.functions(
        ask.place.dialect.name
    ) or builtins.functions("postgres")
    for name, overloads in built_in.items():
        if name not in seen:
            yield overloads[0]


def _made(ask: Ask, function: catalog.Function, score: float) -> Candidate:
    place = ask.place
    own = bool(function.schema)
    name = function.name
    if own:
        score += 1.6
        path = {place.catalog.key(one) for one in place.catalog.search_path}
        name = place.dialect.write(name)
        if place.catalog.key(function.schema) not in path and ask.context.qualifier is None:
            name = f"{place.dialect.write(function.schema)}.{name}"
    elif place.style.upper_functions:
        name = name.upper()
    used = log1p(place.history.functions.get(function.name.lower(), 0.0))
    score += min(0.9 * used, _MOST_OWN if own else _MOST_BUILT_IN)
    called = "(" in function.signature or not function.signature
    following = ask.following()
    if following is not None and following.text == "(" and following.start == ask.context.word.end:
        called = False
    signature = function.signature or f"{function.name}({', '.join(function.arguments)})"
    made = Candidate(
        "function", name, name + ("()" if called else ""), function.name, ask.context.word, score
    )
    return replace(
        made,
        detail=f"{signature} → {function.returns}" if function.returns else signature,
        documentation=function.doc,
        function=function,
    )
