"""What every planner looks at before it asks its engine: one statement of a kind that has a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.oracle import growth, statements
from sureql.oracle.duckdb import admission
from sureql.ports.errors import PlanError
from sureql.syntax import dialects, parse
from sureql.syntax.tokens import Kind, Token

_READING = ("SELECT", "WITH", "VALUES", "FROM", "TABLE")
_CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE")
_KINDS = (exp.Query, exp.Values, exp.Insert, exp.Update, exp.Delete, exp.Merge)
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Lock)
_RANGES = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.Like, exp.ILike)


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement: its text without the semicolon, its tokens and its tree."""

    text: str
    tokens: tuple[Token, ...]
    tree: exp.Expr
    rules: dialects.Dialect


def asked(query: str, dialect: str) -> Asked:
    """The statement, if it is one whose plan may be asked for. Raises PlanError."""
    rules = dialects.get(dialect)
    tokens = statements.single(query, rules)
    first = next((token for token in tokens if token.text != "("), None)
    if first is None or not _is_text(query):
        raise PlanError("This is not one statement, or it is too long.")
    if not first.is_word(*_READING, *_CHANGING):
        raise PlanError(f"{first.upper} has no plan: only queries and changes of rows have one.")
    if statements.cte_uses(tokens, rules) > statements.MOST_CTE_USES:
        raise PlanError("Its CTEs are used too often in one another to plan it.")
    if 'u&"' in query.lower():
        # Which name that is only the engine knows, so nobody could say what the statement calls.
        raise PlanError('Names written as U&"…" are not planned.')
    text = query[: tokens[-1].end]
    tree = parse.parse(text, rules).tree
    if not isinstance(tree, _KINDS):
        raise PlanError("The statement can't be read, so its plan is not asked for.")
    return Asked(text, tokens, tree, rules)


def refuse_growth(found: Asked) -> None:
    """An engine computes constants while it plans, however large they are. Raises PlanError."""
    calls = [
        call for call in statements.calls(found.tokens, found.rules) if call[1] in growth.MAKING
    ]
    made = admission.amplified(found.tokens, calls)
    if made > growth.MOST_MADE or growth.is_boundless(found.tokens, found.rules):
        raise PlanError("It may make values of any size of small ones: it is not planned.")


def is_harmless(found: Asked) -> bool:
    """True if it only reads: no change of rows in a CTE, no INTO, no lock."""
    changes = any(token.is_word(*_CHANGING[:4], "INTO") for token in found.tokens)
    return not changes and next(found.tree.find_all(*_CHANGES), None) is None


def names(found: Asked) -> frozenset[str]:
    """Every name that the statement mentions, as its dialect folds it."""
    words = (token for token in found.tokens if token.kind in (Kind.WORD, Kind.QUOTED))
    return frozenset(found.rules.normalize(token.text) for token in words) - {""}


def relations(found: Asked, schema: catalog.Catalog) -> Iterator[catalog.Relation]:
    """The catalog's relations that the statement mentions as tables. Raises PlanError for one that
    the catalog does not have."""
    ctes = {one.alias_or_name.lower() for one in found.tree.find_all(exp.CTE)}
    seen: set[tuple[str, str]] = set()
    for table in found.tree.find_all(exp.Table):
        if isinstance(table.this, exp.Func) or not table.name:
            continue
        path = [
            _folded(part, found.rules) for part in table.parts if isinstance(part, exp.Identifier)
        ]
        relation = schema.find(path)
        if relation is None:
            if len(path) == 1 and path[0].lower() in ctes:
                continue
            raise PlanError(f"`{'.'.join(path)}` is not in the schema that is known here.")
        if (relation.schema, relation.name) not in seen:
            seen.add((relation.schema, relation.name))
            yield relation


def ranged(found: Asked) -> frozenset[str]:
    """The columns, as folded, that are compared with a bound somewhere."""
    columns: set[str] = set()
    for node in found.tree.find_all(*_RANGES):
        for side in (node.this, node.args.get("expression")):
            if isinstance(side, exp.Column) and isinstance(side.this, exp.Identifier):
                columns.add(_folded(side.this, found.rules))
    return frozenset(columns)


def own_functions(found: Asked, schema: catalog.Catalog) -> set[str]:
    """The names of functions of the user's that the statement may call."""
    called = {name for _, name in statements.calls(found.tokens, found.rules)}
    return {
        name
        for name in called
        if any(schema.key(name) in part.functions for part in schema.schemas.values())
    }


def with_numbers(found: Asked) -> tuple[str, int]:
    """The text with its parameters written `$1`, `$2` …, and how many there are."""
    text, order = found.text, dict[str, int]()
    places = [token for token in found.tokens if token.kind is Kind.PARAMETER]
    if all(token.text.startswith("$") for token in places):
        return text, len({token.text for token in places})
    keys = [
        token.text if token.text.startswith((":", "@", "%(")) else f"{place}"
        for place, token in enumerate(places)
    ]
    for key in keys:
        order.setdefault(key, len(order) + 1)
    for key, token in reversed(list(zip(keys, places, strict=True))):
        text = f"{text[: token.start]}${order[key]}{text[token.end :]}"
    return text, len(order)


def of_the_user(schema: catalog.Catalog, relation: catalog.Relation) -> bool:
    """False for what every database of the engine has by itself."""
    home = schema.schemas.get(schema.key(relation.schema))
    return home is not None and schema.key(relation.name) in home.relations


def _is_text(query: str) -> bool:
    # False if it holds half a character, which no engine can be sent.
    try:
        query.encode()
    except UnicodeEncodeError:
        return False
    return True


def _folded(name: exp.Identifier, rules: dialects.Dialect) -> str:
    return name.name if name.args.get("quoted") else rules.normalize(name.name)
