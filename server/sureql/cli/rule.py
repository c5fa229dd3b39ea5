"""`sureql rule [CODE]`: what a code means, or the list of all codes."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from sureql.cli import CLEAN, UNUSABLE
from sureql.ide.diagnostics import pages
from sureql.ide.diagnostics.pages import Page
from sureql.semantics import similar


def run(options: argparse.Namespace) -> int:
    """Print one page, or a list of all."""
    if options.code is None:
        _list(options.format)
        return CLEAN
    page = pages.all_pages().get(options.code)
    if page is None:
        close = similar.names(options.code, tuple(pages.all_pages()))
        hint = f" Did you mean `{close[0]}`?" if close else " `sureql rule` lists all."
        sys.stderr.write(f"sureql: there is no code `{options.code}`.{hint}\n")
        return UNUSABLE
    text = pages.page(page.code) or ""
    if options.format == "json":
        _write_json({**_facts(page), "markdown": text})
    elif sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
    return CLEAN


def _list(form: str) -> None:
    found = pages.all_pages().values()
    if form == "json":
        _write_json([_facts(page) for page in found])
    elif sys.stdout.isatty():
        table = Table("code", "severity", "fix", "what", box=None, pad_edge=False)
        for page in found:
            table.add_row(f"[bold]{page.code}[/]", _severity(page), page.fix or "-", page.title)
        Console().print(table)
    else:
        for page in found:
            sys.stdout.write(f"{page.code}\t{_severity(page)}\t{page.fix or '-'}\t{page.title}\n")


def _severity(page: Page) -> str:
    return page.severity if page.default else f"{page.severity} (off)"


def _facts(page: Page) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "category": page.category,
        "severity": page.severity,
        "default": page.default,
        "dialects": list(page.dialects),
        "fix": page.fix,
    }


def _write_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
