"""INSERT INTO t <|> and INSERT INTO t (<|>: the column list; ON CONFLICT (<|> and USING (<|>."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import model as catalog
from sureql.inline.engine import naming
from sureql.inline.engine.moment import Moment
from sureql.inline.engine.plan import Plan
from sureql.syntax.cursor import Clause, Expect

_CLAUSES = frozenset((Clause.INSERT_COLUMNS, Clause.CONFLICT, Clause.USING))
_WHOLE_LIST = 0.6
# More columns than these nobody reads through before accepting.
_MOST_COLUMNS = 12


def plan(moment: Moment) -> Iterator[Plan]:
    if moment.clause is Clause.INSERT and moment.symbols[-1:] and not moment.typed:
        yield from _list_and_values(moment)
    if moment.expect is not Expect.COLUMN or moment.clause not in _CLAUSES:
        return
    names = _needed(moment) if moment.clause is Clause.INSERT_COLUMNS and not moment.typed else ""
    if names:
        end = f") {moment.keyword('VALUES')} (" if moment.open_end else ""
        yield Plan(names + end, _WHOLE_LIST)
    yield from naming.plans(moment, 0.55 if names else 0.9, "column", "all-columns")


def _list_and_values(moment: Moment) -> Iterator[Plan]:
    # Behind the table's name, before its column list.
    if moment.expect is not Expect.KEYWORD or not moment.open_end or moment.tight:
        return
    if moment.symbols[-1].startswith("t:") and (names := _needed(moment)):
        yield Plan(f"({names}) {moment.keyword('VALUES')} (", _WHOLE_LIST)


def _needed(moment: Moment) -> str:
    # The columns that are not written yet and that the database does not fill in.
    target = moment.place.visible.target
    relation = target.relation if target is not None else None
    if relation is None:
        return ""
    written = {path.parts[-1].lower() for path in moment.place.context.written}
    needed = [
        moment.place.dialect.write(column.name)
        for column in relation.columns
        if column.name.lower() not in written and not _fills_itself(relation, column)
    ]
    return ", ".join(needed) if len(needed) <= _MOST_COLUMNS else ""


def _fills_itself(relation: catalog.Relation, column: catalog.Column) -> bool:
    type_ = column.type.lower()
    if column.generated or column.default or "serial" in type_:
        return True
    return relation.primary_key == (column.name,) and type_.startswith(("int", "bigint"))
