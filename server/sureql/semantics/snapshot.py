"""One version of a document with the schema it is checked against: what every feature reads."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.syntax.script import Script, Statement


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Frozen: handlers may keep it across awaits. `path` is '' for unsaved documents."""

    uri: str
    path: str
    version: int
    script: Script
    base: catalog.Catalog

    @property
    def text(self) -> str:
        return self.script.text

    def catalog_at(self, statement: Statement) -> catalog.Catalog:
        """The catalog that `statement` sees: `base` changed by the DDL above it in this file."""
        raise NotImplementedError
