"""Fixes: what is offered, that each does its work and nothing else, and how often it is right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from ide.test_diagnostics import PROBLEMS, of_case, snapshot
from support import cases
from support.fixture import Case
from sureql.ide.diagnostics import context, runner
from sureql.ide.diagnostics.mending import checked
from sureql.ide.model import Diagnostic, Fix
from sureql.semantics import analysis
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, lexer, script
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

HIDES = {"syntax-error": None, "unknown-table": {"unknown-column", "ambiguous-column"}}
"""What the fix of a problem may bring to light, None for anything: it could not be seen before."""

QUERIES = ("music_postgres_queries.sql", "music_queries.sql")


def _labelled(found: Diagnostic) -> tuple[int, int, str]:
    # What the messages say is the business of the fixtures in `diagnostics`.
    return found.span.start, found.span.end, f"{found.severity}[{found.code}]"


@cases.parametrize("ide/fixes")
def test_what_is_offered(case: Case) -> None:
    before = of_case(case)
    found = runner.document(before, wanted=PROBLEMS)
    expected = sorted((a.start, a.end, a.label) for a in case.source.annotations)
    assert sorted(map(_labelled, found)) == expected
    offered = {
        (
            "preferred" if fix.preferred else "fix",
            fix.title,
            apply_edits(before.text, fix.edits).strip("\n"),
        )
        for one in found
        for fix in one.fixes
    }
    assert offered == {(one.kind, one.detail, one.body) for one in case.expectations}


@cases.parametrize("ide/fixes")
def test_fixes_of_problems_do_their_work_and_nothing_else(case: Case) -> None:
    _check_all(of_case(case))


@cases.parametrize("ide/rules")
def test_fixes_of_rules_do_their_work_and_nothing_else(case: Case) -> None:
    _check_all(of_case(case))


@cases.parametrize("ide/rules")
def test_at_most_one_fix_is_preferred(case: Case) -> None:
    for one in runner.document(of_case(case)):
        assert sum(fix.preferred for fix in one.fixes) <= 1


def _check_all(before: Snapshot) -> None:
    found = runner.document(before)
    for one in found:
        for fix in one.fixes:
            _check(before, found, one, fix)


def _check(before: Snapshot, found: tuple[Diagnostic, ...], cause: Diagnostic, fix: Fix) -> None:
    text = apply_edits(before.text, fix.edits)
    after = runner.document(snapshot_of(before, text))
    hidden = HIDES.get(cause.code, set())
    if hidden is None:
        assert _syntax_errors(after) < _syntax_errors(found), (fix.title, text)
        return
    # A name in a message may change with the fix, so codes are counted.
    left, known = Counter(_codes(after, cause)), Counter(_codes(found, cause))
    assert left[cause.code] < known[cause.code], (fix.title, text)
    new = left - known
    assert set(new) <= hidden, (fix.title, text, new)


def snapshot_of(before: Snapshot, text: str) -> Snapshot:
    """The same document with another text."""
    found = script.of(text, before.script.dialect)
    return Snapshot(before.uri, before.path, 2, found, before.base)


def _codes(found: tuple[Diagnostic, ...], cause: Diagnostic) -> Iterator[str]:
    """What a fix must not bring: errors and warnings; hints advise on what works."""
    for one in found:
        if one.severity in ("error", "warning") or one.code == cause.code:
            yield one.code


def _syntax_errors(found: tuple[Diagnostic, ...]) -> int:
    return sum(one.code == "syntax-error" for one in found)


def _queries() -> Iterator[tuple[str, str, str]]:
    for name in QUERIES:
        dialect = "postgres" if "postgres" in name else "sqlite"
        schema = "music" if dialect == "postgres" else "music_sqlite"
        text = (cases.FIXTURES / "gate" / name).read_text(encoding="utf-8")
        for one in script.of(text, dialects.get(dialect)).statements:
            yield one.text, dialect, schema


def _misspelt(name: str, dice: random.Random) -> str:
    """`name` with one slip: a letter lost, doubled, or two swapped; never the first one."""
    at = dice.randrange(1, len(name) - 1)
    kind = dice.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1 or name[at] == name[at + 1]:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def test_the_preferred_fix_restores_a_name_with_one_slip() -> None:
    dice = random.Random(3)
    tried = restored = 0
    for text, dialect, schema in _queries():
        sound = snapshot(text, dialect, schema)
        if runner.document(sound, wanted=PROBLEMS):
            continue
        part = sound.script.statements[0]
        seen = analysis.analyse(part.masked, sound.base, sound.script.dialect, part.holes)
        for reference in seen.references:
            if reference.kind not in ("column", "relation") or len(reference.span) < 5:
                continue
            start, end = part.start + reference.span.start, part.start + reference.span.end
            wrong = _misspelt(text[start:end], dice)
            broken = text[:start] + wrong + text[end:]
            found = runner.document(snapshot(broken, dialect, schema), wanted=PROBLEMS)
            errors = [one for one in found if one.severity == "error"]
            if not errors:
                continue
            tried += 1
            fix = next((fix for one in errors for fix in one.fixes if fix.preferred), None)
            if fix is not None and apply_edits(broken, fix.edits).lower() == text.lower():
                restored += 1
    assert tried > 60
    assert restored >= 0.9 * tried


@pytest.mark.parametrize("mark", [",", ")", "'", "BY", "AND"])
def test_fixes_of_a_lost_or_doubled_token_parse(mark: str) -> None:
    for text, dialect, schema in _queries():
        rules = dialects.get(dialect)
        for token in lexer.code(text, rules):
            if token.upper != mark and not (mark == "'" and token.kind is Kind.STRING):
                continue
            start = token.end - 1 if mark == "'" else token.start
            for broken in (text[:start] + text[token.end :], text[: token.end] + text[start:]):
                before = snapshot(broken, dialect, schema)
                found = runner.document(before)
                for one in found:
                    if one.code == "syntax-error":
                        for fix in one.fixes:
                            _check(before, found, one, fix)


def _context(text: str) -> context.Context:
    before = snapshot(text)
    return context.of(before.script.statements[0], before.base, before.script.dialect, "")


def _change(text: str, old: str, new: str, preferred: bool = True) -> Fix:
    start = text.index(old)
    edit = TextEdit(Span(start, start + len(old)), new)
    return Fix(f"{old} to {new}", (edit,), "unsafe", preferred)


def test_only_fixes_that_help_are_kept() -> None:
    text = "SELECT titel, name FROM album JOIN artist USING (artist_id)"
    span = Span(7, 12)
    good = _change(text, "titel", "title")
    candidates = [
        _change(text, "titel", "titell"),  # The cause stays.
        _change(text, "titel", "title,"),  # It does not parse.
        _change(text, "titel", "title, nothing"),  # A new problem.
        _change(text, "artist ", "artist, "),  # It does not touch the cause.
        _change(text, "titel", "titel"),  # It changes nothing.
        good,
        _change(text, "titel", "title"),  # The same once more.
    ]
    assert checked.kept(_context(text), "unknown-column", span, candidates) == (good,)


def test_edits_that_overlap_are_no_fix() -> None:
    text = "SELECT titel FROM album"
    twice = Fix("both", (TextEdit(Span(7, 12), "title"), TextEdit(Span(8, 9), "i")), "unsafe")
    assert checked.kept(_context(text), "unknown-column", Span(7, 12), [twice]) == ()


def test_what_else_is_wrong_may_stay() -> None:
    text = "SELECT titel, relased_on FROM album"
    good = _change(text, "titel", "title")
    assert checked.kept(_context(text), "unknown-column", Span(7, 12), [good]) == (good,)


def test_of_equally_likely_fixes_none_is_preferred() -> None:
    text = "SELECT nothing FROM album"
    both = [_change(text, "nothing", "title"), _change(text, "nothing", "released_on")]
    kept = checked.kept(_context(text), "unknown-column", Span(7, 14), both)
    assert [fix.preferred for fix in kept] == [False, False]
    kept = checked.kept(_context(text), "unknown-column", Span(7, 14), both[:1])
    assert [fix.preferred for fix in kept] == [True]
