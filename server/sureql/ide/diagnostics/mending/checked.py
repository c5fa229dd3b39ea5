"""The check that every fix passes before it is offered: its cause is gone and nothing new is wrong.

The fix is applied, and the statement is parsed and analysed again. What else was wrong before may
stay. Three kinds of causes hide others, which their fixes bring to light: text that does not parse
hides everything, an unknown table hides its columns, and so does an unknown qualifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from sureql.ide.diagnostics import rulebook, selection
from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.model import Diagnostic, Fix
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

MOST = 4
"""So many fixes of one problem are offered at most."""

_MOST_TRIALS = 12
_MOST_MENDED = 40
_MOST_ANALYSED = 40_000
"""So many problems of one statement have fixes, fewer in long ones: each costs a few analyses."""
_MOST_ANALYSED_AT_ONCE = 4_000
"""The same where somebody waits for the fixes at one place."""
_HIDDEN_BY = {"unknown-table": ("unknown-column", "ambiguous-column")}


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something wrong: what and where. `rule` if a rule says so."""

    code: str
    span: Span
    rule: bool


def limit(length: int, near: Span | None = None) -> int:
    """How many problems of a statement of so many characters have fixes: of the whole statement, or
    of those `near` a place."""
    if near is not None:
        return max(1, min(MOST, _MOST_ANALYSED_AT_ONCE // max(1, length)))
    return max(4, min(_MOST_MENDED, _MOST_ANALYSED // max(1, length)))


def findings(
    context: Context,
    found: Iterable[Diagnostic],
    wanted: Selection = selection.DEFAULT,
    near: Span | None = None,
) -> tuple[Diagnostic, ...]:
    """`found` in the statement of `context`, each with only those of its fixes that stand the check.
    Where there are too many, the first ones have fixes; with `near`, those that touch it.

    The hook for whatever reports problems with fixes: rules, linters, engines.
    """
    listed = tuple(found)
    mended = [
        index
        for index, one in enumerate(listed)
        if one.fixes and (near is None or one.span.meets(near))
    ]
    mended.sort(key=lambda index: listed[index].span)
    chosen = frozenset(mended[: limit(len(context.text), near)])
    return tuple(
        replace(one, fixes=_checked(context, one, wanted) if index in chosen else ())
        if one.fixes
        else one
        for index, one in enumerate(listed)
    )


def _checked(context: Context, one: Diagnostic, wanted: Selection) -> tuple[Fix, ...]:
    return kept(context, one.code, one.span, one.fixes, wanted)


def kept(
    context: Context,
    code: str,
    span: Span,
    candidates: Iterable[Fix],
    wanted: Selection = selection.DEFAULT,
) -> tuple[Fix, ...]:
    """Those of the `candidates` that take the problem `code` at `span` away, in their order.

    Preferred is the first of them if it says so and the second one does not.
    """
    offered: list[tuple[int, Fix]] = []
    texts: set[str] = set()
    before: frozenset[_Mark] | None = None
    cause = _Mark(code, span, code in rulebook.all_rules())
    for fix in islice(candidates, _MOST_TRIALS):
        try:
            text = apply_edits(context.text, fix.edits)
        except ValueError:
            continue
        if text in texts or text == context.text:
            continue
        texts.add(text)
        if before is None:
            before = _wrong(context, wanted, cause)
        revealed = _revealed(context, cause, before, fix.edits, text, wanted)
        if revealed is not None:
            offered.append((revealed, fix))
            if len(offered) == MOST and not revealed:
                break
    offered.sort(key=lambda one: one[0])
    # What makes sense of all names leaves no room for what does not.
    if offered and (code == causes.SYNTAX or not offered[0][0]):
        offered = [one for one in offered if one[0] == offered[0][0]]
    return _with_one_preferred([fix for _, fix in offered[:MOST]])


def _with_one_preferred(found: list[Fix]) -> tuple[Fix, ...]:
    sure = bool(found) and found[0].preferred and not any(fix.preferred for fix in found[1:2])
    return tuple(
        fix if fix.preferred == (sure and not index) else replace(fix, preferred=not fix.preferred)
        for index, fix in enumerate(found)
    )


def _revealed(
    context: Context,
    cause: _Mark,
    before: frozenset[_Mark],
    edits: tuple[TextEdit, ...],
    text: str,
    wanted: Selection,
) -> int | None:
    """How many problems come to light that `cause` hid; None if the fix is no good."""
    after = causes.reread(context, text)
    if after is None:
        return None
    if cause.code == causes.SYNTAX and context.tree is None:
        # Of several ways to make sense of the text the one with fewest errors comes first.
        return None if _is_broken(context, after, edits) else len(causes.of(after))
    hidden = _HIDDEN_BY.get(cause.code, ())
    revealed = 0
    known = [(mark.code, _moved(mark.span, edits)) for mark in before if mark != cause]
    same = frozenset(known)
    for mark in _wrong(after, wanted, cause):
        if (mark.code, mark.span) in same or _is_known(mark, known):
            continue
        if mark.rule and cause.code == causes.SYNTAX:
            continue  # Rules were not asked while the syntax was broken.
        if mark.code not in hidden:
            return None
        revealed += 1
    return revealed


def _is_known(mark: _Mark, known: list[tuple[str, Span]]) -> bool:
    """True if it was there before; what a rule marks may grow with the text that it speaks of."""
    return mark.rule and any(
        mark.code == code and mark.span.start <= span.end and span.start <= mark.span.end
        for code, span in known
    )


def _is_broken(context: Context, after: Context, edits: tuple[TextEdit, ...]) -> bool:
    """True if the syntax error is still there, or there is another one that was not told before."""
    if after.tree is not None and not _syntax(after):
        return False
    told = {_moved(span, edits) for span in _syntax(context)[1:]}
    return not _syntax(after) or any(span not in told for span in _syntax(after))


def _syntax(context: Context) -> list[Span]:
    return [one.span for one in causes.of(context) if one.code == causes.SYNTAX]


def _wrong(context: Context, wanted: Selection, cause: _Mark) -> frozenset[_Mark]:
    """Errors, and what rules warn of; and what has the cause's own code, however mild."""
    return frozenset(
        mark
        for mark, severe in (*_problems(context), *_findings(context, wanted))
        if severe or mark.code == cause.code
    )


# By identity of the context: all fixes of a statement are compared with the same problems.
@lru_cache(maxsize=8)
def _problems(context: Context) -> tuple[tuple[_Mark, bool], ...]:
    found = causes.of(context)
    return tuple((_Mark(one.code, one.span, False), one.severity == "error") for one in found)


@lru_cache(maxsize=8)
def _findings(context: Context, wanted: Selection) -> tuple[tuple[_Mark, bool], ...]:
    found = rulebook.found(context, wanted)
    return tuple((_Mark(one.code, one.span, True), one.severity == "warning") for one in found)


def _moved(span: Span, edits: tuple[TextEdit, ...]) -> Span:
    """Where `span` stands after `edits`; one that an edit touches covers the new text as well."""
    start, end = span.start, span.end
    for edit in edits:
        grown = len(edit.new_text) - len(edit.span)
        if edit.span.end <= span.start:
            start, end = start + grown, end + grown
        elif edit.span.start < span.end:
            start -= max(0, span.start - edit.span.start)
            end += grown + max(0, edit.span.end - span.end)
    return Span(start, end)
