"""One version of a document with the schema it is checked against: what every feature reads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath

from sureql.catalog import model as catalog
from sureql.catalog.overlay import Overlay
from sureql.semantics import ddl, embedded, past
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Place
from sureql.syntax.script import Script, Statement
from sureql.text import stand_in

# Catalogs by what made them: base's version, path, and a hash of the DDL above. An edit that is
# below all DDL finds them again.
_MADE: OrderedDict[tuple[str, str, int], catalog.Catalog] = OrderedDict()
_KEPT = 64
_KEPT_SCRIPTS = 8
# An edit leaves most statements as they are.
_may_change = lru_cache(20_000)(ddl.may_change)


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
        changes = _changes_of(self.script)
        return self._after(changes, bisect_left(changes.starts, statement.start), statement)

    def catalog_after(self, statement: Statement) -> catalog.Catalog:
        """The catalog that `statement` leaves behind."""
        changes = _changes_of(self.script)
        return self._after(changes, bisect_right(changes.starts, statement.start), statement)

    def _after(self, changes: _Changes, count: int, statement: Statement) -> catalog.Catalog:
        if self.script.parts is not None:
            part = self.script.part_at(statement.start)
            return embedded.catalog_after(
                self.script, changes.statements, count, part, self.base, self.path
            )
        opens = self.base.unstable and past.speaks_of_it(self.path, self.base.sources)
        base = _opened(self.base) if opens else self.base
        if base.project is not None and stand_in.of(("this",)) in statement.masked:
            base = _with_this(base, self.path)
        return _after(base, changes, count, self) if count else base


@dataclass(frozen=True, slots=True)
class _Changes:
    """The statements of a script that may change a catalog, and a hash of each beginning."""

    script: Script
    statements: tuple[Statement, ...]
    starts: tuple[int, ...]
    hashes: tuple[int, ...]


# By identity: hashing a script would read its whole text.
_CHANGES: OrderedDict[int, _Changes] = OrderedDict()


def _changes_of(script: Script) -> _Changes:
    known = _CHANGES.get(id(script))
    if known is not None and known.script is script:
        return known
    found = tuple(
        statement
        for statement in script.statements
        if _may_change(statement.masked, statement.kind)
    )
    hashes = [0]
    for statement in found:
        hashes.append(hash((hashes[-1], statement.start, statement.masked)))
    starts = tuple(statement.start for statement in found)
    made = _Changes(script, found, starts, tuple(hashes))
    _CHANGES[id(script)] = made
    while len(_CHANGES) > _KEPT_SCRIPTS:
        _CHANGES.popitem(last=False)
    return made


def _after(
    base: catalog.Catalog, changes: _Changes, count: int, snapshot: Snapshot
) -> catalog.Catalog:
    """`base` after the first `count` changes: from the longest beginning that is known already."""
    path = snapshot.path or snapshot.uri
    made, known = base, 0
    for length in range(count, 0, -1):
        found = _MADE.get((base.version, path, changes.hashes[length]))
        if found is not None:
            made, known = found, length
            break
    if known == count:
        return made
    script = changes.script
    draft = Draft(made, script.dialect)
    draft.own_path = path if path in base.sources else ""
    for statement in changes.statements[known:count]:
        line = script.text.count("\n", 0, statement.start)
        ddl.apply_to(draft, statement.masked, Place(path, statement.start, line, statement.holes))
    draft.settle()
    made = draft.frozen()
    _keep(made, base, path, changes.hashes[count])
    return made


def _with_this(base: catalog.Catalog, path: str) -> catalog.Catalog:
    """`base` as the model at `path` sees it, which reads the table that it made before as `{{ this }}`.
    That one may have had other columns."""
    model = PurePath(path).stem
    relation = base.find((model,))
    own = base.schema("")
    if relation is None or own is None:
        return base
    if (base.version, path, 0) not in _MADE:
        this = replace(relation, closed=False, written="{{ this }}")
        schema = replace(own, relations=Overlay(own.relations, {"this": this}))
        version = f"{base.version} {model}"
        _keep(replace(base, schemas={**base.schemas, "": schema}, version=version), base, path, 0)
    return _MADE[base.version, path, 0]


def _keep(made: catalog.Catalog, base: catalog.Catalog, path: str, changes: int) -> None:
    _MADE[base.version, path, changes] = made
    while len(_MADE) > _KEPT:
        _MADE.popitem(last=False)


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
