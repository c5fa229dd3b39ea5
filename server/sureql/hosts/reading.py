"""The SQL of a host file, kept in step with its text: an edit reads only what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sureql.hosts import embedding
from sureql.hosts.embedding import Embedding
from sureql.text.document import Replaced

Accepts = Callable[[str], bool]
"""Is a bare string SQL? It is if it parses and names a table that is known: the caller can tell."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One version of a host file."""

    embedding: Embedding
    accepts: Accepts

    def edited(self, text: str, what: Replaced) -> Reading:
        """The reading of the new `text`, after `what` was done to the old one."""
        return of(text, self.embedding.language, self.accepts)


def language_of(language_id: str, path: str) -> str:
    """The host language of a document by its editor's id or its path; '' for SQL and the unknown."""
    return ""


def of(text: str, language: str, accepts: Accepts) -> Reading:
    """Read a whole file. Takes tens of milliseconds for long ones. Never raises: what can't be read has
    no regions."""
    return Reading(embedding.of(language, text, ()), accepts)
