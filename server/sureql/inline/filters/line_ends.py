"""Line ends are brought into one form; the editor writes its own."""

from __future__ import annotations

from sureql.inline.filters.around import Around


def apply(insert: str, around: Around) -> str | None:
    """`\\r\\n` and a lone `\\r` become `\\n`. What belongs in no text at all goes; at a character that
    came only half, the text ends."""
    insert = insert.partition("\ufffd")[0]
    if insert.isprintable():
        return insert
    text = insert.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or one >= " ").replace("\ufeff", "")
