"""The edits that give a thing another name in one statement, and whether all names mean what they
meant before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sureql.ide import references
from sureql.semantics.meaning import Meaning
from sureql.semantics.occurrences import Named
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_ENDS_ITEM = (
    "FROM", "INTO", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET",
    "FETCH", "FOR", "UNION", "EXCEPT", "INTERSECT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """What changes in one statement. Offsets are the statement's as it was.

    `replaced` are the places that get the new name. `appended` are names written behind select
    items that had theirs from what stands there: the offset, the name, and where it was named.
    """

    new: str
    replaced: tuple[Span, ...]
    appended: tuple[tuple[int, str, Span], ...]

    @property
    def edits(self) -> tuple[TextEdit, ...]:
        found = {span.end: TextEdit(span, self.new) for span in self.replaced}
        for offset, name, _ in self.appended:
            edit = found.get(offset) or TextEdit(Span(offset, offset), "")
            found[offset] = TextEdit(edit.span, f"{edit.new_text} AS {name}")
        return tuple(sorted(found.values()))

    def moved(self, span: Span) -> Span:
        """Where `span` stands afterwards; a place that gets its name behind it moves there."""
        return Span(self._moved(span.start, at_end=False), self._moved(span.end, at_end=True))

    def named_at(self, place: Span) -> Span:
        """Where what was named at `place` is named afterwards."""
        for offset, name, where in self.appended:
            if where == place:
                start = self._moved(offset, at_end=True) + len(" AS ")
                return Span(start, start + len(name))
        return self.moved(place)

    def _moved(self, offset: int, at_end: bool) -> int:
        grown = sum(len(self.new) - len(span) for span in self.replaced if span.end <= offset)
        for place, name, _ in self.appended:
            if place < offset or (place == offset and not at_end):
                grown += len(f" AS {name}")
        return offset + grown


def of(
    text: str,
    named: Named,
    meanings: tuple[Meaning, ...],
    name: str,
    new: str,
    dialect: Dialect,
) -> Changed:
    """The changes that rename what is known as `meanings`, called `name` so far, in the statement `text`."""
    replaced: dict[Span, None] = {}
    for one in named.occurrences:
        if references.same(one, meanings) and not one.implicit:
            replaced[one.span] = None
    appended = []
    for one in named.occurrences:
        if not one.implicit:
            continue
        if references.same(one, meanings):
            appended.append((_item_end(text, one.span, dialect), new, one.span))
        elif one.used and one.span in replaced and _key(one.name, dialect) == _key(name, dialect):
            # Others know this column by the name that goes away.
            kept = one.span.of(text)
            appended.append((_item_end(text, one.span, dialect), kept, one.span))
    return Changed(new, tuple(replaced), tuple(appended))


def difference(
    before: Named, after: Named, changed: Changed, renamed: Mapping[tuple[str, ...], str]
) -> Span | None:
    """The first place, in the new text, that does not mean what it meant; None if all do.

    `renamed` gives the new keys of tables and columns of the schema by their old paths.
    """
    expected = {
        (
            changed.named_at(one.span) if one.implicit else changed.moved(one.span),
            _renamed(one.meaning, changed, renamed),
            one.defines,
        )
        for one in before.occurrences
    }
    found = {(one.span, one.meaning, one.defines) for one in after.occurrences}
    return min((span for span, _, _ in expected ^ found), default=None)


def same_joins(
    before: Named, after: Named, changed: Changed, renamed: Mapping[tuple[str, ...], str]
) -> bool:
    """True if NATURAL and USING still join by the same columns; arguments as for `difference`."""
    expected = {
        frozenset(_renamed(one, changed, renamed) for one in joined) for joined in before.joined
    }
    return expected == set(map(frozenset, after.joined))


def _renamed(meaning: Meaning, changed: Changed, renamed: Mapping[tuple[str, ...], str]) -> Meaning:
    if meaning.place is not None:
        return Meaning(meaning.kind, changed.named_at(meaning.place))
    path = list(meaning.path)
    for length in range(1, len(path) + 1):
        new = renamed.get(meaning.path[:length])
        if new is not None:
            path[length - 1] = new
    return Meaning(meaning.kind, None, tuple(path))


def _key(name: str, dialect: Dialect) -> str:
    return name if dialect.case_sensitive else name.lower()


def _item_end(text: str, span: Span, dialect: Dialect) -> int:
    """Where the select item that holds `span` ends."""
    depth, end = 0, span.end
    for token in lexer.code(text, dialect):
        if token.start < span.start:
            continue
        depth += _opens(token)
        inside = token.end <= span.end or depth > 0
        if not inside and (depth < 0 or token.text in (",", ";") or token.is_word(*_ENDS_ITEM)):
            break
        end = max(end, token.end)
    return end


def _opens(token: Token) -> int:
    if token.text in ("(", "[", "{"):
        return 1
    return -1 if token.text in (")", "]", "}") else 0
