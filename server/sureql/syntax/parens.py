"""Steps of the scan at commas and parentheses: what an opening parenthesis is for."""

from __future__ import annotations

from sureql.syntax import changes, relations
from sureql.syntax import layout as shapes
from sureql.syntax.context import Clause, NamePath
from sureql.syntax.spots import Spot
from sureql.syntax.vocabulary import words
from sureql.syntax.walk import Opening, Walk

_QUERY_FIRST = ("SELECT", "WITH")
_ARM = (Spot.START, Spot.QUERY, Spot.SET_OPERATION, Spot.WITH_DONE, Spot.AFTER_TARGET_COLUMNS)
_RELATIONS = (
    Spot.AFTER_RELATION,
    Spot.AFTER_RELATION_ALIAS,
    Spot.RELATION_ALIAS,
    Spot.AFTER_USING,
)
_JOINED = (Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING)
_CASTS = ("CAST", "TRY_CAST", "SAFE_CAST", "CONVERT", "TRY_CONVERT")
_FROM_CALLS = ("EXTRACT", "SUBSTRING", "TRIM", "OVERLAY")


def enter(walk: Walk, opened: int) -> int:
    """Pass over the parenthesis at `opened`, keeping what it is for if the cursor is inside."""
    if walk.spot is Spot.RELATION and walk.at(opened) == "(" and relations.is_group(walk, opened):
        walk.groups.append(walk.layout.close(opened, walk.end))
        return opened + 1
    if walk.spot is Spot.WITH_NAMED and _holds_query(walk, opened):
        walk.spot = Spot.WITH_AS  # AS is missing.
    opening = _opening(walk, opened)
    closing = walk.layout.close(opened, walk.end)
    if walk.mark is None and opened < walk.stop <= closing:
        walk.record(opened, (opened, opening))
    after = walk.layout.past(opened, walk.end)
    _settle(walk, opened, after, opening)
    return after


def _opening(walk: Walk, opened: int) -> Opening:
    spot, clause = walk.spot, walk.clause
    step = _OPENINGS.get(spot)
    if step is not None:
        return step(walk, opened)
    if spot in _ARM:
        return Opening(Clause.START, Spot.QUERY, query=True, sees="none")
    if spot in _RELATIONS:
        return _after_relation(walk, opened)
    if spot is Spot.AFTER_OPERAND:
        if walk.name_end == opened and walk.name is not None:
            if _holds_query(walk, opened):  # ARRAY(SELECT …)
                return Opening(Clause.START, Spot.QUERY, query=True, call=walk.name)
            return call(clause, walk.name)
        if walk.typed:
            return Opening(clause, Spot.SILENT)
    return _group(walk, opened)


def call(clause: Clause, name: NamePath) -> Opening:
    """The parenthesis of a function call."""
    function = name.parts[-1].upper()
    use = "cast" if function in _CASTS else "call"
    if function in _FROM_CALLS:
        use = "from"
    return Opening(clause, Spot.ARGUMENT, call=name, use=use)


def _holds_query(walk: Walk, opened: int) -> bool:
    return walk.at(opened + 1) in _QUERY_FIRST and opened + 1 != walk.stop


def _group(walk: Walk, opened: int) -> Opening:
    if _holds_query(walk, opened):
        return Opening(Clause.START, Spot.QUERY, query=True)
    return Opening(walk.clause, Spot.SUBJECT, compared=walk.compared, use="group")


def _exists(walk: Walk, opened: int) -> Opening:
    return Opening(Clause.START, Spot.QUERY, query=True)


def _in(walk: Walk, opened: int) -> Opening:
    if _holds_query(walk, opened):
        return Opening(Clause.START, Spot.QUERY, query=True)
    return Opening(walk.clause, Spot.SUBJECT, compared=walk.compared, use="in")


def _cte(walk: Walk, opened: int) -> Opening:
    return Opening(Clause.START, Spot.QUERY, query=True, sees="none", use="cte")


def _names(walk: Walk, opened: int) -> Opening:
    return Opening(walk.clause, Spot.NEW_NAME, use="names")


def _relation(walk: Walk, opened: int) -> Opening:
    sees = "left" if walk.lateral else "none"
    return Opening(Clause.START, Spot.QUERY, query=True, sees=sees)


