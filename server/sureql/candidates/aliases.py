"""Makes up table aliases as the user would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sureql.candidates import match
from sureql.candidates.model import Place, Style
from sureql.syntax import dialects
from sureql.syntax.cursor import Frame


def propose(place: Place, name: str) -> str:
    """An alias for the relation `name` that is free at `place`; '' if the user takes none."""
    return make(name, place.style, taken(place), place.dialect)


def taken(place: Place) -> set[str]:
    """The source names that are in use at `place`, in lower case."""
    found = {source.name.lower() for source in (*place.visible.sources, *place.visible.outer)}
    frame: Frame | None = place.context.frame
    while frame is not None:
        for source in frame.sources:
            word = source.alias or (source.name.parts[-1] if source.name else "")
            if source.alias_span is None or source.alias_span.start != place.context.word.start:
                found.add(word.lower())
        frame = frame.parent
    return found


def make(name: str, style: Style, used: Iterable[str], dialect: dialects.Dialect) -> str:
    """An alias in `style` that is neither in `used` nor a reserved word."""
    if style.alias == "none":
        return ""
    known = set(used)
    for option in _options(name, style):
        if option.lower() not in known and dialect.write(option) == option:
            return option
    return ""


def _options(name: str, style: Style) -> Iterator[str]:
    parts = [word for word in match.words(name) if word[0].isalpha()] or ["t"]
    if style.alias == "numbered":
        for number in range(1, 50):
            yield f"{style.alias_stem}{number}"
    if style.alias == "name":
        yield name.lower()
    if style.alias == "short":
        yield parts[0][: style.alias_length]
        yield parts[0][: style.alias_length + 1]
    if style.alias == "initial":
        yield parts[0][0]
    initials = "".join(word[0] for word in parts)
    yield initials
    yield parts[0][:2]
    yield parts[0][:3]
    for number in range(2, 50):
        yield f"{initials}{number}"
