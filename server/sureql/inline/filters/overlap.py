"""Cuts the end of a proposal that already stands after the cursor."""

from __future__ import annotations

from sureql.inline.filters.around import Around


def apply(insert: str, around: Around) -> str | None:
    """`total FROM orders` before ` FROM orders` becomes `total`; whole words only."""
    after = around.after.lstrip()
    if not after:
        return insert
    low, rest = insert.rstrip().lower(), after.lower()
    for length in range(min(len(low), len(rest)), 0, -1):
        if low.endswith(rest[:length]) and _is_whole(low, rest, length):
            kept = insert.rstrip()[: len(low) - length].rstrip()
            if kept.count("(") > kept.count(")"):
                # The closing mark belongs to the proposal, not to what follows.
                return insert
            return kept if len(kept) > len(around.typed) else None
    return insert


def _is_whole(insert: str, rest: str, length: int) -> bool:
    # Neither the overlap's start nor its end may lie inside a word.
    start = len(insert) - length
    splits_insert = start > 0 and _word(insert[start - 1]) and _word(insert[start])
    splits_rest = length < len(rest) and _word(rest[length - 1]) and _word(rest[length])
    return not splits_insert and not splits_rest


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"
