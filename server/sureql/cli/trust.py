"""`sureql trust`: which folders' own settings may name endpoints and connections."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sureql import settings
from sureql.cli import CLEAN, UNUSABLE
from sureql.settings import trust


def run(options: argparse.Namespace) -> int:
    """Add to the list, take from it, or show it."""
    file = trust.file_beside(settings.user_file(os.environ))
    if options.list:
        sys.stdout.writelines(f"{folder}\n" for folder in trust.folders(file))
        return CLEAN
    folder = Path(options.folder)
    if options.remove:
        return _remove(folder, file)
    real = trust.add(folder, file)
    sys.stdout.write(
        f"Trusted: {real}\n"
        "Its sureql.toml may now name models, servers and budgets. "
        "Editors see this when they start, or when that file is saved.\n"
    )
    return CLEAN


def _remove(folder: Path, file: Path) -> int:
    gone = trust.remove(folder, file)
    above = trust.trusting(folder, file)
    if gone is not None:
        sys.stdout.write(f"Not trusted any more: {gone}\n")
    if above is not None:
        sys.stderr.write(f"sureql: {folder} is still trusted, because {above} is.\n")
        return UNUSABLE
    if gone is None:
        sys.stderr.write(f"sureql: {folder} was not trusted.\n")
        return UNUSABLE
    return CLEAN
