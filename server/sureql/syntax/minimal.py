"""The smallest edits that make one statement of another, token by token.

Whoever proposes a whole statement has a layout of his own. What he did not change stays as the user wrote
it: blanks, line breaks, comments, the case of words.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span


def edits(old: str, new: str, dialect: Dialect) -> tuple[TextEdit, ...]:
    """Edits of `old` after which it says what `new` says; () if it does already."""
    before, after = lexer.code(old, dialect), lexer.code(new, dialect)
    same = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    found = tuple(
        _edit(old, new, before, after, (i1, i2), (j1, j2))
        for tag, i1, i2, j1, j2 in same.get_opcodes()
        if tag != "equal"
    )
    made = lexer.code(apply_edits(old, found), dialect)
    if _keys(made) == _keys(after):
        return found
    # Two tokens that grew together, or a change that took a comment's end with it.
    return (TextEdit(Span(0, len(old)), new),)


def _keys(tokens: tuple[Token, ...]) -> list[str]:
    return [token.upper if token.kind is Kind.WORD else token.text for token in tokens]


def _edit(
    old: str,
    new: str,
    before: tuple[Token, ...],
    after: tuple[Token, ...],
    gone: tuple[int, int],
    come: tuple[int, int],
) -> TextEdit:
    (i1, i2), (j1, j2) = gone, come
    written = new[after[j1].start : after[j2 - 1].end] if j2 > j1 else ""
    if i2 > i1 and written:
        return TextEdit(Span(before[i1].start, before[i2 - 1].end), written)
    if not written:
        return TextEdit(_with_blanks(old, before, i1, i2), "")
    if i1:
        place = before[i1 - 1].end
        gap = new[after[j1 - 1].end : after[j1].start] if j1 else " "
        tight = i1 < len(before) and before[i1].start == place and before[i1].text not in ",;).("
        return TextEdit(Span(place, place), gap + written + (" " if tight else ""))
    place = before[0].start if before else len(old)
    return TextEdit(Span(place, place), f"{written} ")


def _with_blanks(old: str, before: tuple[Token, ...], i1: int, i2: int) -> Span:
    """The tokens with the blanks before them: those behind belong to what follows."""
    start, end = before[i1].start, before[i2 - 1].end
    if i1 == 0:
        behind = len(old[end:]) - len(old[end:].lstrip())
        return Span(start, end + behind)
    blanks = len(old[:start]) - len(old[:start].rstrip())
    # A comment may stand between, and what follows must not grow into it.
    first = start - blanks if before[i1 - 1].end == start - blanks else start
    glued = i2 < len(before) and before[i2].start == end and before[i2].text not in ",;).("
    return Span(start if glued else first, end)
