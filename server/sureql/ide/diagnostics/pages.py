"""The page of each code: what it finds, why that is wrong, an example and what to use instead.

A rule's page is its module's docstring; the codes of errors have a file in `errors`, with the same
sections.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sureql.ide.diagnostics import rulebook, rules
from sureql.ide.diagnostics.rule import Rule

SECTIONS = ("What", "Why", "Example", "Use instead")
CATEGORIES = {
    "errors": "Errors",
    "correctness": "Correctness",
    "safety": "Safety",
    "performance": "Performance",
    "style": "Style",
}
_DIALECTS = {
    "postgres": "PostgreSQL",
    "sqlite": "SQLite",
    "duckdb": "DuckDB",
    "mysql": "MySQL",
    "tsql": "SQL Server",
    "bigquery": "BigQuery",
    "snowflake": "Snowflake",
    "oracle": "Oracle",
}
_FIXES = {
    "": "none",
    "safe": "safe: also applied by fix all and on save",
    "unsafe": "offered, and applied only when you choose it",
}


@dataclass(frozen=True, slots=True)
class Page:
    """`title` is a sentence. `sections` are texts by name; `Example` and `Use instead` are SQL.

    `dialects` are the engines it speaks about, () for all. `default` is False for a rule that is
    off unless it is switched on. `fix`: safe, unsafe or ''.
    """

    code: str
    title: str
    category: str
    severity: str
    default: bool
    dialects: tuple[str, ...]
    fix: str
    sections: Mapping[str, str]


@cache
def all_pages() -> Mapping[str, Page]:
    """Every page by its code: errors first, then rules by category."""
    found = {code: _of_error(code, text) for code, text in sorted(_error_texts().items())}
    for category in CATEGORIES:
        for code, rule in rulebook.all_rules().items():
            if rule.category == category:
                found[code] = _of_rule(code, rule)
    return found


def page(code: str) -> str | None:
    """The page of a code as Markdown, None if there is no such code."""
    found = all_pages().get(code)
    return _markdown(found) if found is not None else None


def index() -> str:
    """The list of all codes as Markdown: `docs/rules/README.md`."""
    lines = [
        "# Errors and rules",
        "",
        "What sureql reports, by code. `sureql rule CODE` prints a page. A finding is silenced by",
        "`-- sureql: ignore[CODE]` on its line or above; `diagnostics.on` and `diagnostics.off` in",
        "`sureql.toml` switch codes on and off.",
    ]
    for category, title in CATEGORIES.items():
        pages = [one for one in all_pages().values() if one.category == category]
        if not pages:
            continue
        lines += ["", f"## {title}", "", "| code | severity | fix | what |", "|---|---|---|---|"]
        for one in pages:
            severity = one.severity if one.default else f"{one.severity}, off by default"
            # A bar would end the cell.
            what = one.title.replace("|", "\\|")
            lines.append(
                f"| [{one.code}]({one.code}.md) | {severity} | {one.fix or '-'} | {what} |"
            )
    return "\n".join(lines) + "\n"


def _of_rule(code: str, rule: Rule) -> Page:
    module = importlib.import_module(f"{rules.__name__}.{code.replace('-', '_')}")
    title, sections = parsed(module.__doc__ or "")
    return Page(
        code, title, rule.category, rule.severity, rule.default, rule.dialects, rule.fix, sections
    )


def parsed(docstring: str) -> tuple[str, Mapping[str, str]]:
    """A rule's docstring as its title and its sections."""
    title, _, rest = docstring.strip().partition("\n")
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in rest.split("\n"):
        if line.rstrip(":") in SECTIONS and line.endswith(":"):
            lines = found.setdefault(line.rstrip(":"), [])
        else:
            lines.append(line)
    texts = {name: textwrap.dedent("\n".join(text)).strip() for name, text in found.items()}
    return title.strip(), texts


def _error_texts() -> Mapping[str, str]:
    folder = resources.files("sureql.ide.diagnostics") / "errors"
    return {
        path.name.removesuffix(".md"): path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.name.endswith(".md")
    }


def _of_error(code: str, text: str) -> Page:
    """An error's file: a title, a line `severity, fix, dialects…`, and the sections."""
    head, *parts = text.split("\n## ")
    title, facts = (line for line in head.split("\n") if line.strip())
    severity, fix, *dialects = (part.strip() for part in facts.split(","))
    sections = {}
    for part in parts:
        name, _, body = part.partition("\n")
        body = body.strip().removeprefix("```sql").removesuffix("```")
        sections[name.strip()] = body.strip()
    fix = "" if fix == "none" else fix
    title = title.removeprefix("# ")
    return Page(code, title, "errors", severity, True, tuple(dialects), fix, sections)


def _markdown(found: Page) -> str:
    engines = ", ".join(_DIALECTS.get(name, name) for name in found.dialects) or "all engines"
    default = "on" if found.default else "off unless you switch it on"
    lines = [
        f"# {found.code}",
        "",
        found.title,
        "",
        f"{CATEGORIES[found.category]} · {found.severity} · {default} · {engines}",
        "",
        f"Fix: {_FIXES[found.fix]}.",
    ]
    for name in SECTIONS:
        text = found.sections.get(name)
        if text is None:
            continue
        is_sql = name in ("Example", "Use instead")
        lines += ["", f"## {name}", "", *(["```sql", text, "```"] if is_sql else [text])]
    return "\n".join(lines) + "\n"
