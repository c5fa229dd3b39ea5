"""Past statements counted: which relations, columns, joins and functions, in which clauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sureql.catalog import model as catalog
from sureql.history import normalise, recall
from sureql.history.model import History
from sureql.history.normalise import Shape
from sureql.syntax.dialects import Dialect

MOST_STATEMENTS = 1500
LONGEST_STATEMENT = 6000

_CLAUSES = {
    "SELECT": "select",
    "FROM": "from",
    "WHERE": "where",
    "GROUP": "group by",
    "HAVING": "having",
    "ORDER": "order by",
    "ON": "on",
    "SET": "set",
    "JOIN": "from",
    "RETURNING": "returning",
}


def build(statements: Iterable[str], schema: catalog.Catalog, dialect: Dialect) -> History:
    """What `statements` (newest last) teach. Those that are not queries or changes are left out."""
    kept = [text.strip() for text in statements if 0 < len(text.strip()) <= LONGEST_STATEMENT]
    kept = list(dict.fromkeys(kept))[-MOST_STATEMENTS:]
    tallies: dict[str, Counter[str]] = {
        name: Counter() for name in ("relations", "columns", "joins", "clauses", "functions")
    }
    shapes: list[tuple[str, ...]] = []
    texts: list[str] = []
    aliases: dict[str, Counter[str]] = {}
    for text in kept:
        shape = normalise.shape(text, schema, dialect)
        if not shape.symbols or shape.symbols[0] not in _FIRST:
            continue
        symbols = shape.symbols[:-1] if shape.symbols[-1] == ";" else shape.symbols
        _count(shape, schema, tallies)
        shapes.append(symbols)
        for alias, relation in shape.aliases.items():
            if relation and alias != relation:
                aliases.setdefault(alias, Counter())[relation] += 1
        texts.append(text)
    return History(
        relations=dict(tallies["relations"]),
        columns=dict(tallies["columns"]),
        joins=dict(tallies["joins"]),
        clauses=dict(tallies["clauses"]),
        functions=dict(tallies["functions"]),
        statements=tuple(texts),
        aliases={alias: votes.most_common(1)[0][0] for alias, votes in aliases.items()},
        past=recall.remember(shapes),
    )


_FIRST = frozenset(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "MERGE"))


def _count(shape: Shape, schema: catalog.Catalog, tallies: dict[str, Counter[str]]) -> None:
    symbols = shape.symbols
    relations = [symbol[2:] for symbol in symbols if symbol.startswith("t:")]
    clause = ""
    for index, symbol in enumerate(symbols):
        clause = _CLAUSES.get(symbol, clause)
        if symbol.startswith("t:"):
            tallies["relations"][symbol[2:]] += 1
        elif symbol.startswith("f:"):
            tallies["functions"][symbol[2:]] += 1
        elif symbol.startswith("c:"):
            name = _qualified(symbols, index, relations, schema)
            tallies["columns"][name] += 1
            if clause:
                tallies["clauses"][f"{clause}:{name}"] += 1
        elif symbol == "=":
            sides = _sides(symbols, index)
            if sides:
                tallies["joins"]["=".join(sorted(sides))] += 1


def _qualified(
    symbols: Sequence[str], index: int, relations: Sequence[str], schema: catalog.Catalog
) -> str:
    column = symbols[index][2:]
    if index > 1 and symbols[index - 1] == "." and symbols[index - 2].startswith("@"):
        return f"{symbols[index - 2][1:]}.{column}"
    for name in relations:
        relation = schema.find([name])
        if relation and any(one.name.lower() == column for one in relation.columns):
            return f"{relation.name.lower()}.{column}"
    return f".{column}"


def _sides(symbols: Sequence[str], index: int) -> tuple[str, str] | None:
    # The two columns of `a.x = b.y`.
    around = symbols[max(0, index - 3) : index + 4]
    if len(around) != 7 or around[1] != "." or around[5] != ".":
        return None
    aliases, columns = (around[0], around[4]), (around[2], around[6])
    if not all(one.startswith("@") for one in aliases):
        return None
    if not all(one.startswith("c:") for one in columns):
        return None
    return f"{aliases[0][1:]}.{columns[0][2:]}", f"{aliases[1][1:]}.{columns[1][2:]}"