def _after_relation(walk: Walk, opened: int) -> Opening:
    name = _called(walk, opened)
    if name is not None:
        return Opening(walk.clause, Spot.ARGUMENT, call=name, use="call")
    return _names(walk, opened)


def _called(walk: Walk, opened: int) -> NamePath | None:
    """The table function whose arguments open at `opened`."""
    source = walk.arm.sources[-1] if walk.arm.sources else None
    if source is None or not source.function or source.alias:
        return None
    return source.name if source.end == walk.layout.tokens[opened - 1].end else None


def _using(walk: Walk, opened: int) -> Opening:
    return Opening(Clause.USING, Spot.COLUMN, target=walk.column_target, use="columns")


def _insert_columns(walk: Walk, opened: int) -> Opening:
    if _holds_query(walk, opened):
        return Opening(Clause.START, Spot.QUERY, query=True, sees="none")
    target = walk.target.name if walk.target is not None else None
    return Opening(Clause.INSERT_COLUMNS, Spot.COLUMN, target=target, use="columns")


def _row(walk: Walk, opened: int) -> Opening:
    target = walk.target.name if walk.target is not None else None
    columns = walk.insert_columns
    return Opening(
        Clause.VALUES,
        Spot.OPERAND,
        target=target,
        columns=columns,
        use="values",
        compared=columns[0] if columns else None,
    )


def _set_columns(walk: Walk, opened: int) -> Opening:
    target = walk.target.name if walk.target is not None else None
    return Opening(walk.clause, Spot.COLUMN, target=target, use="columns")


def _window(walk: Walk, opened: int) -> Opening:
    return Opening(Clause.WINDOW, Spot.WINDOW_SPEC, use="window")


def _filter(walk: Walk, opened: int) -> Opening:
    return Opening(walk.clause, Spot.FILTER, use="filter")


def _within(walk: Walk, opened: int) -> Opening:
    return Opening(walk.clause, Spot.WITHIN, use="within")


def _silent(walk: Walk, opened: int) -> Opening:
    return Opening(walk.clause, Spot.SILENT)


_OPENINGS = {
    Spot.EXISTS: _exists,
    Spot.IN: _in,
    Spot.WITH_AS: _cte,
    Spot.WITH_NAMED: _names,
    Spot.RELATION: _relation,
    Spot.USING: _using,
    Spot.AFTER_TARGET: _insert_columns,
    Spot.VALUES: _row,
    Spot.AFTER_ROW: _row,
    Spot.COLUMN: _set_columns,
    Spot.CONFLICT: _set_columns,
    Spot.AFTER_CONFLICT: _set_columns,
    Spot.OVER: _window,
    Spot.WINDOW_NAMED: _window,
    Spot.FILTER: _filter,
    Spot.WITHIN: _within,
    Spot.TYPE: _silent,
}


def _settle(walk: Walk, opened: int, after: int, opening: Opening) -> None:
    """The spot after the parenthesis."""
    spot = walk.spot
    if spot is Spot.WITH_AS:
        changes.add_cte(walk, opened)
        walk.spot = Spot.WITH_DONE
    elif spot is Spot.WITH_NAMED:
        walk.pending_columns = tuple(path.parts[-1] for path in names(walk, opened, after))
    elif spot is Spot.RELATION:
        relations.derived(walk, opened, after)
    elif spot in _RELATIONS:
        if opening.call is not None:
            walk.arm.sources[-1].end = walk.layout.tokens[after - 1].end
        elif spot is not Spot.AFTER_RELATION:
            relations.alias_columns(walk, opened, after)
            walk.spot = Spot.AFTER_RELATION_ALIAS
    elif spot is Spot.USING:
        walk.spot = Spot.AFTER_USING
    elif spot is Spot.AFTER_TARGET and not opening.query:
        walk.insert_columns = names(walk, opened, after)
        walk.arm.clauses.append((Clause.INSERT_COLUMNS, opened, opened + 1))
        walk.spot = Spot.AFTER_TARGET_COLUMNS
    elif spot in (Spot.VALUES, Spot.AFTER_ROW):
        walk.spot = Spot.AFTER_ROW
    elif spot is Spot.COLUMN:
        walk.path = None
        walk.spot = Spot.AFTER_SET_COLUMN
    elif spot is Spot.CONFLICT:
        walk.spot = Spot.AFTER_CONFLICT
    elif spot in (Spot.LIMIT, Spot.AFTER_LIMIT):
        walk.spot = Spot.AFTER_LIMIT
    elif spot is Spot.WINDOW_NAMED:
        walk.say("ORDER BY", "LIMIT")
    elif spot in _ARM or opening.sees == "none":
        walk.arm.nested = opened
        walk.spot = Spot.AFTER_ARM
    elif walk.at(opened - 1) == "ON" and spot is Spot.SELECT_DISTINCT:
        walk.item_start = walk.list_start = after
    else:
        _operand_done(walk, opening)


