"""Takes away what a model repeats of the text before the cursor."""

from __future__ import annotations

from sureql.inline.filters.around import Around

FEWEST = 3
LONGEST = 400


def apply(insert: str, around: Around) -> str | None:
    """The end of the text before the cursor at the front of the answer; blanks and case aside.

    At least three characters from a word's beginning on; what is shorter is the work of `join`.
    """
    if not around.raw:
        return insert
    before = (around.before + around.typed)[-LONGEST:]
    answer = insert.lstrip()
    length = _repeated(answer, _plain(before))
    if not length:
        return insert
    rest = answer[length:]
    if before[-1:].isspace():
        rest = rest.lstrip(" \t")
    return rest if rest.strip() else None


def _repeated(answer: str, ending: str) -> int:
    # How many characters at the front of `answer` repeat `ending`'s end, most first.
    longest = 0
    for end in range(FEWEST, min(len(answer), 2 * LONGEST) + 1):
        said = _plain(answer[:end])
        if len(said) > len(ending):
            break
        if answer[end - 1].isspace() or len(said) < FEWEST:
            continue
        if ending.endswith(said) and not _inside_word(ending, len(ending) - len(said)):
            longest = end
    return longest


def _inside_word(text: str, at: int) -> bool:
    return at > 0 and _of_word(text[at - 1]) and _of_word(text[at])


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
