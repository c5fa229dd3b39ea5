"""Cuts an answer at the words with which models mark cursors, files and ends."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around

_WORDS = re.compile(
    r"<\|[\w \-/]{0,40}\|>|<\uff5c[^\uff5c\n]{0,40}\uff5c>|</?s>|<(?:PRE|SUF|MID|EOT|END|EOM|CURSOR|FILL_ME|fim_\w+|"
    r"file_sep|filename|gh_stars|reponame|repo_name|endoftext|im_start|im_end|code_\w+|/?COMPLETION|/?sql|/?query"
    r"|/?answer|/?output|/?code)>"
    r"|\[(?:PREFIX|SUFFIX|MIDDLE|INST|/INST|CURSOR|END|EOT|MASK|BLANK)\]|\u2581<(?:PRE|SUF|MID|EOT)>|<\|>|\u2588"
    r"|\b(?:YOUR_CODE_HERE|CURSOR_HERE|FILL_HERE|TODO_FILL)\b|\bEND OF (?:SQL|CODE|FILE)\b",
    re.I,
)


def apply(insert: str, around: Around) -> str | None:
    """What stands before the first such word; what follows one that stands in front."""
    if not around.raw:
        return insert
    text = insert
    while found := _WORDS.match(text.lstrip()):
        text = text.lstrip()[found.end() :]
    if found := _WORDS.search(text):
        text = text[: found.start()]
    return text if text.strip() else None
