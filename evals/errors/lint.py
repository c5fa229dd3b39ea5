"""sqlfluff's own rule cases and known anti-patterns: is something said where it should be?"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evals.errors.tables import percent
from sureql.catalog import model as catalog
from sureql.ide.diagnostics import rulebook, runner
from sureql.ide.diagnostics.selection import Selection
from sureql.linters import tool
from sureql.ports.errors import LintError
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script

Case = dict[str, Any]
GROUPS = ("AM", "ST", "RF", "CV", "AL")
# Which of our rules speaks about what a rule of sqlfluff's does. Where none is named, we leave the
# matter to the linter.
OURS = {
    "AL05": ("unused-alias",),
    "AL08": ("duplicate-output-name",),
    "AM01": ("distinct-group-by",),
    "AM02": ("union-distinct",),
    "AM04": ("select-star",),
    "AM09": ("limit-without-order",),
    "CV04": ("count-style",),
    "CV05": ("equals-null",),
    "CV08": ("right-join",),
    "ST03": ("unused-cte",),
    "ST08": ("distinct-parentheses",),
    "ST10": ("self-comparison",),
}
# Which of our rules speaks about what squawk, postgres-language-server and sqlcheck find.
FAMILIES = {
    "add-serial-column": ("volatile-default",),
    "adding-field-with-default": ("volatile-default",),
    "adding-foreign-key-constraint": ("foreign-key-without-not-valid",),
    "adding-not-null-field": ("set-not-null",),
    "adding-primary-key-constraint": ("primary-key-without-index",),
    "adding-required-field": ("required-column",),
    "ban-alter-domain-with-add-constraint": ("domain-check",),
    "ban-char-field": ("char-column",),
    "ban-concurrent-index-creation-in-transaction": ("not-in-transaction",),
    "ban-delete-without-where": ("delete-without-where",),
    "ban-drop-column": ("drop-column",),
    "ban-drop-database": ("drop-schema",),
    "ban-drop-schema": ("drop-schema",),
    "ban-drop-table": ("drop-table",),
    "ban-truncate-cascade": ("truncate-cascade",),
    "ban-uncommitted-transaction": ("unfinished-transaction",),
    "ban-update-without-where": ("update-without-where",),
    "ban-vacuum-full": ("vacuum-full",),
    "changing-column-type": ("column-type-change",),
    "constraint-missing-not-valid": (
        "check-without-not-valid",
        "foreign-key-without-not-valid",
        "validate-in-same-transaction",
    ),
    "disallow-unique-constraint": ("unique-without-index",),
    "identifier-too-long": ("identifier-too-long",),
    "lock-timeout-warning": ("missing-lock-timeout",),
    "prefer-identity": ("serial-column",),
    "prefer-jsonb": ("json-column",),
    "prefer-repack": ("vacuum-full",),
    "prefer-text-field": ("varchar-limit",),
    "prefer-timestamptz": ("timestamp-without-zone",),
    "renaming-column": ("rename-column",),
    "renaming-table": ("rename-table",),
    "require-concurrent-detach-partition": ("detach-without-concurrently",),
    "require-concurrent-index-creation": ("index-without-concurrently",),
    "require-concurrent-index-deletion": ("drop-index-without-concurrently",),
    "require-concurrent-partition-detach": ("detach-without-concurrently",),
    "require-concurrent-refresh-matview": ("refresh-without-concurrently",),
    "require-concurrent-reindex": ("reindex-without-concurrently",),
    "require-separate-constraint-validation": ("validate-in-same-transaction",),
    "require-timeout-settings": ("missing-lock-timeout",),
    "select-star-test": ("select-star",),
    "transaction-nesting": ("nested-transaction",),
}


def tables(corpora: Path) -> list[str]:
    """The tables for the cases in the folder's `lint`."""
    folder = corpora / "lint"
    fluff = _read(folder / "sqlfluff_cases.jsonl")
    others = _read(folder / "migration_and_antipattern_cases.jsonl")
    return [_through_linter(fluff), _by_rules(fluff), _families(others)]


def _read(path: Path) -> list[Case]:
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [case for line in lines if not (case := json.loads(line)).get("skipped")]


def _text(case: Case) -> str:
    return str(case["fail"] if case["kind"] == "fail" else case["ok"])


