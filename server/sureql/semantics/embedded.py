"""The catalog that SQL inside a program sees: its strings run in an order that nobody knows.

What another string of the file creates is known, but not in full: it may be made otherwise when this
one runs. What another string drops or changes says nothing about this one. In a migration written in
a host language, the whole schema may be another one.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.catalog.overlay import Overlay
from sureql.semantics import ddl, past
from sureql.semantics.ddl_draft import Draft
from sureql.semantics.ddl_reader import Place
from sureql.syntax.script import Script, Statement
from sureql.text.span import Span

_Key = tuple[str, str, tuple[tuple[int, str], ...], tuple[str, ...]]
_MADE: OrderedDict[_Key, catalog.Catalog] = OrderedDict()
_KEPT = 64


def catalog_after(
    script: Script,
    changes: tuple[Statement, ...],
    count: int,
    part: Span,
    base: catalog.Catalog,
    path: str,
) -> catalog.Catalog:
    """The catalog in `part` after the first `count` of `changes`, which are the statements of `script`
    that may change one."""
    above = [one for one in changes[:count] if part.covers(one.span)]
    others = [one for one in changes if not part.covers(one.span) and _creates(one)]
    historic = past.is_migration(path)
    if not above and not others and not historic:
        return base
    key = (
        base.version,
        path,
        tuple((one.start, one.masked) for one in above),
        tuple(one.masked for one in others),
    )
    if key not in _MADE:
        made = _loosened(_after(base, others, script, path), base, whole=historic)
        _MADE[key] = _after(made, above, script, path)
        while len(_MADE) > _KEPT:
            _MADE.popitem(last=False)
    _MADE.move_to_end(key)
    return _MADE[key]


def _creates(statement: Statement) -> bool:
    return statement.kind.startswith("CREATE")


def _after(
    base: catalog.Catalog, changes: list[Statement], script: Script, path: str
) -> catalog.Catalog:
    if not changes:
        return base
    draft = Draft(base, script.dialect)
    for one in changes:
        line = script.text.count("\n", 0, one.start)
        ddl.apply_to(draft, one.masked, Place(path, one.start, line, one.holes))
    draft.settle()
    return draft.frozen()


def _loosened(made: catalog.Catalog, base: catalog.Catalog, whole: bool) -> catalog.Catalog:
    """`made` with those relations open that `base` has not, or that are others there; with `whole`
    everything."""
    schemas = dict(made.schemas)
    for key, schema in made.schemas.items():
        before = base.schemas.get(key)
        if schema is before and not whole:
            continue
        changed = {
            name: replace(relation, closed=False)
            for name, relation in schema.relations.items()
            if whole or before is None or before.relations.get(name) is not relation
        }
        relations = Overlay(schema.relations, changed)
        schemas[key] = replace(schema, relations=relations, closed=schema.closed and not whole)
    return replace(
        made, schemas=schemas, closed=made.closed and not whole, version=f"{made.version}~"
    )
