"""Names that stand for a relation which a template names, as long as the template is.

The parser has to see a name where the user wrote `{{ ref('orders') }}`. This name begins with a letter
that nobody writes and tells the relation, so that whatever looks a relation up by its name finds it.
"""

from __future__ import annotations

from collections.abc import Sequence

NOTHING = "\f"
"""The blank in place of a template that is known to bring no name with it."""

_MARK = "\u01c3"  # A letter to every tokenizer, without upper and lower case.


def of(parts: Sequence[str], length: int = 0) -> str:
    """The stand-in of `length`, 0 for the shortest, for a relation's name, '' if the name cannot be told so.

    `parts` is `(name,)` of a project's own relation or `(source, name)`.
    """
    name = _MARK + _MARK.join(parts)
    fits = len(name) <= (length or len(name)) and all(_plain(part) for part in parts)
    return name.ljust(length, _MARK) if fits else ""


def parts(name: str) -> tuple[str, ...]:
    """The name that a stand-in tells, () of any other name."""
    return tuple(name.strip(_MARK).split(_MARK)) if name.startswith(_MARK) else ()


def within(text: str) -> bool:
    """True if a stand-in is a part of `text`, which no user should see then."""
    return _MARK in text


def _plain(part: str) -> bool:
    return part != "" and _MARK not in part and part.replace("_", "a").isalnum()
