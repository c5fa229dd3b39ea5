"""A dbt project, as far as its queries name things of it: values that travel with the catalog."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: its `name` with the package's before it if that is another, its `arguments` as written."""

    name: str
    arguments: str = ""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project's `name`, `variables` with their values as text, and macros.

    `complete` says that everything `ref` and `source` may name is known: every file was read, and every
    package is installed.
    """

    name: str
    complete: bool = False
    variables: tuple[tuple[str, str], ...] = ()
    macros: tuple[Macro, ...] = ()
