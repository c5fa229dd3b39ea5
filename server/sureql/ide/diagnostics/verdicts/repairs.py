"""Virtual repairs of a cause, so that an engine which stops at the first error goes on.

The least comes first: our own fix, then the smallest value that can be left out, then the ever
larger expressions around it. None of them is shown to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.engine_messages.reading import Reading
from sureql.ide.diagnostics.verdicts import placing, suggestions, units
from sureql.ide.diagnostics.verdicts.placing import Place
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.ide.model import Diagnostic, Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_FIXES = 2
_NULL = "NULL"
_TYPED_NULL = "CAST(NULL AS text)"
_SURE = frozenset(
    """syntax-error unknown-column unknown-table unknown-alias ambiguous-column not-grouped
    duplicate-alias""".split()  # noqa: SIM905
)
_AFTER_TABLE = units.HEADS | frozenset(
    "LEFT RIGHT INNER FULL CROSS NATURAL TABLESAMPLE FOR AS DEFAULT WHEN".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Repair:
    """`edits` of the asked text; those of a `sure` one leave what was meant. `lost` are sources
    whose columns are no longer known, behind a `retyped` one those of a subquery have other types.
    `what` says what a repair of the grammar found wrong; a `likely` one is more than a guess. `fix`
    is the one of a diagnostic that this is."""

    edits: tuple[TextEdit, ...]
    sure: bool = False
    lost: tuple[str, ...] = ()
    what: tuple[Span, str, str] | None = None
    likely: bool = False
    retyped: bool = False
    fix: Fix | None = None


def of_fixes(diagnostic: Diagnostic, text: str) -> Iterator[tuple[Fix, bool]]:
    """The fixes of a diagnostic that was found in `text`, best first, and if each is sure."""
    usable = [fix for fix in diagnostic.fixes if fix.applicability != "display-only"]
    usable.sort(key=lambda fix: not fix.preferred)
    slips = [fix for fix in usable if _is_slip(fix, text)]
    for fix in usable[:_MOST_FIXES]:
        clear = fix.preferred and (len(usable) == 1 or fix.applicability == "safe")
        # Another function or type may give other types; what is moved may be wrong elsewhere.
        sure = slips == [fix] or (clear and diagnostic.code in _SURE)
        sure = sure and diagnostic.code != "unknown-type"
        yield fix, sure


def of(reading: Reading, place: Place, found: Text, schema: catalog.Catalog) -> Iterator[Repair]:
    """Repairs of what `reading` says stands at `place`."""
    special = _SPECIAL.get(reading.code)
    if special is not None:
        yield from special(reading, place, found, schema)
    yield from _values(place, found)


def _is_slip(fix: Fix, text: str) -> bool:
    """True if the fix corrects one slip of the finger in a name."""
    if len(fix.edits) != 1:
        return False
    edit = fix.edits[0]
    return suggestions.one_slip(edit.span.of(text), edit.new_text)


def lost_by(code: str, place: Place | None, found: Text) -> tuple[str, ...]:
    """The source whose columns are no longer known when another table stands at `place`."""
    if code != "unknown-table" or place is None:
        return ()
    alias = _alias(found, place.index)
    token = found.tokens[place.index if alias < 0 else alias]
    return (found.dialect.normalize(token.text).lower(),)


def is_grouping(found: Text, repair: Repair) -> bool:
    """True if a repair changes what is grouped by."""
    places = [found.at(edit.span.start) for edit in repair.edits]
    return any(
        "GROUP" in (units.clause(found, at), found.upper(at), found.upper(at - 1)) for at in places
    )


def _values(place: Place, found: Text) -> Iterator[Repair]:
    """NULL in place of the value, and of those around it."""
    for first, last in units.around(found, place.index):
        span = found.span(first, last)
        where = units.clause(found, first)
        if where in ("GROUP", "ORDER", "PARTITION"):
            yield Repair((TextEdit(span, _TYPED_NULL),))
            yield Repair((TextEdit(span, "1"),))
        elif found.tokens[last].text == "*":
            # The columns that it stands for may be used outside.
            yield Repair((TextEdit(span, _NULL),), lost=("",))
        elif where == "SELECT" and found.opener[first] >= 0:
            null = _null(found, first, last)
            yield Repair((TextEdit(span, null),), retyped=True)
        else:
            yield Repair((TextEdit(span, _NULL),))


def _table(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """A table with a similar name or such columns; else a row of nothing."""
    first, last = units.name(found, place.index)
    alias = _alias(found, last)
    name = found.tokens[last].text if alias < 0 else found.tokens[alias].text
    key = found.dialect.normalize(name).lower()
    written = found.dialect.normalize(found.tokens[last].text)
    level = found.opener[last]
    stars = (
        i for i, one in enumerate(found.tokens) if one.text == "*" and found.opener[i] == level
    )
    # What a subquery hands on with `*` is not known outside either.
    handed = level >= 0 and any(found.upper(i - 1) in ("SELECT", ",", ".") for i in stars)
    lost = (key, "") if handed else (key,)
    # Where its columns are named by it, they are to be named by it still.
    kept = f" AS {name}" if alias < 0 and _references(found, key) else ""
    for number, other in enumerate(suggestions.tables(written, found, schema)):
        # A name that is one slip away is the one that was meant.
        sure = number == 0 and suggestions.one_slip(written, other)
        edit = TextEdit(found.tokens[last].span, found.dialect.write(other) + kept)
        yield Repair((edit,), sure, () if sure else lost, retyped=level >= 0)
    if units.clause(found, place.index) in ("FROM", "JOIN"):
        text = "(SELECT NULL AS sureql)" + (f" AS {name}" if alias < 0 else "")
        edits = [TextEdit(found.span(first, last), text), *_references(found, key)]
        yield Repair(tuple(edits), lost=lost, retyped=level >= 0)


def _null(found: Text, first: int, last: int) -> str:
    """NULL for the value at `first:last`, by its name if that is all of an item of a SELECT list."""
    opens = found.upper(first - 1) in ("SELECT", "DISTINCT", "ALL", ",")
    closes = found.upper(last + 1) in ("FROM", ",", ")") and found.is_name(last)
    item = units.clause(found, first) == "SELECT" and units.name(found, last) == (first, last)
    return f"{_NULL} AS {found.tokens[last].text}" if opens and closes and item else _NULL


def _alias(found: Text, last: int) -> int:
    """The index of the alias behind a table's name, -1 if there is none."""
    after = last + 1 + (found.upper(last + 1) == "AS")
    named = found.is_name(after) and found.upper(after) not in _AFTER_TABLE
    return after if named else -1


