"""What a keystroke waits for: every diagnostic, no fixes."""

from __future__ import annotations

import time
from dataclasses import replace

from support import cases, schemas
from support.fixture import Case
from sureql.ide.diagnostics import runner
from sureql.lsp.findings import Findings
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script


def _snapshot(text: str, dialect: str, schema: str) -> Snapshot:
    found = script.of(text, dialects.get(dialect))
    return Snapshot("file:///b.sql", "/b.sql", 1, found, schemas.catalog(schema, dialect))


@cases.parametrize("diagnostics")
def test_the_same_is_found_without_fixes(case: Case) -> None:
    seen = _snapshot(case.source.text, case.dialect, case.options["schema"])
    for part in seen.script.statements:
        bare = runner.bare(seen, part)
        full = runner.unfiltered(seen, part)
        assert bare == tuple(replace(one, fixes=()) for one in full)


def test_many_problems_with_fixes_cost_little() -> None:
    conditions = " OR ".join(["name = NULL"] * 100)
    seen = _snapshot(f"SELECT 1 FROM artist WHERE {conditions};", "postgres", "music")
    begun = time.process_time()
    assert len(runner.bare(seen, seen.script.statements[0])) >= 100
    # Checking their fixes takes more than a second.
    assert time.process_time() - begun < 0.6


def test_known_fixes_stay_until_something_else_is_found() -> None:
    seen = _snapshot("SELECT 1 FROM artist WHERE name = NULL;", "postgres", "music")
    [part] = seen.script.statements
    findings, key = Findings(), (part.text, 0)
    bare, full = runner.bare(seen, part), runner.unfiltered(seen, part)
    findings.checked_bare(key, bare)
    assert findings.known(key) == bare
    assert not findings.mended(key)
    findings.checked(key, full)
    findings.checked_bare(key, bare)
    assert findings.known(key) == full != bare
    assert findings.mended(key)
    findings.checked_bare(key, ())
    assert findings.known(key) == ()
    assert findings.mended(key)
