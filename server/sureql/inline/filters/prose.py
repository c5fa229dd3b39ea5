"""Drops an answer that is a sentence about SQL, not SQL."""

from __future__ import annotations

import re

from sureql.inline.filters.around import Around
from sureql.syntax.vocabulary import words

_SENTENCE = re.compile(
    r"\A\s*(?:--\s*)?(?:i(?:'m| am|'ll| will| can| cannot| can't| don't| would)\b|as an ai|sorry\b|unfortunately\b|"
    r"there (?:is|are|seems)\b|the (?:query|statement|code|sql|cursor|table|user|schema|column|above|given|provided)\b|"
    r"you (?:can|need|should|could|may|want)\b|this (?:query|statement|code|sql|is|will|should|returns)\b|"
    r"it (?:is|looks|seems|appears)\b|to (?:complete|get|find|do|select|join)\b|please\b|note(?: that)?\b|"
    r"no (?:completion|output|answer|further|additional|suggestions?|text)\b|nothing\b|n/a\b|none\.|"
    r"\(?(?:empty|blank|no completion|nothing)[^)]*\)\Z|let(?:'s| me| us)\b|we (?:can|need|should|want|have)\b|"
    r"based on\b|given (?:the|that|your)\b|in (?:this|order to|sql)\b|first,|if you\b|"
    r"ich\b|hier ist\b|voici\b|aqu[i\u00ed] (?:est|tiene)|\u4ee5\u4e0b|\u8fd9\u662f|\u5bf9\u4e0d\u8d77|\u62b1\u6b49)",
    re.I,
)
# Those that SQL has too, such as `is` and `not`, say nothing.
_PROSE_WORDS = words(
    "an the are was were be been this that these those it its of which you your we our can could "
    "should would will may might there here have has because how what"
)
_SQL_MARKS = re.compile(r"[=(),;*<>.\"'_]|\b[A-Z]{2,}\b")
MOST_PLAIN = 6
SHARE = 0.25


def apply(insert: str, around: Around) -> str | None:
    """A sentence's usual beginnings, and many words of prose with no mark of SQL."""
    if not around.raw:
        return insert
    if _SENTENCE.match(insert):
        return None
    # A line of prose behind the answer is left off.
    lines = insert.split("\n")
    for number, line in enumerate(lines):
        if number and (_SENTENCE.match(line) or _reads_as_prose(line)):
            lines = lines[:number]
            break
    text = "\n".join(lines)
    return None if _reads_as_prose(text) or not text.strip() else text


def _reads_as_prose(text: str) -> bool:
    said = [word.strip(".,:;!?'\"()") for word in text.lower().split()]
    if len(said) < MOST_PLAIN:
        return False
    share = sum(word in _PROSE_WORDS for word in said) / len(said)
    ends = text.rstrip()[-1:] in ".!?:"
    marks = len(_SQL_MARKS.findall(text.rstrip(".!?:")))
    return share >= SHARE or (ends and marks * 6 < len(said))
