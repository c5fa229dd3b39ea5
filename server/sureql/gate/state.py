"""What a text is worth: whether it parses, which problems it has, and what the engine says."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.gate import continuation, levels, strict_types
from sureql.ports.judge import Judge, Ruling
from sureql.semantics import analysis
from sureql.semantics import model as semantics
from sureql.syntax import lexer, parse, templates
from sureql.syntax.dialects import Dialect

MOST_CONTINUATIONS = 10
MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class State:
    """One text, looked at: `parsed` by our parser, its `problems`, the engine's `ruling`."""

    text: str
    parsed: bool
    problems: tuple[semantics.Problem, ...] = ()
    ruling: Ruling = Ruling.UNJUDGED
    message: str = ""

    @property
    def clean(self) -> bool:
        return self.parsed and not self.problems and self.ruling is not Ruling.REFUSED

    def keys(self) -> frozenset[tuple[str, str]]:
        """The problems in a form that can be compared between two versions of a text."""
        return frozenset((found.code, found.span.of(self.text).lower()) for found in self.problems)


@dataclass(frozen=True, slots=True)
class Checker:
    """What texts are checked against."""

    schema: catalog.Catalog
    dialect: Dialect
    judge: Judge | None

    def of(self, text: str) -> State:
        """The state of a whole statement."""
        return _kept(self, "whole", text) or _keep(self, "whole", text, self._of(text))

    def prefix(self, text: str) -> State:
        """The state of the best continuation of an unfinished statement."""
        return _kept(self, "prefix", text) or _keep(self, "prefix", text, self._prefix(text, ""))

    def ended(self, text: str) -> State:
        """The same for a text whose last name is complete: no member of it may follow."""
        return _kept(self, "ended", text) or _keep(self, "ended", text, self._prefix(text, "."))

    def _of(self, text: str) -> State:
        masked, holes = templates.mask(text, self.dialect)
        found = parse.parse(masked, self.dialect)
        tokens = lexer.code(masked, self.dialect)
        if found.tree is None or found.problem is not None or levels.scan(tokens)[0].odd_comma:
            return State(text, parsed=False)
        if _odd_rows(found.tree):
            return State(text, parsed=False)
        analysed = analysis.analyse(masked, self.schema, self.dialect, holes)
        problems = tuple(problem for problem in analysed.problems if problem.severity == "error")
        problems += strict_types.problems(
            masked, found.tree, analysed.references, self.schema, self.dialect
        )
        if not holes:
            problems += tuple(self._elsewhere(masked, analysed.references))
        if problems or holes or self.judge is None:
            return State(text, True, problems)
        judgement = self.judge.judge(text)
        return State(text, True, (), judgement.ruling, judgement.message)

    def _elsewhere(
        self, text: str, references: tuple[semantics.Reference, ...]
    ) -> Iterator[semantics.Problem]:
        # A table of a schema that is not known may be there, attached while the program runs: that is
        # the user's to say and nobody else's.
        if self.dialect.name == "bigquery" or not self.schema.closed_for(("",)):
            return
        for one in references:
            unknown = one.kind == "relation" and one.relation is None and one.source is None
            if unknown and text[: one.span.start].rstrip().endswith("."):
                message = f"No table `{one.name}` in a schema of that name is known."
                yield semantics.Problem(one.span, "unknown-table", message)

    def _prefix(self, text: str, not_next: str) -> State:
        masked, _ = templates.mask(text, self.dialect)
        best: State | None = None
        found = continuation.continuations(masked, self.dialect, self.schema)
        for whole in islice(found, MOST_CONTINUATIONS):
            # The masked text is kept out of the answer: only its tail was made up here.
            tail = whole[len(text) :] if whole.startswith(masked) else None
            if tail is not None and not_next and tail.startswith(not_next):
                continue
            state = self._of(whole if tail is None else text + tail)
            if state.clean:
                return state
            if best is None or _worth(state) > _worth(best):
                best = state
        return best or State(text, parsed=False)


def _odd_rows(tree: exp.Expression) -> bool:
    # INSERT INTO t (a, b) VALUES (1): no parser minds, every engine does.
    if not isinstance(tree, exp.Insert) or not isinstance(tree.this, exp.Schema):
        return False
    rows = tree.expression
    if not isinstance(rows, exp.Values):
        return False
    wanted = len(tree.this.expressions)
    return any(
        len(row.expressions) != wanted for row in rows.expressions if isinstance(row, exp.Tuple)
    )


def _worth(state: State) -> tuple[bool, int]:
    return state.parsed, -len(state.problems) - (state.ruling is Ruling.REFUSED)


# Texts without a suggestion are asked again with every suggestion, and with every key typed.
_states: OrderedDict[tuple[str, str, str, bool, str], State] = OrderedDict()


def _key(checker: Checker, kind: str, text: str) -> tuple[str, str, str, bool, str]:
    judged = checker.judge is not None
    return checker.schema.version, checker.dialect.name, kind, judged, text


def _kept(checker: Checker, kind: str, text: str) -> State | None:
    return _states.get(_key(checker, kind, text)) if checker.schema.version else None


def _keep(checker: Checker, kind: str, text: str, state: State) -> State:
    _states[_key(checker, kind, text)] = state
    if len(_states) > MOST_KEPT:
        _states.popitem(last=False)
    return state
