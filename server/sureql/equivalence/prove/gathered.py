"""FROM while it is read: what has been gathered of it so far."""

from __future__ import annotations

from sureql.equivalence.prove.algebra import Attached, Leaf, Term


class Gathered:
    """Leaves, what is attached to them, and conditions."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.attached: list[Attached] = []
        self.where: list[Term] = []

    def add(self, other: Gathered) -> None:
        """Put another item beside what is there."""
        self.leaves += other.leaves
        self.attached += other.attached
        self.where += other.where

    def attach(self, other: Gathered, on: tuple[Term, ...]) -> None:
        """Make another item the inner side of a left join."""
        conditions = (*other.where, *on)
        self.attached.append(Attached(tuple(other.leaves), tuple(other.attached), conditions))
