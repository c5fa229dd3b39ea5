"""Host files whose SQL stands in lines of its own, so that no tree is needed: Markdown, notebooks.

Settings of a language's `injections.scm` say so: `fences` are the words after a Markdown fence that
mean SQL, `notebook: yes` a notebook's file, `magics` the words after `%%` and `%` in a notebook's cell.
"""

from __future__ import annotations

from sureql.hosts import cells, fences, grammars, notebook
from sureql.hosts.model import Region
from sureql.hosts.notebook import Reader

__all__ = ["Reader", "alone", "reads", "regions"]


def alone(language: str) -> bool:
    """Is there nothing else to be read in files of a language?"""
    said = grammars.settings(language, grammars.INJECTIONS) if language in grammars.names() else {}
    return "fences" in said or "notebook" in said


def reads(text: str, language: str) -> bool:
    """Is there something to read for `regions`?"""
    if alone(language):
        return True
    said = grammars.settings(language, grammars.INJECTIONS) if language in grammars.names() else {}
    return any(f"%{word}" in text for word in said.get("magics", "").split())


def regions(text: str, language: str, read: Reader) -> tuple[tuple[Region, ...], bool]:
    """The regions that need no tree, and whether they are all. `read` reads the code of a cell."""
    said = grammars.settings(language, grammars.INJECTIONS)
    if "fences" in said:
        return fences.regions(text, frozenset(said["fences"].split())), True
    if "notebook" in said:
        return notebook.regions(text, read), True
    words = frozenset(said["magics"].split())
    whole = cells.region(text, words)
    return ((whole,), True) if whole else (tuple(cells.lines(text, words)), False)
