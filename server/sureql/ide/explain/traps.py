"""What the rules say about a statement."""

from __future__ import annotations

from sureql.ide.diagnostics import rulebook, selection
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.selection import Selection

_SHOWN = ("error", "warning")


def of(context: Context, wanted: Selection = selection.DEFAULT) -> tuple[str, ...]:
    """The findings as sentences, with the rules' codes: those that a result depends on first."""
    found = [
        (one.severity not in _SHOWN, one.span.start, f"{one.message} ({one.code})")
        for one in rulebook.found(context, wanted)
    ]
    return tuple(dict.fromkeys(text for _, _, text in sorted(found)))
