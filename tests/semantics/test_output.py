"""Output columns: names, types, nullability, lineage; and what every name refers to."""

from __future__ import annotations

from semantics import shapes
from support import cases, schemas
from support.fixture import Case
from sureql.semantics import analysis
from sureql.semantics.model import Analysis
from sureql.syntax import dialects


def _analyse(case: Case) -> Analysis:
    dialect = dialects.get(case.options["dialect"])
    catalog = schemas.catalog(case.options["schema"], dialect.name)
    found = analysis.analyse(case.source.text, catalog, dialect)
    assert found.parsed
    assert not found.problems
    return found


@cases.parametrize("semantics/output")
def test_output(case: Case) -> None:
    cases.check(case, "output", shapes.output(_analyse(case)))


@cases.parametrize("semantics/references")
def test_references(case: Case) -> None:
    cases.check(case, "references", shapes.references(_analyse(case), case.source.text))
