"""One version of a document with the schema it is checked against: what every feature reads."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.catalog.overlay import Overlay
from sureql.semantics import ddl
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Place
from sureql.syntax.script import Script, Statement

# Catalogs by what made them: (base's version, path, digest of the DDL above). An edit below or
# between DDL statements finds them again.
_MADE: OrderedDict[tuple[str, str, tuple[tuple[int, str], ...]], catalog.Catalog] = OrderedDict()
_KEPT = 64

# The DDL statements of the scripts seen last, by identity: a script is hashed by its whole text.
_DDL_OF: OrderedDict[int, tuple[Script, tuple[Statement, ...]]] = OrderedDict()
_KEPT_SCRIPTS = 8


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
        statements = ddl_statements(self.script)
        count = 0
        while count < len(statements) and statements[count].start < statement.start:
            count += 1
        if count == 0 and not self._is_source():
            return self.base
        return _after(self._start(), statements[:count], self.script, self._place())

    def _is_source(self) -> bool:
        return bool(self.path) and self.path in self.base.sources

    def _place(self) -> str:
        return self.path or self.uri

    def _start(self) -> catalog.Catalog:
        """`base`, or for a schema source what its text may rely on; see `Catalog.unstable`."""
        if not self._is_source() or not self.base.unstable:
            return self.base
        return _opened(self.base)


def ddl_statements(script: Script) -> tuple[Statement, ...]:
    """The statements of a script that may change a catalog, in order."""
    known = _DDL_OF.get(id(script))
    if known and known[0] is script:
        return known[1]
    found = tuple(
        statement
        for statement in script.statements
        if ddl.may_change(statement.masked, statement.kind)
    )
    _DDL_OF[id(script)] = (script, found)
    while len(_DDL_OF) > _KEPT_SCRIPTS:
        _DDL_OF.popitem(last=False)
    return found


def _after(
    base: catalog.Catalog, statements: tuple[Statement, ...], script: Script, path: str
) -> catalog.Catalog:
    """`base` after `statements`: from the longest beginning that is known already."""
    keys = tuple((statement.start, statement.masked) for statement in statements)
    made, count = base, 0
    for length in range(len(keys), 0, -1):
        found = _MADE.get((base.version, path, keys[:length]))
        if found is not None:
            made, count = found, length
            break
    if count == len(keys):
        return made
    draft = Draft(made, script.dialect)
    draft.own_path = path if path in base.sources else ""
    for statement in statements[count:]:
        line = script.text.count("\n", 0, statement.start)
        place = Place(path, statement.start, line, statement.holes)
        ddl.apply_to(draft, statement.masked, place)
    draft.settle()
    made = draft.frozen()
    _MADE[base.version, path, keys] = made
    while len(_MADE) > _KEPT:
        _MADE.popitem(last=False)
    return made


def _opened(base: catalog.Catalog) -> catalog.Catalog:
    """`base` with everything open that a source changed after making it."""
    schemas = dict(base.schemas)
    for key, schema in base.schemas.items():
        names = {base.key(name) for where, name in base.unstable if where == schema.name}
        if not names:
            continue
        changed = {
            name: replace(relation, closed=False)
            for name in names
            if (relation := schema.relations.get(name)) is not None
        }
        relations = Overlay(schema.relations, changed)
        schemas[key] = replace(schema, relations=relations, closed=False)
    return replace(base, schemas=schemas, version=f"{base.version}~")
