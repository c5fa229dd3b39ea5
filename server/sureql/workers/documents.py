"""A document as the main process sends it to the worker."""

from __future__ import annotations

from sureql.catalog import model as catalog
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import dialects, script
from sureql.workers import catalogs
from sureql.workers.requests import Sent


def snapshot(sent: Sent) -> Snapshot:
    """The same document, analysed here."""
    dialect = dialects.get(sent.dialect)
    schema = catalogs.opened(sent.catalog) or catalog.empty(dialect.name)
    return Snapshot(sent.uri, sent.path, sent.version, script.of(sent.text, dialect), schema)
