"""Text of files as a terminal may show it."""

from __future__ import annotations


def plain(text: str) -> str:
    """`text` without what would move the cursor, colour the screen or begin a line."""
    return "".join(
        " " if one == "\t" else one if one.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )
