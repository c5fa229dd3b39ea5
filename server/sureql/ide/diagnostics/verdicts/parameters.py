"""Parameters may stand where an engine takes none, because the driver puts text there."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.ide.diagnostics.verdicts.asked import Asked
from sureql.ide.diagnostics.verdicts.causes import Cause
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.ide.diagnostics.verdicts.repairs import Repair
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit

_LITERALS = ("NULL", "'1'", "1", "(NULL)")


def repairs(cause: Cause, patched: Patched, asks: Asked) -> Iterator[Repair]:
    """Literals in place of the parameters that the engine may have stumbled over."""
    if cause.reading.parameters:
        found = [
            one.span
            for one in cause.text.tokens
            if one.kind is Kind.PARAMETER and asks.holds(patched.back(one.span))
        ]
        for span in found:
            yield Repair((TextEdit(span, "NULL"),))
        if len(found) > 1:
            yield Repair(tuple(TextEdit(span, "NULL") for span in found))
    elif cause.place is not None:
        for index in (cause.place.index, cause.place.index - 1):
            span = cause.text.tokens[max(index, 0)].span
            if patched.back(span) in asks.parameters:
                for text in _LITERALS:
                    yield Repair((TextEdit(span, text),))
