"""A small matcher for grammars written as text, for statements that are mostly fixed phrases.

In a grammar `WORD ( ) , =` stand for themselves, `[x]` is optional, `{a | b}` a choice, `x*` any
number, `x,,` a list with commas, `<kind>` something that the reader of the tokens recognises,
`$name` another grammar, and `@some_clause` says in which clause the states up to the group's end are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PIECES = re.compile(r"\$\w+|@\w+|<[\w ]+>|,,|[\[\]{}|*(),=]|[^\s\[\]{}|*(),=<>$@]+")


@dataclass(slots=True)
class State:
    """A place in a grammar: what may come next, in the order it was written."""

    clause: str
    edges: list[tuple[str, int]] = field(default_factory=list)
    jumps: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Automaton:
    """A compiled grammar. State 0 is its start."""

    states: list[State]
    closures: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def closure(self, state: int) -> tuple[int, ...]:
        """The states that are reached from `state` without a token, in the order written."""
        found = self.closures.get(state)
        if found is None:
            seen: dict[int, None] = {}
            self._reach(state, seen)
            found = self.closures[state] = tuple(seen)
        return found

    def _reach(self, state: int, seen: dict[int, None]) -> None:
        if state in seen:
            return
        seen[state] = None
        for jump in self.states[state].jumps:
            self._reach(jump, seen)

    def phrase(self, edge: tuple[str, int]) -> str:
        """The words that must follow each other, beginning with a word's `edge`."""
        words = [edge[0]]
        target = edge[1]
        while True:
            following = [one for state in self.closure(target) for one in self.states[state].edges]
            leads_on = len(following) == 1 and following[0][0][:1].isalpha()
            if not leads_on or self._may_end(target):
                return " ".join(words)
            words.append(following[0][0])
            target = following[0][1]

    def _may_end(self, state: int) -> bool:
        return len(self.states) - 1 in self.closure(state)


def compiled(grammar: str, parts: dict[str, str], clause: str) -> Automaton:
    """The automaton of `grammar`, whose `$name` stand in `parts`."""
    builder = _Builder(parts, [State(clause)])
    last = builder.sequence(_split(grammar, parts), 0, clause)
    builder.states.append(State(clause))
    builder.states[last].jumps.append(len(builder.states) - 1)
    return Automaton(builder.states)


def _split(grammar: str, parts: dict[str, str]) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECES.findall(grammar):
        if piece[0] == "$":
            pieces += ["{", *_split(parts[piece[1:]], parts), "}"]
        else:
            pieces.append(piece)
    return pieces


@dataclass(slots=True)
class _Builder:
    parts: dict[str, str]
    states: list[State]

    def state(self, clause: str) -> int:
        self.states.append(State(clause))
        return len(self.states) - 1

    def sequence(self, pieces: list[str], start: int, clause: str) -> int:
        """Add the choices of `pieces` after the state `start`; returns the state after them."""
        ends: list[int] = []
        for choice in _choices(pieces):
            here, inside = start, clause
            if len(ends) or len(_choices(pieces)) > 1:
                here = self.state(clause)
                self.states[start].jumps.append(here)
            position = 0
            while position < len(choice):
                piece = choice[position]
                if piece[0] == "@":
                    inside = piece[1:].replace("_", " ")
                    fresh = self.state(inside)
                    self.states[here].jumps.append(fresh)
                    here, position = fresh, position + 1
                    continue
                item, position = _item(choice, position)
                mark = choice[position] if position < len(choice) else ""
                here = self.repeated(item, here, inside, mark)
                position += mark in ("*", ",,")
            ends.append(here)
        if len(ends) == 1:
            return ends[0]
        last = self.state(clause)
        for end in ends:
            self.states[end].jumps.append(last)
        return last

    def repeated(self, item: list[str], start: int, clause: str, mark: str) -> int:
        if mark not in ("*", ",,"):
            return self.item(item, start, clause)
        again = self.state(clause)
        self.states[start].jumps.append(again)
        end = self.item(item, again, clause)
        if mark == "*":
            self.states[end].jumps.append(again)
            last = self.state(clause)
            self.states[again].jumps.append(last)
            return last
        self.states[end].edges.append((",", again))
        return end

    def item(self, item: list[str], start: int, clause: str) -> int:
        if item[0] in ("[", "{"):
            end = self.sequence(item[1:-1], start, clause)
            if item[0] == "[":
                last = self.state(clause)
                self.states[end].jumps.append(last)
                self.states[start].jumps.append(last)
                return last
            return end
        end = self.state(clause)
        self.states[start].edges.append((item[0], end))
        return end


def _item(pieces: list[str], position: int) -> tuple[list[str], int]:
    """The piece or bracketed group at `position`, and the position after it."""
    depth = 0
    for index in range(position, len(pieces)):
        depth += (pieces[index] in ("[", "{")) - (pieces[index] in ("]", "}"))
        if depth == 0:
            return pieces[position : index + 1], index + 1
    return pieces[position:], len(pieces)


def _choices(pieces: list[str]) -> list[list[str]]:
    """`pieces` split at the bars that stand outside groups."""
    found: list[list[str]] = [[]]
    depth = 0
    for piece in pieces:
        depth += (piece in ("[", "{")) - (piece in ("]", "}"))
        if piece == "|" and depth == 0:
            found.append([])
        else:
            found[-1].append(piece)
    return found