def _through_linter(cases: list[Case]) -> str:
    """Every case with its own settings, as a workspace would have them."""
    rows = [
        "## sqlfluff's own cases through the lint adapter",
        "",
        "Its AM, ST, RF, CV and AL cases with their settings, by sqruff, which the extra `[lint]` "
        "installs. A case agrees if the rule speaks on *fail* and is silent on *pass*. *Unread*: "
        "sqruff cannot parse the text or does not know the dialect; those count as disagreeing.",
        "",
        "| rules | fail | agree % | pass | agree % | unread |",
        "|---|---|---|---|---|---|",
    ]
    counts: Counter[tuple[str, str, str]] = Counter()
    for case in cases:
        group = case["rule"][:2]
        if group not in GROUPS or case.get("templated"):
            continue
        counts[group, case["kind"], "all"] += 1
        said = _said(case)
        if said is None:
            counts[group, case["kind"], "unread"] += 1
        elif said == (case["kind"] == "fail"):
            counts[group, case["kind"], "agree"] += 1
    if not counts:
        return ""
    for group in (*GROUPS, "all"):
        cells = []
        for kind in ("fail", "pass"):
            whole, agree = (_sum(counts, group, kind, what) for what in ("all", "agree"))
            cells.append(f"{whole} | {percent(agree, whole)}")
        unread = sum(_sum(counts, group, kind, "unread") for kind in ("fail", "pass"))
        rows.append(f"| {group} | {' | '.join(cells)} | {unread} |")
    return "\n".join(rows)


def _sum(counts: Counter[tuple[str, str, str]], group: str, kind: str, what: str) -> int:
    groups = GROUPS if group == "all" else (group,)
    return sum(counts[name, kind, what] for name in groups)


def _said(case: Case) -> bool | None:
    """Whether the case's rule speaks, None if the tool can't read the text."""
    with tempfile.TemporaryDirectory(prefix="sureql-eval-") as name:
        root = Path(name)
        settings = [f"[sqlfluff]\ndialect = {case['dialect']}\nrules = {case['rule']}\n"]
        for section, values in (case.get("rule_config") or {}).items():
            if isinstance(values, dict):
                lines = "".join(f"{key} = {value}\n" for key, value in values.items())
                settings.append(f"[sqlfluff:rules:{section}]\n{lines}")
            else:
                settings.append(f"[sqlfluff:rules]\n{section} = {values}\n")
        (root / ".sqruff").write_text("\n".join(settings), encoding="utf-8")
        chosen = tool.chosen("sqruff", root, root / "case.sql", case["dialect"])
        if chosen is None:
            return None
        try:
            remarks = tool.remarks(chosen, _text(case))
        except LintError:
            return None
        if any(remark.code == tool.UNPARSABLE[0] for remark in remarks):
            return None
        return any(remark.code == case["rule"] for remark in remarks)


def _by_rules(cases: list[Case]) -> str:
    rows = [
        "## sqlfluff's own cases and our rules",
        "",
        "For information: cases without settings whose matter one of our rules is about, with no "
        "schema known. Ours are meant to be stricter about what is certainly wrong and to leave "
        "taste alone.",
        "",
        "| sqlfluff's | ours | fail: speaks | pass: silent |",
        "|---|---|---|---|",
    ]
    known = rulebook.all_rules()
    for rule, ours in sorted(OURS.items()):
        if not any(code in known for code in ours):
            continue
        chosen = [case for case in cases if case["rule"] == rule and not case["rule_config"]]
        rows.append(_row(rule, ours, chosen))
    return "\n".join(rows)


def _families(cases: list[Case]) -> str:
    rows = [
        "## Anti-patterns and migrations",
        "",
        "Cases of squawk, postgres-language-server and sqlcheck; the same families of both "
        "together. With no schema known.",
        "",
        "| family | ours | fail: speaks | pass: silent |",
        "|---|---|---|---|",
    ]
    known = rulebook.all_rules()
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(_family(case["rule"]), []).append(case)
    left = []
    for family, chosen in sorted(families.items()):
        ours = tuple(code for code in FAMILIES.get(family, ()) if code in known)
        if ours:
            rows.append(_row(family, ours, chosen))
        else:
            left.append(f"{family} ({len(chosen)})")
    return "\n".join([*rows, "", f"No rule of ours: {', '.join(left)}."])


def _family(rule: str) -> str:
    """The same name for a family in squawk's kebab case and in camel case."""
    name = rule.rsplit("/", 1)[-1]
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip(
        "-"
    )


def _row(label: str, ours: tuple[str, ...], cases: Iterable[Case]) -> str:
    counts: Counter[tuple[str, bool]] = Counter()
    for case in cases:
        counts[case["kind"], _speaks(case, ours) == (case["kind"] == "fail")] += 1
    cells = [
        f"{counts[kind, True]} of {counts[kind, True] + counts[kind, False]}"
        for kind in ("fail", "pass")
    ]
    return f"| {label} | {', '.join(ours)} | {' | '.join(cells)} |"


def _speaks(case: Case, ours: tuple[str, ...]) -> bool:
    dialect = dialects.get("" if case["dialect"] == "ansi" else case["dialect"])
    wanted = Selection(on=frozenset(ours), only=frozenset(ours))
    text = script.of(_text(case), dialect)
    snapshot = Snapshot("file:///case.sql", "/case.sql", 1, text, catalog.empty(dialect.name))
    return any(one.code in ours for one in runner.document(snapshot, wanted=wanted))
