"""A grammar as a value. Rules never repeat without a bound and never begin with themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Exactly this."""

    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """One of these."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chars:
    """`least` to `most` of the characters in brackets, as regular expressions write them."""

    inside: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Ref:
    """Another rule."""

    name: str


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of them."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """This or nothing."""

    node: Node


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule's `node` with its texts, made once; `references` are the rules that it names."""

    node: Node
    gbnf: str
    lark: str
    references: tuple[str, ...]


Node: TypeAlias = Text | Names | Chars | Ref | Seq | Either | Maybe | Ready
Rules: TypeAlias = dict[str, Node]


def seq(*parts: Node | str | None) -> Node | None:
    """The parts in a row; None if one of them is: what can't be said can't be part of anything."""
    found: list[Node] = []
    for part in parts:
        if part is None:
            return None
        found.append(Text(part) if isinstance(part, str) else part)
    return found[0] if len(found) == 1 else Seq(tuple(found))


def either(*options: Node | str | None) -> Node | None:
    """One of the options that can be said; None if there is none."""
    found = tuple(Text(one) if isinstance(one, str) else one for one in options if one is not None)
    if not found:
        return None
    return found[0] if len(found) == 1 else Either(found)


def names(options: list[str] | tuple[str, ...]) -> Node | None:
    """One of these texts; None if there is none."""
    kept = tuple(dict.fromkeys(option for option in options if option))
    return Names(kept) if kept else None


def maybe(node: Node | None) -> Node:
    """`node` if it can be said, or nothing."""
    return Maybe(node) if node is not None else Text("")


def listed(item: Node | None, most: int, separator: str = ", ") -> Node | None:
    """One to `most` items."""
    if item is None:
        return None
    found = item
    for _ in range(most - 1):
        found = Seq((item, Maybe(Seq((Text(separator), found)))))
    return found
