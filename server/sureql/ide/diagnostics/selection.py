"""Which codes a file's diagnostics are limited to."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Selection:
    """`only` limits to some codes (None: no limit), `on` adds codes that are off by default, `off`
    takes codes away and wins."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def wants(self, code: str, default: bool = True) -> bool:
        """True if findings of `code` are to be shown; `default` is for codes nobody mentions."""
        if code in self.off:
            return False
        if self.only is not None:
            return code in self.only
        return default or code in self.on


DEFAULT = Selection()
UNKNOWABLE = frozenset({"already-exists"})
"""What cannot be told of a program's strings: nobody knows in which order they run."""


def in_host(chosen: Selection) -> Selection:
    """The same for SQL inside a program."""
    return replace(chosen, off=chosen.off | UNKNOWABLE)