def _operand_done(walk: Walk, opening: Opening) -> None:
    if walk.spot in (Spot.IN, Spot.EXISTS):
        walk.truth = True
    if walk.spot is Spot.AFTER_OPERAND and walk.typed:
        return
    walk.called = opening.call is not None or (walk.called and walk.spot is Spot.FILTER)
    walk.path = None
    walk.name = None
    walk.name_end = -1
    walk.fresh = False
    walk.spot = Spot.AFTER_OPERAND


def names(walk: Walk, opened: int, after: int) -> tuple[NamePath, ...]:
    """The names in a parenthesised list."""
    closing = min(walk.layout.close(opened, walk.end), after)
    return listed(walk, opened + 1, closing)


def listed(walk: Walk, first: int, last: int) -> tuple[NamePath, ...]:
    """The names that begin the items between two token indexes and are whole items by themselves."""
    found: list[NamePath] = []
    layout = walk.layout
    position, fresh = first, True
    while position < last:
        sign = layout.shape[position]
        if fresh and layout.nameable(position) and sign not in _NO_NAMES:
            path, after = layout.path(position, last)
            following = layout.at(after) if after < last else shapes.END
            if following not in _GOES_ON:
                found.append(path)
            position, fresh = after, False
            continue
        fresh = sign == ","
        position = layout.past(position, last) if sign in ("(", "[") else position + 1
    return tuple(found)


_NO_NAMES = words("CASE NOT EXISTS DISTINCT ALL NULL TRUE FALSE INTERVAL ARRAY SELECT")
_GOES_ON = frozenset(
    [
        "(",
        "[",
        ".",
        "+",
        "-",
        "*",
        "/",
        "||",
        "::",
        "->",
        "->>",
        "%",
        "<",
        ">",
        "<=",
        ">=",
        "<>",
        "!=",
        "IS",
        "IN",
        "LIKE",
        "BETWEEN",
        "AND",
        "OR",
    ]
)


def comma(walk: Walk, index: int) -> int:
    """A comma begins the next item of the list at hand."""
    walk.close_item(index)
    walk.item += 1
    walk.item_start = index + 1
    walk.cases.clear()
    walk.subjects.clear()
    walk.new_term()
    opening = walk.opening
    if walk.query:
        if walk.clause in _JOINED or (walk.clause in (Clause.UPDATE, Clause.DELETE)):
            walk.clause = Clause.FROM if walk.clause in _JOINED else walk.clause
            walk.role = "from"
            walk.spot = Spot.RELATION
        elif walk.clause is not Clause.OTHER:
            walk.spot = _NEXT_ITEM.get(walk.clause, Spot.OPERAND)
        if walk.spot is Spot.WITH_NAME:
            walk.words = ()
        return index + 1
    if opening.use == "values":
        columns = opening.columns
        walk.compared = columns[walk.item] if walk.item < len(columns) else None
    elif opening.use == "in":
        walk.compared = opening.compared
    keeps = opening.spot in (Spot.COLUMN, Spot.NEW_NAME, Spot.SILENT)
    walk.spot = opening.spot if keeps else Spot.OPERAND
    return index + 1


_NEXT_ITEM = {
    Clause.WITH: Spot.WITH_NAME,
    Clause.SET: Spot.COLUMN,
    Clause.VALUES: Spot.VALUES,
    Clause.LIMIT: Spot.LIMIT,
    Clause.WINDOW: Spot.WINDOW_NAME,
    Clause.INSERT: Spot.SILENT,
    Clause.CONFLICT: Spot.COLUMN,
    Clause.JOIN: Spot.RELATION,
}
