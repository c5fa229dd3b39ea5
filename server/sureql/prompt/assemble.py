"""The texts of a prompt within its limits: whole statements and whole tables, what is stable first.

The statement at the cursor comes before all else. Of the rest each part has its share, and what one
leaves others may use. Room is dealt out in steps, so that the parts in front of the statement stay
letter for letter the same while somebody types in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sureql.ports.provider import Turn
from sureql.prompt import budget, rules, windows
from sureql.prompt.budget import Fitted
from sureql.prompt.gather import SCHEMA, Gathered
from sureql.prompt.model import Count, Limits, Part
from sureql.prompt.piece import Here, Piece

_STEP = 64
_MOST_OF_STATEMENT = 0.6  # Of all tokens; a longer statement is told from a later line on.
_MARGIN = 16  # Blank lines between the parts, and tokens that only joining makes.
_FILE = "file"
_AFTER = "after"


@dataclass(frozen=True, slots=True)
class Made:
    """`parts` in the order in which they stand in the prompt."""

    context: str
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""
    turns: tuple[Turn, ...] = ()


def continuation(here: Here, known: Gathered, told: str, limits: Limits, count: Count) -> Made:
    """For the text around the cursor."""
    window = here.window
    total = max(0, limits.tokens - budget.tokens(told, count) - _MARGIN)
    start, rest = _statement(here, total, limits, count)
    spent = _stepped(budget.tokens(start, count)) + budget.tokens(rest, count)
    after = () if window.cut else _file(window.after, farther_first=False)
    dealt = _dealt(here, known, after, total, spent, limits, count)
    file = "".join(text for _, text in dealt[_FILE].texts)
    below = "".join(text for _, text in dealt[_AFTER].texts)
    context, context_parts = _context(here, known, dealt, count)
    parts = (
        *_part("rules", told, count),
        *context_parts,
        *_part("document before", file, count),
        *_part("statement", start, count),
        *_part("statement after", rest, count),
        *_part("document after", below, count),
    )
    left_out = _left_out(known, dealt, start, here)
    return Made(context, parts, left_out, prefix=file + start, suffix=rest + below)


def conversation(
    here: Here, known: Gathered, told: str, turns: Sequence[Turn], limits: Limits, count: Count
) -> Made:
    """For a question in words or a statement that is to be corrected."""
    total = max(0, limits.tokens - budget.tokens(told, count) - _MARGIN)
    kept = _turns(turns, total * _MOST_OF_STATEMENT, count)
    spent = sum(budget.tokens(turn.text, count) for turn in kept)
    dealt = _dealt(here, known, (), total, spent, limits, count)
    file = "".join(text for _, text in dealt[_FILE].texts).strip()
    context, context_parts = _context(here, known, dealt, count)
    if file:
        file = f"-- The file so far:\n{file}"
    parts = [*_part("rules", told, count), *context_parts, *_part("document before", file, count)]
    for turn in kept:
        parts += _part(f"turn of the {turn.role}", turn.text, count)
    left_out = list(_left_out(known, dealt, None, here))
    if len(kept) < len(turns):
        left_out.append("earlier turns: no room")
    return Made(
        "\n\n".join(one for one in (context, file) if one),
        tuple(parts),
        tuple(left_out),
        turns=kept,
    )


def _statement(here: Here, total: int, limits: Limits, count: Count) -> tuple[str, str]:
    """The statement before and after the cursor; all of it unless it takes most of the room."""
    start, rest = here.window.start, here.window.rest
    most = int(total * _MOST_OF_STATEMENT)
    while budget.tokens(start, count) > most:
        if len(start) > windows.STEP:
            start = windows.shortened(start, min(len(start) - windows.STEP, 4 * most))
        else:
            start = start[-(len(start) // 2) :] if len(start) > 1 else ""
    most = max(int(total * limits.suffix), most - budget.tokens(start, count))
    while rest and budget.tokens(rest, count) > most:
        shorter = rest[: int(len(rest) * 0.8)]
        rest = shorter[: shorter.rfind("\n")] if "\n" in shorter else ""
    return start, rest


def _dealt(
    here: Here,
    known: Gathered,
    after: Sequence[Piece],
    total: int,
    spent: int,
    limits: Limits,
    count: Count,
) -> dict[str, Fitted]:
    """What fits of each part, by name: the schema, every other source, the file above and below."""
    before = _file(here.window.before, farther_first=True)
    others = [piece for name, pieces in known.pieces if name != SCHEMA for piece in pieces]
    groups: dict[str, Sequence[Piece]] = {
        SCHEMA: known.of(SCHEMA),
        _FILE: before,
        "others": others,
        _AFTER: after,
    }
    shares = {
        SCHEMA: int(limits.schema * total),
        _FILE: max(0, int(limits.prefix * total) - spent),
        "others": int(limits.snippets * total),
        _AFTER: int(limits.suffix * total) // 2,
    }
    needs = {name: budget.need(pieces, count) for name, pieces in groups.items()}
    room = max(0, total - spent)
    given: dict[str, int] = {}
    for name, share in shares.items():
        given[name] = min(needs[name], share, room)
        room -= given[name]
    for name in groups:
        more = min(room, needs[name] - given[name])
        given[name] += more
        room -= more
    fitted = {name: budget.fit(pieces, given[name], count) for name, pieces in groups.items()}
    fitted[_FILE] = _unbroken(fitted[_FILE], before)
    return fitted


def _unbroken(fitted: Fitted, pieces: Sequence[Piece]) -> Fitted:
    """Only the statements next to the cursor: a gap would look as if nothing stood there."""
    told = {piece.title for piece, _ in fitted.texts}
    kept = []
    for piece in reversed(pieces):
        if piece.title not in told:
            break
        kept.append((piece, piece.text))
    return Fitted(tuple(reversed(kept)), (), fitted.left_out, fitted.tokens)


def _file(statements: Sequence[str], *, farther_first: bool) -> list[Piece]:
    last = len(statements) - 1
    return [
        Piece(
            text,
            1 / (1 + (last - at if farther_first else at)),
            f"statement {last - at + 1 if farther_first else at + 1} "
            f"{'above' if farther_first else 'below'}",
        )
        for at, text in enumerate(statements)
    ]


def _context(
    here: Here, known: Gathered, dealt: dict[str, Fitted], count: Count
) -> tuple[str, list[Part]]:
    """The schema and what the other sources tell, as text that may stand above the file."""
    blocks: list[tuple[str, str]] = []
    schema = dealt[SCHEMA]
    lines = [text for _, text in schema.texts]
    if schema.mentions:
        lines.append(f"-- Also there: {', '.join(schema.mentions)}")
    if lines:
        blocks.append((SCHEMA, "\n".join([f"-- {rules.name(here.dialect)} schema", *lines])))
    told = {id(piece): text for piece, text in dealt["others"].texts}
    for name, pieces in known.pieces:
        if name == SCHEMA:
            continue
        # The best one stands nearest to the cursor.
        texts = [told[id(piece)].rstrip("\n") for piece in reversed(pieces) if id(piece) in told]
        if texts:
            blocks.append((name, "\n".join(texts)))
    parts = [part for name, text in blocks for part in _part(name, text, count)]
    return "\n\n".join(text for _, text in blocks), parts


def _turns(turns: Sequence[Turn], most: float, count: Count) -> tuple[Turn, ...]:
    """The newest turns that have room; the first of them is the user's. The newest always goes."""
    kept: list[Turn] = []
    room = most
    for turn in reversed(turns):
        room -= budget.tokens(turn.text, count)
        if kept and room < 0:
            break
        kept.insert(0, turn)
    while len(kept) > 1 and kept[0].role != "user":
        kept.pop(0)
    return tuple(kept)


def _part(source: str, text: str, count: Count) -> Iterator[Part]:
    if text:
        yield Part(source, text, budget.tokens(text, count))


def _left_out(
    known: Gathered, dealt: dict[str, Fitted], start: str | None, here: Here
) -> tuple[str, ...]:
    found = list(known.missing)
    for fitted in dealt.values():
        found += fitted.left_out
    if here.window.cut or (start is not None and start != here.window.start):
        found.append("a part of the statement: it is too long")
    return tuple(found)


def _stepped(tokens: int) -> int:
    return -(-tokens // _STEP) * _STEP
