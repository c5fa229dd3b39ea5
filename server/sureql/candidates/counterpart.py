"""The column that a select list item has to match: of INSERT … SELECT, or of a UNION's first arm."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.candidates.ask import Ask
from sureql.catalog import model as catalog
from sureql.semantics import model as semantics
from sureql.syntax.cursor import Clause
from sureql.syntax.tokens import Kind, Token

_SET_WORDS = frozenset({"UNION", "ALL", "DISTINCT", "EXCEPT", "INTERSECT", "MINUS"})
_ENDS = frozenset({"FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "MINUS", "GROUP", "ORDER"})
_NAMES = (Kind.WORD, Kind.QUOTED)


def of(ask: Ask) -> tuple[semantics.Source, semantics.Field] | None:
    """The field that the item at the cursor fills or stands beside, with its source."""
    if ask.clause is not Clause.SELECT or ask.context.call is not None:
        return None
    select = _own_select(ask)
    if select < 1:
        return None
    at = ask.context.position
    before = ask.tokens[select - 1]
    if before.upper in _SET_WORDS:
        name = _item_name(ask, _first_select(ask, select), at)
        field = semantics.Field(name, "") if name else None
        return (semantics.Source("", "arm", (field,)), field) if field else None
    relation, names = _target(ask, select)
    if relation is None or at >= len(names):
        return None
    low = names[at].lower()
    column = next((one for one in relation.columns if one.name.lower() == low), None)
    if column is None:
        return None
    field = semantics.Field(column.name, column.type, column.nullable, column=column)
    return semantics.Source(relation.name, relation.kind, (field,), relation=relation), field


def inserted(ask: Ask) -> tuple[str, ...]:
    """The names in the column list of the INSERT that the cursor is in, as they are written."""
    for index, token in enumerate(ask.tokens):
        if (
            token.is_word("VALUES", "SELECT", "WITH")
            and index > 0
            and token.start < ask.place.offset
        ):
            return _target(ask, index)[1] if ask.tokens[index - 1].text == ")" else ()
    return ()


def _own_select(ask: Ask) -> int:
    """The index of the SELECT whose list the cursor is in, -1 if there is none."""
    return next(_selects_before(ask, ask.before), -1)


def _first_select(ask: Ask, select: int) -> int:
    """The SELECT of the first arm of the set operation that the arm at `select` belongs to."""
    return min(_selects_before(ask, select), default=select)


def _selects_before(ask: Ask, end: int) -> Iterator[int]:
    """The indexes of the SELECTs before `end` within the same parentheses, nearest first."""
    depth = 0
    for index in range(end - 1, -1, -1):
        token = ask.tokens[index]
        if token.text == ")":
            depth += 1
        elif token.text == "(":
            depth -= 1
            if depth < 0:
                return
        elif depth == 0 and token.is_word("SELECT"):
            yield index


def _item_name(ask: Ask, select: int, wanted: int) -> str:
    """The output name of an item of the list after `select`; '' if it has none."""
    depth = item = 0
    last: Token | None = None
    for token in ask.tokens[select + 1 :]:
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and (token.text == "," or token.upper in _ENDS):
            if item == wanted or token.text != ",":
                break
            item, last = item + 1, None
            continue
        last = token
    named = item == wanted and last is not None and last.kind in _NAMES
    return ask.place.dialect.normalize(last.text) if named and last is not None else ""


def _target(ask: Ask, select: int) -> tuple[catalog.Relation | None, tuple[str, ...]]:
    """The relation and the columns of `INSERT INTO relation (columns)` before `select`."""
    tokens, normalize = ask.tokens, ask.place.dialect.normalize
    index = select - 1
    names: list[str] = []
    listed = tokens[index].text == ")"
    if listed:
        index -= 1
        while index >= 0 and tokens[index].text != "(":
            if tokens[index].kind in _NAMES:
                names.insert(0, normalize(tokens[index].text))
            index -= 1
        index -= 1
    end = index
    while index > 1 and tokens[index - 1].text == ".":
        index -= 2
    if index < 1 or not tokens[index - 1].is_word("INTO"):
        return None, ()
    path = tuple(normalize(token.text) for token in tokens[index : end + 1 : 2])
    relation = ask.place.catalog.find(path)
    if relation is not None and not listed:
        names = [one.name for one in relation.columns if not one.generated]
    return relation, tuple(names)
