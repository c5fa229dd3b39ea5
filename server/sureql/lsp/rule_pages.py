"""Where the page of a code is, for editors that link it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sureql

_PACKAGE = Path(sureql.__file__).parent
_FOLDERS = (_PACKAGE / "rule_pages", _PACKAGE.parents[1] / "docs" / "rules")
"""In an installed package, and in the source tree."""


@cache
def uri(code: str) -> str | None:
    """The URI of the page about `code`, None if there is none."""
    files = (folder / f"{code}.md" for folder in _FOLDERS)
    return next((file.as_uri() for file in files if file.is_file()), None)
