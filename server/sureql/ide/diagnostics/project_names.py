"""What `ref` and `source` name in a dbt project, and is not there."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.catalog import model as catalog
from sureql.ide.model import Diagnostic
from sureql.semantics import similar
from sureql.syntax import jinja
from sureql.syntax.script import Statement

CODE = "unknown-ref"


def unknown(part: Statement, schema: catalog.Catalog) -> Iterator[Diagnostic]:
    """A warning for each model that no file of a completely read project makes, and each source that
    none describes. Offsets are the statement's."""
    project = schema.project
    if project is None or not project.complete:
        return
    for named in jinja.relations(part.text):
        # Another package's models may be chosen by its version: only what is ours is certain.
        if named.package in ("", project.name) and schema.find(named.parts) is None:
            yield Diagnostic(named.name, CODE, _message(named, schema), "warning")


def _message(named: jinja.Named, schema: catalog.Catalog) -> str:
    name = named.parts[-1]
    if len(named.parts) == 1:
        own = schema.schema("")
        known, said = (own.relations if own else {}), f"The project has no model `{name}`"
    else:
        source = schema.schema(named.parts[0])
        known = source.relations if source else {}
        said = f"No file describes the table `{name}` of a source `{named.parts[0]}`"
    near = similar.names(name, (one.name for one in known.values()), 1)
    return f"{said}: did you mean `{near[0]}`?" if near else f"{said}."
