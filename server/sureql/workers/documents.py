"""A document as the main process sends it to the worker."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.workers import catalogs


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a document, and the cache file of its catalog ('' if it has none)."""

    uri: str
    path: str
    version: int
    text: str
    dialect: str
    catalog: str


def snapshot(sent: Sent) -> Snapshot:
    """The same document, analysed here."""
    dialect = dialects.get(sent.dialect)
    schema = catalogs.opened(sent.catalog) or catalog.empty(dialect.name)
    return Snapshot(sent.uri, sent.path, sent.version, script.of(sent.text, dialect), schema)
