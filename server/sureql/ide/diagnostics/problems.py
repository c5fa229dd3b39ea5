"""Syntax and name problems of one statement, each with the fixes that take it away."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz.distance import OSA

from sureql.catalog import model as catalog
from sureql.ide.model import Diagnostic, Fix, shifted
from sureql.semantics import analysis, broken
from sureql.semantics.model import Problem
from sureql.syntax import parse, templates
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_MOST_FIXES = 3


def found(part: Statement, schema: catalog.Catalog, dialect: Dialect) -> tuple[Diagnostic, ...]:
    """Syntax and names of one statement. Offsets are the statement's."""
    parsed = parse.parse(part.masked, dialect)
    wrong = parsed.problem
    if wrong is None and parsed.refused:
        return _tables(part, schema, dialect)
    if wrong is None:
        return _names(part, schema, dialect)
    if any(_hides(part, hole, wrong.span) for hole in part.holes):
        return ()
    if wrong.fix is None:
        syntax = Diagnostic(wrong.span, wrong.code, wrong.message)
        if parsed.tree is not None:
            return (syntax, *_names(part, schema, dialect))
        return (syntax, *_tables(part, schema, dialect))
    title, span, text = wrong.fix
    edit = TextEdit(span, text)
    fix = Fix(title, (edit,), "safe", preferred=True)
    syntax = Diagnostic(wrong.span, wrong.code, wrong.message, "error", (fix,))
    return (syntax, *(_behind(part, edit, schema, dialect) or _tables(part, schema, dialect)))


def _tables(part: Statement, schema: catalog.Catalog, dialect: Dialect) -> tuple[Diagnostic, ...]:
    """Misspelt tables of a statement that does not parse."""
    return tuple(
        _told(
            problem,
            tuple(
                Fix(f"Change to `{name}`", (TextEdit(problem.span, name),), "unsafe", index == 0)
                for index, name in enumerate(problem.names)
            ),
        )
        for problem in broken.problems(part.masked, schema, dialect, part.holes)
    )


def _hides(part: Statement, hole: Span, broken: Span) -> bool:
    """True if a syntax error may come from the template at `hole`: one that stands there, or a
    block, both of whose branches are left in the text."""
    return hole.overlaps(broken) or part.text.startswith("{%", hole.start)


def _behind(
    part: Statement, edit: TextEdit, schema: catalog.Catalog, dialect: Dialect
) -> tuple[Diagnostic, ...]:
    """What else is wrong once a syntax error is fixed by `edit`, in offsets of the text as it is."""
    text = apply_edits(part.text, [edit])
    masked, holes = templates.mask(text, dialect)
    if parse.parse(masked, dialect).problem is not None:
        return ()
    fixed = Statement(part.start, text, masked, holes, part.kind, part.terminated)
    grown = len(edit.new_text) - len(edit.span)
    found = []
    for diagnostic in _names(fixed, schema, dialect):
        if diagnostic.span.start >= edit.span.start + len(edit.new_text):
            found.append(shifted(diagnostic, -grown))
        elif diagnostic.span.end <= edit.span.start:
            found.append(replace(diagnostic, related=()))
    return tuple(found)


def _names(part: Statement, schema: catalog.Catalog, dialect: Dialect) -> tuple[Diagnostic, ...]:
    analysed = analysis.analyse(part.masked, schema, dialect, part.holes)
    return tuple(
        _told(problem, _fixes(part, problem, analysed.problems, schema, dialect))
        for problem in sorted((*analysed.problems, *analysed.structure), key=lambda one: one.span)
    )


def _told(problem: Problem, fixes: tuple[Fix, ...]) -> Diagnostic:
    return Diagnostic(
        problem.span, problem.code, problem.message, problem.severity, fixes, problem.related
    )


def _fixes(
    part: Statement,
    problem: Problem,
    before: tuple[Problem, ...],
    schema: catalog.Catalog,
    dialect: Dialect,
) -> tuple[Fix, ...]:
    # A fix is offered only if it removes its cause and brings no new problem.
    written = problem.span.of(part.text)
    sure = len(problem.names) == 1 and _one_slip(written, problem.names[0])
    edits = [TextEdit(problem.span, name) for name in problem.names]
    edits += [TextEdit(span, text) for span, text in problem.elsewhere]
    del edits[_MOST_FIXES:]
    # A warning is no certain error, so its fix may change something that works.
    sure = sure and not problem.elsewhere and problem.code != "unknown-function"
    helping = [edit for edit in edits if _helps(part, edit, before, schema, dialect)]
    if problem.code == "unknown-table":
        # The columns of an unknown table could not be checked; what a right name reveals about
        # them was wrong before. A table that has them comes first.
        helping += [edit for edit in edits if edit not in helping]
    verb = "Qualify as" if problem.code == "ambiguous-column" else "Change to"
    return tuple(
        Fix(
            f"{verb} `{edit.new_text}`",
            (edit,),
            "safe" if sure and verb == "Change to" else "unsafe",
            preferred=index == 0 and verb == "Change to",
        )
        for index, edit in enumerate(helping)
    )


def _one_slip(written: str, name: str) -> bool:
    # One slip of the finger in a name long enough that no other name can be meant. The statement
    # cannot run as it is, so nothing that works is changed.
    return len(written) > 3 and OSA.distance(written.lower(), name.strip('"`[]').lower()) == 1


def _helps(
    part: Statement,
    edit: TextEdit,
    before: tuple[Problem, ...],
    schema: catalog.Catalog,
    dialect: Dialect,
) -> bool:
    masked, holes = templates.mask(apply_edits(part.text, [edit]), dialect)
    if parse.parse(masked, dialect).problem is not None:
        return False
    after = analysis.analyse(masked, schema, dialect, holes).problems
    grown = len(edit.new_text) - len(edit.span)
    known = {
        _moved(problem.span, edit.span, grown)
        for problem in before
        if not edit.span.covers(problem.span)
    }
    return all(problem.span in known for problem in after if problem.severity == "error")


def _moved(span: Span, edited: Span, grown: int) -> Span:
    return span.shift(grown) if span.start >= edited.end else span