def _schema(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """The name without its schema."""
    first, last = units.name(found, place.index)
    if first < last:
        span = Span(found.tokens[first].start, found.tokens[last].start)
        yield Repair((TextEdit(span, ""),), sure=True)


def _references(found: Text, key: str) -> list[TextEdit]:
    """NULL for every column that `key` qualifies."""
    edits = []
    for index, token in enumerate(found.tokens):
        if (
            not found.is_name(index)
            or found.upper(index + 1) != "."
            or found.upper(index - 1) == "."
        ):
            continue
        if found.dialect.normalize(token.text).lower() == key and not units.is_table(found, index):
            first, last = units.name(found, index)
            edits.append(TextEdit(found.span(first, last), _null(found, first, last)))
    return edits


def _duplicate_source(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """Another name for the second of two sources."""
    index = place.index
    name = found.dialect.normalize(found.tokens[index].text)
    lost = (name.lower(),)
    other = found.dialect.write(name + "_2")
    is_alias = found.upper(index - 1) == "AS" or (
        found.is_name(index - 1) and found.upper(index - 1) not in units.HEADS
    ) or found.upper(index - 1) == ")"  # fmt: skip
    if is_alias or found.upper(index + 1) in ("AS", "(") or not units.is_table(found, index):
        yield Repair((TextEdit(found.tokens[index].span, other),), lost=lost)
    end = found.tokens[index].end
    yield Repair((TextEdit(Span(end, end), f" AS {other}"),), lost=lost)


def _target(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """A column that INSERT or UPDATE lists: it goes, and the value with it."""
    index = place.index
    if units.clause(found, index) == "SET":
        first, last = _assignment(found, index)
        if found.upper(last + 1) == ",":
            yield Repair(
                (TextEdit(Span(found.tokens[first].start, found.tokens[last + 1].end), ""),)
            )
        elif found.upper(first - 1) == ",":
            yield Repair((TextEdit(found.span(first - 1, last), ""),))
        for name in suggestions.columns(place.span, found, schema)[:1]:
            text = f"{found.dialect.write(name)} = NULL"
            yield Repair((TextEdit(found.span(first, last), text),))
        return
    if units.clause(found, found.opener[index]) != "INTO" or found.opener[index] < 0:
        return
    around = units.list_around(found, index)
    if around is None:
        return
    level, items = around
    number = next((n for n, (a, b) in enumerate(items) if a <= index <= b), -1)
    if number < 0 or len(items) < 2:
        return
    edits = [TextEdit(_with_comma(found, items, number), "")]
    for row in _rows(found, found.closer[level] + 1):
        if number >= len(row) or len(row) < 2:
            return
        edits.append(TextEdit(_with_comma(found, row, number), ""))
    yield Repair(tuple(edits))


def _assignment(found: Text, index: int) -> tuple[int, int]:
    level = found.opener[index]
    first = last = index
    while found.upper(first - 1) not in ("SET", ",") and first - 1 > level:
        first -= 1
    while last + 1 < len(found.tokens) and found.closer.get(level) != last + 1:
        if found.opener[last + 1] == level and (
            found.upper(last + 1) in units.HEADS | {",", ";", "WHEN"}
        ):
            break
        last += 1
    return first, last


def _with_comma(found: Text, items: list[tuple[int, int]], number: int) -> Span:
    first, last = items[number]
    if number + 1 < len(items):
        return Span(found.tokens[first].start, found.tokens[items[number + 1][0]].start)
    return Span(found.tokens[items[number - 1][1]].end, found.tokens[last].end)


def _rows(found: Text, at: int) -> Iterator[list[tuple[int, int]]]:
    """The items of each row of VALUES, or those of the select list, from `at` on."""
    while at < len(found.tokens) and found.upper(at) not in ("VALUES", "SELECT"):
        at += 1
    if found.upper(at) == "SELECT":
        span = placing.select_list(found, at).span
        inside = found.inside(span)
        if inside:
            yield units.items(found, inside[0], inside[-1] + 1, found.opener[at])
        return
    at += 1
    while found.upper(at) == "(" and at in found.closer:
        yield units.items(found, at + 1, found.closer[at], at)
        at = found.closer[at] + 1 + (found.upper(found.closer[at] + 1) == ",")


def _arity(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """As many values as there are columns: more NULLs, or none of the last ones."""
    inside = found.inside(place.span)
    if not inside:
        return
    index = inside[0]
    if found.tokens[index].text == "(" and index in found.closer:
        level, end = index, found.closer[index]
        index += 1
    else:
        level = found.opener[index]
        end = index
        while end < len(found.tokens) and found.closer.get(level) != end:
            if found.opener[end] == level and found.upper(end) in units.HEADS:
                break
            end += 1
    if (
        found.opener[index] >= 0
        and found.upper(found.opener[index]) == "("
        and (units.clause(found, index) == "")
    ):
        level = found.opener[index]
        index, end = level + 1, found.closer.get(level, end)
    else:
        while index - 1 > level and found.upper(index - 1) not in ("SELECT", "DISTINCT", "ALL"):
            index -= 1
    items = units.items(found, index, end, level)
    if not items:
        return
    if reading.code == "subquery-columns":
        yield Repair((TextEdit(found.span(items[0][0], items[-1][1]), _NULL),))
        return
    if units.clause(found, level) == "INTO" and level >= 0:
        # A column without a value: PostgreSQL points at the first of these.
        number = next((n for n, (a, b) in enumerate(items) if a <= place.index <= b), 0)
        if number:
            start = found.tokens[items[number - 1][1]].end
            yield Repair((TextEdit(Span(start, found.tokens[items[-1][1]].end), ""),))
        return
    stop = found.tokens[items[-1][1]].end
    for less in range(1, min(len(items), 6)):
        start = found.tokens[items[-less - 1][1]].end
        yield Repair((TextEdit(Span(start, stop), ""),))
    for more in range(1, 6):
        yield Repair((TextEdit(Span(stop, stop), ", NULL" * more),))


def _token(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """Something harmless in place of the token."""
    texts = ["()"] if reading.code == "unknown-window" else ["1"]
    if units.clause(found, place.index) == "GROUP":
        texts.insert(0, _TYPED_NULL)
    for text in texts:
        yield Repair((TextEdit(found.tokens[place.index].span, text),))


def _names(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    """No list of names for a CTE or an alias."""
    index = place.index
    if found.upper(index + 1) == "(" and index + 1 in found.closer:
        key = found.dialect.normalize(found.tokens[index].text).lower()
        span = found.span(index + 1, found.closer[index + 1])
        yield Repair((TextEdit(span, ""),), lost=(key,))


def _conflict(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    index = next((i for i, one in enumerate(found.tokens) if one.is_word("CONFLICT")), -1)
    end = next(
        (i for i, one in enumerate(found.tokens) if one.is_word("RETURNING") and i > index), -1
    )
    if index > 0:
        last = end - 1 if end > 0 else len(found.tokens) - 1
        yield Repair((TextEdit(found.span(index - 1, last), ""),))


def _using(
    reading: Reading, place: Place, found: Text, schema: catalog.Catalog
) -> Iterator[Repair]:
    if units.clause(found, found.opener[place.index]) == "USING" or (
        found.upper(found.opener[place.index] - 1) == "USING"
    ):
        level = found.opener[place.index]
        if level > 0 and level in found.closer:
            span = found.span(level - 1, found.closer[level])
            yield Repair((TextEdit(span, "ON (1 = 1)"),), lost=("",))
        return
    yield from _target(reading, place, found, schema)


def _call(reading: Reading, place: Place, found: Text, schema: catalog.Catalog) -> Iterator[Repair]:
    """The arguments stay, for what is wrong in them, and the function goes."""
    whole = units.call(found, place.index)
    if whole is None:
        return
    opening = units.name(found, place.index)[1] + 1
    first = opening + 1 + (found.upper(opening + 1) in ("DISTINCT", "ALL"))
    listed = units.items(found, first, whole[1], opening)
    if listed and not any(found.tokens[last].text == "*" for _, last in listed):
        tests = " AND ".join(f"({found.span(*one).of(found.text)}) IS NULL" for one in listed)
        span = found.span(*units.operand(found, place.index))
        yield Repair((TextEdit(span, f"CASE WHEN {tests} THEN NULL END"),))


_SPECIAL = {
    "unknown-function": _call,
    "wrong-arguments": _call,
    "qualified-column": _schema,
    "unknown-schema": _schema,
    "unknown-table": _table,
    "duplicate-alias": _duplicate_source,
    "unknown-column": _using,
    "duplicate-column": _target,
    "generated-column": _target,
    "insert-arity": _arity,
    "values-arity": _arity,
    "set-operation-arity": _arity,
    "subquery-columns": _arity,
    "unknown-window": _token,
    "position-out-of-range": _token,
    "column-names": _names,
    "no-unique-key": _conflict,
}
