"""Calls of the functions of SQLite, DuckDB and others, where types are of no concern: a wrong
number of arguments, names one slip away from a function's, and well-known names of other engines.

Whether a function exists is no certainty: programs register functions, extensions bring some.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from sureql.catalog import builtins
from sureql.catalog.builtins import arities, elsewhere, signatures
from sureql.semantics import written_calls
from sureql.semantics.kinds import calls, extensions
from sureql.semantics.model import Problem
from sureql.semantics.resolver import Resolver
from sureql.semantics.written_calls import Written
from sureql.syntax import lexer, shape
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_ENGINES = {"sqlite": "SQLite", "duckdb": "DuckDB"}
_UNIT_ENGINES = ("postgres", "duckdb")
_UNIT_FIRST = ("date_trunc", "date_part", "datetrunc", "datepart")
_UNITS = frozenset(
    "second minute hour day week month quarter year decade century dow doy epoch".split()  # noqa: SIM905
)
# Functions that other engines give more or fewer arguments: Snowflake's `replace(x, y)` takes out, its
# `ceil(x, 2)` keeps digits, and many count pairs.
_MORE_ELSEWHERE = frozenset(
    """any_value ceil ceiling count first first_value floor last last_value max min replace
    string_agg""".split()  # noqa: SIM905
)
_SHORTEST, _LONG = 3, 5
# What is written like a call but is a type, a clause or a word of the grammar.
_WORDS = frozenset(
    """cast try_cast exists extract values filter over within columns exclude rename grouping sets
    cube rollup interval decimal numeric varchar char character text date time timestamp array map
    struct union row raise match glob like regexp in any all some not position overlay trim
    substring collate json_each json_tree generate_series unnest pivot unpivot try""".split()  # noqa: SIM905
)


def check(resolver: Resolver, found: Shape | None = None) -> Iterator[Problem]:
    """Problems of the calls of a statement; PostgreSQL's have a check with types of their own."""
    parsed = found is None
    if found is None:
        found = shape.of(lexer.code(resolver.text, resolver.dialect), resolver.dialect)
    for call in written_calls.of(found):
        problem = _swapped(resolver, call)
        if problem is None and not (parsed and resolver.dialect.name == "postgres"):
            problem = _problem(resolver, call)
        if problem is not None:
            yield problem


def _swapped(resolver: Resolver, call: Written) -> Problem | None:
    """`date_trunc(moment, 'day')`: the unit, which is no moment, stands where the moment belongs."""
    name = call.name.text.lower()
    if name not in _UNIT_FIRST or call.count != 2 or resolver.dialect.name not in _UNIT_ENGINES:
        return None
    first, last = call.arguments[0], call.arguments[-1]
    if first.kind is Kind.STRING or call.arguments[-2].text != ",":
        return None
    if last.kind is not Kind.STRING or last.text.strip("'").lower() not in _UNITS:
        return None
    if resolver.schema.functions([name]) or any(
        hole.overlaps(call.span) for hole in resolver.holes
    ):
        return None
    message = f"`{name}` takes the unit first: `{name}({last.text}, …)`."
    moment = Span(first.start, call.arguments[-3].end)
    swapped = f"{last.text}, {moment.of(resolver.text)}"
    elsewhere = ((Span(first.start, last.end), swapped),)
    return Problem(call.name.span, "wrong-arguments", message, elsewhere=elsewhere)


def _problem(resolver: Resolver, call: Written) -> Problem | None:
    name, dialect = call.name.text.lower(), resolver.dialect.name
    if resolver.schema.functions([resolver.dialect.normalize(call.name.text)]):
        return None
    if any(hole.overlaps(call.span) for hole in resolver.holes):
        return None
    if dialect in _ENGINES and arities.of(dialect, name) is None:
        return _unknown(resolver, call, name)
    message = miscounted(name, call.count, dialect) if call.count is not None else ""
    return Problem(call.name.span, "wrong-arguments", message) if message else None


def miscounted(name: str, given: int, dialect: str) -> str:
    """What is wrong with a call of a built-in function with that many arguments, '' if nothing.

    Of other dialects only what all engines known here agree upon.
    """
    if dialect == "postgres":
        return calls.wrong_count(name, given)
    if dialect in _ENGINES:
        known = arities.of(dialect, name)
        return _told(known, name, given, dialect) if known and not known.takes(given) else ""
    if name in _MORE_ELSEWHERE:
        return ""
    if all(miscounted(name, given, one) for one in ("postgres", *_ENGINES)):
        known = arities.of("duckdb", name)
        return _told(known, name, given, dialect) if known else ""
    return ""


def _told(known: arities.Arity, name: str, given: int, dialect: str) -> str:
    told = f"`{name}` takes {known.wanted}, {given} given"
    (least, _), (_, most) = known.counts[0], known.counts[-1]
    most_listed = float("inf") if most == arities.UNLIMITED else most
    signature = calls.signature_of(name, dialect, least, most_listed)
    return f"{told}: {signature}." if signature else f"{told}."


def _unknown(resolver: Resolver, call: Written, name: str) -> Problem | None:
    dialect = resolver.dialect.name
    if name in _WORDS or name in resolver.functions or extensions.brings(name):
        return None
    if name in resolver.dialect.reserved or call.name.upper in resolver.dialect.reserved:
        return None
    if name in elsewhere.names(dialect):
        message = f"{_ENGINES[dialect]} has no function `{name}`."
        return Problem(call.name.span, "unknown-function", message, severity="warning")
    if any(name in known for known in (signatures.postgres().lines, *map(arities.lines, _ENGINES))):
        return None  # A program may well have given SQLite what other engines have.
    users = [one for space in resolver.schema.schemas.values() for one in space.functions]
    names = (*_close(dialect, name), *(one for one in users if OSA.distance(name, one) == 1))
    if not names or len(name) < _SHORTEST:
        return None
    message = f"No function `{name}` is known."
    return Problem(call.name.span, "unknown-function", message, names[:3], severity="warning")


@lru_cache(maxsize=512)
def _close(dialect: str, name: str) -> tuple[str, ...]:
    """The built-in functions one slip away, best first."""
    known = {*arities.lines(dialect), *builtins.functions(dialect)}
    close = [one for one in known if one.isidentifier() and _is_slip(name, one)]
    return tuple(
        sorted(close, key=lambda one: (sorted(one) != sorted(name), one[0] != name[0], one))
    )


def _is_slip(name: str, meant: str) -> bool:
    """True for one slip; a short name with another letter may well be a function of its own."""
    if OSA.distance(name, meant, score_cutoff=1) != 1:
        return False
    if set(name).symmetric_difference(meant) & set("0123456789_"):
        return False
    if len(meant) >= _LONG or sorted(name) == sorted(meant):
        return True
    longer, shorter = (name, meant) if len(name) > len(meant) else (meant, name)
    if len(longer) == len(shorter) or len(longer) < _LONG - 1:
        return False
    doubled = any(longer[at] == longer[at + 1] for at in range(len(longer) - 1))
    return doubled or (longer is meant and len(meant) == _LONG - 1)
