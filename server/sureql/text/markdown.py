"""Markdown with texts of others in it: names, comments and descriptions of a schema."""

from __future__ import annotations

import re

# What makes a link or an image of brackets, and an address in angle brackets.
_LINK = re.compile(
    r"\](?=[(\[:])|<(?=(?:https?|file|command|vscode|data|javascript|mailto):)", re.I
)


def without_links(text: str) -> str:
    """`text` without links and images: an image is fetched as soon as it is shown, and whoever wrote a
    comment must not reach the user's clicks."""
    return _LINK.sub(lambda found: f"{found[0]} ", text)
