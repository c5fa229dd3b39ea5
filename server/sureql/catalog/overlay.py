"""A mapping with changes on top of another one, which stays as it is (and may be lazy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Overlay(Mapping[str, V], Generic[V]):
    """`base` without `removed` and with `changed` on top. Stacked overlays share one base.

    Looking up, adding and removing cost nothing that grows with `base`: a file that changes one
    table of 10,000 does not copy or decode the others.
    """

    __slots__ = ("_base", "_changed", "_removed")

    def __init__(
        self, base: Mapping[str, V], changed: Mapping[str, V], removed: frozenset[str] = frozenset()
    ) -> None:
        self._base: Mapping[str, V] = base
        self._changed: Mapping[str, V] = changed
        self._removed = removed
        if isinstance(base, Overlay):
            self._base = base._base
            self._changed = {
                key: value for key, value in base._changed.items() if key not in removed
            } | dict(changed)
            self._removed = (base._removed | removed) - changed.keys()

    def __getitem__(self, key: str) -> V:
        if key in self._changed:
            return self._changed[key]
        if key in self._removed:
            raise KeyError(key)
        return self._base[key]

    def __contains__(self, key: object) -> bool:
        return key in self._changed or (key not in self._removed and key in self._base)

    def __iter__(self) -> Iterator[str]:
        for key in self._base:
            if key not in self._changed and key not in self._removed:
                yield key
        yield from self._changed

    def __len__(self) -> int:
        hidden = sum(key in self._base for key in self._removed | self._changed.keys())
        return len(self._base) - hidden + len(self._changed)

    @property
    def lazy(self) -> bool:
        """True if reading every value is expensive."""
        return bool(getattr(self._base, "lazy", False))

    def referencing(self, schema: str, name: str) -> Iterator[str]:
        """Keys of the relations that may have a foreign key to that one."""
        yield from (key for key in referencing(self._base, schema, name) if key in self)
        yield from (key for key in self._changed if key in self)


def referencing(relations: Mapping[str, V], schema: str, name: str) -> Iterator[str]:
    """Keys of the relations that may have a foreign key to `schema.name`: all, if nobody knows.

    A lazy mapping answers from its index of keys instead of decoding every relation.
    """
    ask = getattr(relations, "referencing", None)
    return iter(ask(schema, name)) if ask else iter(tuple(relations))
