"""One pair, compared: the verdict, how long it took, and whether the engine takes both statements."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from evals.equivalence import workload
from evals.equivalence.workload import Pair
from sureql.equivalence import compare, told
from sureql.equivalence.model import Kind, Means, Question, Verdict
from sureql.oracle.engine import EngineSpec
from sureql.oracle.executors import open as executors
from sureql.ports.errors import SureqlError


@dataclass(frozen=True, slots=True)
class Measured:
    """`unsupported` says why the pair says nothing about the comparison: an engine refuses it."""

    pair: Pair
    dialect: str
    verdict: Verdict
    seconds: float
    unsupported: str = ""
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The verdict as a word, or `unsupported`."""
        return "unsupported" if self.unsupported else self.verdict.kind.value


def measured(
    pair: Pair, dialect: str, corpora: Path, seconds: float, spec: EngineSpec | None
) -> Measured | None:
    """The pair in one dialect; None if its schema is not known."""
    if not workload.definitions(pair.schema, corpora):
        return None
    schema = workload.catalog(pair.schema, dialect, corpora)
    opener = executors.opener(dialect, spec)
    refused = ""
    if opener is not None:
        try:
            executor = opener(schema, tuple(schema.relations()))
            try:
                trial = executor.run((), (pair.first, pair.second), 10)
            finally:
                executor.close()
            refused = trial.refusal or next((one.error for one in trial.outcomes if one.error), "")
        except SureqlError as error:
            refused = str(error)
    if refused:
        return Measured(pair, dialect, Verdict(Kind.INCONCLUSIVE), 0.0, refused)
    question = Question(pair.first, pair.second, schema, dialect, seconds, columns=False)
    started = time.perf_counter()
    verdict = compare.compare(question, Means(opener))
    passed = time.perf_counter() - started
    return Measured(pair, dialect, verdict, passed, detail=told.as_json(verdict))
