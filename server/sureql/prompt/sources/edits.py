"""What was changed lately in this and other documents: it says what somebody is at."""

from __future__ import annotations

import re

from sureql.prompt.model import Edit, Place
from sureql.prompt.piece import Here, Piece
from sureql.prompt.plain import line

DEADLINE = 0.05

ALIKE = 0.5
"""Share of an edit's words that stand around the cursor anyway, above which it tells nothing."""
_NEAR = 1_500
_MOST_LINES = 8
_WORD = re.compile(r"\w+")


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """The newest edits as comment lines: `- ` what stood there, `+ ` what stands there now."""
    text = place.snapshot.text
    near = text[max(0, place.offset - _NEAR) : place.offset + _NEAR]
    pieces: list[Piece] = []
    for age, edit in enumerate(reversed(place.edits)):
        shown = _shown(edit)
        if shown and not _stands(edit, near) and not here.hides(shown):
            pieces.append(Piece(shown, 0.6 / (1 + 0.3 * age), f"edit of {_name(edit)}"))
    return tuple(pieces)


def _shown(edit: Edit) -> str:
    before = _lines(edit, edit.removed)
    after = _lines(edit, edit.added)
    if len(before) + len(after) > 2 * _MOST_LINES:
        return ""
    told = [f"-- - {one}" for one in before if one not in after]
    told += [f"-- + {one}" for one in after if one not in before]
    if not told:
        return ""
    *above, _ = edit.above.split("\n")
    context = [f"--   {shown}" for one in above[-1:] if (shown := line(one))]
    return "\n".join([f"-- Changed in {_name(edit)}:", *context, *told]) + "\n"


def _lines(edit: Edit, middle: str) -> list[str]:
    """Whole lines: an edit begins and ends somewhere in one."""
    start, end = edit.above.rpartition("\n")[2], edit.below.partition("\n")[0]
    return [shown for one in f"{start}{middle}{end}".split("\n") if (shown := line(one))]


def _name(edit: Edit) -> str:
    return line(edit.path.replace("\\", "/").rpartition("/")[2], 60) or "this session"


def _stands(edit: Edit, near: str) -> bool:
    """True if the text around the cursor says already what the edit says."""
    words = set(_WORD.findall(edit.added)) - set(_WORD.findall(edit.removed))
    if edit.removed and not words:
        return False  # What was taken away stands nowhere.
    return len(words.intersection(_WORD.findall(near))) > ALIKE * len(words)
