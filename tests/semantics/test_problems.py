"""What is wrong with the names of a statement: exactly the annotated problems, nothing else."""

from __future__ import annotations

from support import cases, schemas
from support.fixture import Case
from sureql.semantics import analysis
from sureql.semantics.model import Problem
from sureql.syntax import dialects, script


def _label(problem: Problem) -> str:
    names = f" -> {', '.join(problem.names)}" if problem.names else ""
    return f"{problem.severity}[{problem.code}] {problem.message}{names}"


@cases.parametrize("semantics/problems")
def test_problems(case: Case) -> None:
    dialect = dialects.get(case.options["dialect"])
    catalog = schemas.catalog(case.options["schema"], dialect.name)
    (statement,) = script.of(case.source.text, dialect).statements
    found = analysis.analyse(statement.masked, catalog, dialect, statement.holes)
    assert found.parsed
    assert [(one.span.start, one.span.end, _label(one)) for one in found.problems] == [
        (one.start, one.end, one.label) for one in case.source.annotations
    ]
