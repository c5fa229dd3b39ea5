"""What is wrong with one statement: its syntax, then its names. No fixes yet.

Behind a syntax error whose correction is certain, the text is read as corrected, again and again,
so that several slips in one statement are all told. Each reading is a layer.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import context as contexts
from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics import broken
from sureql.semantics.model import Problem
from sureql.syntax import lexer, parse, script, templates
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.script import Statement
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

SYNTAX = "syntax-error"

_MOST_LAYERS = 8
_KEPT = 400
_Key = tuple[str, str, str, int]
# The catalog is kept with the result so that its identity can't be reused by another one.
_CACHE: OrderedDict[_Key, tuple[catalog.Catalog, tuple[Layer, ...]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Layer:
    """One reading of a statement, in offsets of its own text.

    `corrected` are the edits that led here, each in offsets of the layer before it. `correction`
    is the certain fix of this layer's syntax error, if there is one.
    """

    context: Context
    problems: tuple[Problem, ...]
    corrected: tuple[TextEdit, ...] = ()
    correction: Fix | None = None

    def back(self, span: Span) -> Span | None:
        """Where `span` of this layer stands in the statement as written, None if nowhere."""
        for edit in reversed(self.corrected):
            if span.start >= edit.span.start + len(edit.new_text):
                span = span.shift(len(edit.span) - len(edit.new_text))
            elif span.end > edit.span.start:
                return None
        return span


def of(context: Context) -> tuple[Problem, ...]:
    """Every problem of a statement, in its own offsets, first ones first."""
    found = []
    for layer in layers(context):
        for problem in layer.problems:
            moved = moved_back(layer, problem)
            if moved is not None:
                found.append(moved)
    return tuple(sorted(found, key=lambda problem: problem.span))


def layers(context: Context) -> tuple[Layer, ...]:
    """The readings of a statement, as written first. Cached."""
    key = (context.text, context.dialect.name, context.path, id(context.schema))
    known = _CACHE.get(key)
    if known is not None:
        _CACHE.move_to_end(key)
        return known[1]
    found = tuple(_layers(context))
    _CACHE[key] = context.schema, found
    while len(_CACHE) > _KEPT:
        _CACHE.popitem(last=False)
    return found


def moved_back(layer: Layer, problem: Problem) -> Problem | None:
    """`problem` of a layer in offsets of the statement as written."""
    if not layer.corrected:
        return problem
    span = layer.back(problem.span)
    if span is None:
        return None
    related = tuple(
        (place, note) for where, note in problem.related if (place := layer.back(where)) is not None
    )
    elsewhere = tuple(
        (place, text)
        for where, text in problem.elsewhere
        if (place := layer.back(where)) is not None
    )
    return replace(problem, span=span, related=related, elsewhere=elsewhere)


def reread(context: Context, text: str) -> Context | None:
    """The context of the first statement of `text`, which takes the place of the context's.

    None if `text` does not begin with a statement at its first character.
    """
    first = next(iter(script.of(text, context.dialect).statements), None)
    if first is None or first.start:
        return None
    return _context_of(first, context)


def _layers(context: Context) -> list[Layer]:
    found: list[Layer] = []
    corrected: tuple[TextEdit, ...] = ()
    while len(found) < _MOST_LAYERS:
        wrong = parse.parse(context.masked, context.dialect).problem
        if wrong is None:
            break
        if any(_hides(context, hole, wrong.span) for hole in context.holes):
            return found
        if context.around.program and context.text.startswith(("%s", "{}"), wrong.span.start):
            # Something else fills these in before it is sent.
            return found
        syntax = Problem(wrong.span, wrong.code, wrong.message)
        if wrong.fix is None:
            names = _names(context)
            told = names if _is_told(context, wrong.span, names) else (syntax, *names)
            return [*found, Layer(context, told, corrected)]
        correction = certain(wrong)
        found.append(Layer(context, (syntax,), corrected, correction))
        edit = correction.edits[0]
        text = apply_edits(context.text, [edit])
        masked, holes = templates.mask(text, context.dialect)
        part = Statement(0, text, masked, holes, context.kind, False)
        context = _context_of(part, context)
        corrected = (*corrected, edit)
    # Where the correction brings the parser no further, only the tables can be looked at.
    return [*found, Layer(context, _names(context), corrected)]


def _is_told(context: Context, wrong: Span, names: tuple[Problem, ...]) -> bool:
    """True if the parser stopped at the end of a call whose number of arguments is wrong: it counts
    them too."""
    if wrong.of(context.masked) not in (")", ","):
        return False
    opened = [one.span.end for one in names if one.code == "wrong-arguments"]
    for end in opened:
        inside = context.masked[end : wrong.start].lstrip()
        if inside.startswith("(") and inside.count("(") == inside.count(")") + 1:
            return True
    return False


def certain(wrong: SyntaxProblem) -> Fix:
    """The fix that the grammar itself offers for a syntax error."""
    assert wrong.fix is not None
    title, span, text = wrong.fix
    applicability = "safe" if wrong.sure else "unsafe"
    return Fix(title, (TextEdit(span, text),), applicability, preferred=True)


def _names(context: Context) -> tuple[Problem, ...]:
    if context.tree is None and parse.parse(context.masked, context.dialect).refused:
        return broken.problems(context.masked, context.schema, context.dialect, context.holes)
    found = (*context.analysis.problems, *context.analysis.structure)
    return tuple(sorted(found, key=lambda one: one.span))


def _hides(context: Context, hole: Span, wrong: Span) -> bool:
    """True if a syntax error may come from the template at `hole`: one that stands there or right
    before it, or a block, whose branches may not fit together as they are read. What a program puts into
    its SQL may be any part of it."""
    if hole.overlaps(wrong) or context.text.startswith("{%", hole.start):
        return True
    between = lexer.code(Span(hole.end, wrong.start).of(context.masked), context.dialect)
    if context.around.program and context.text.startswith("${", hole.start):
        behind = lexer.code(Span(wrong.end, hole.start).of(context.masked), context.dialect)
        return (hole.end <= wrong.start and not between) or (wrong.end <= hole.start and not behind)
    return hole.end <= wrong.start and not between and context.text.startswith("{{", hole.start)


def _context_of(part: Statement, like: Context) -> Context:
    return contexts.of(part, like.schema, like.dialect, like.path, like.around)
