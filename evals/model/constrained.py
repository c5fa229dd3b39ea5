"""What a grammar does for a small model: the same positions with and without one.

    python -m evals.model.constrained CORPORA http://127.0.0.1:PORT [--positions N]

The endpoint is a llama.cpp server. Positions are drawn from the queries of the reporting half of the
corpora: nothing stands after the cursor. Without a grammar the prompt ends before its last blank,
and the answer is cut at the end of its unit, as in the product.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from evals.completion import corpus, positions
from evals.completion.corpus import Schema
from evals.completion.positions import Position
from sureql.gate.check import check
from sureql.gate.model import Outcome, Suggestion
from sureql.gate.state import Checker
from sureql.inline import unit
from sureql.ports.provider import Grammar
from sureql.prompt.grammar import answer, build
from sureql.text.span import Span

LONGEST_DDL = 1_600
MOST_TOKENS = 32


@dataclass(slots=True)
class Tally:
    """Counts of one mode; `milliseconds` and `tokens` are the server's own."""

    counts: Counter[str] = field(default_factory=Counter)
    milliseconds: float = 0.0
    tokens: int = 0
    built: list[float] = field(default_factory=list)

    def share(self, part: str) -> str:
        whole = self.counts["asked"] or 1
        return f"{100 * self.counts[part] / whole:.0f}"


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("--positions", type=int, default=60)
    options = parser.parse_args(arguments)
    source = random.Random(11)
    schemas = [
        schema
        for schema in corpus.load(options.corpora, 4)
        if not schema.tuning and schema.queries and len(schema.ddl) < LONGEST_DDL
    ]
    source.shuffle(schemas)
    plain, held = Tally(), Tally()
    wanted = options.positions
    for schema in schemas:
        for position in _drawn(schema, source, 5):
            if wanted == 0:
                break
            if _measure(schema, position, options.endpoint, plain, held):
                wanted -= 1
    print(table(plain, held))  # noqa: T201
    return 0


def table(plain: Tally, held: Tally) -> str:
    """The figures as a table."""
    lines = [
        "| mode | positions | parse % | accepted by the gate % | exact unit % | first name % "
        "| finished % | ms per token | ms per answer |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, tally in (("unconstrained", plain), ("constrained", held)):
        asked = tally.counts["asked"] or 1
        lines.append(
            f"| {name} | {asked} | {tally.share('parsed')} | {tally.share('accepted')} "
            f"| {tally.share('exact')} | {tally.share('first')} | {tally.share('finished')} "
            f"| {tally.milliseconds / max(1, tally.tokens):.1f} | {tally.milliseconds / asked:.0f} |"
        )
    built = sorted(held.built)
    lines.append("")
    lines.append(
        f"Grammars: {held.counts['asked']} of {held.counts['tried']} positions have one; built in "
        f"{1000 * built[len(built) // 2]:.2f} ms (p50), {1000 * built[len(built) * 95 // 100]:.2f} ms (p95)."
    )
    return "\n".join(lines)


def _drawn(schema: Schema, source: random.Random, most: int) -> list[Position]:
    found = [
        position for query in schema.queries for position in positions.every(query, schema.dialect)
    ]
    return source.sample(found, min(most, len(found)))


def _measure(schema: Schema, at: Position, endpoint: str, plain: Tally, held: Tally) -> bool:
    before = at.removed
    started = time.perf_counter()
    grammar = build.continuation(before, at.offset, schema.catalog, schema.dialect, "")
    held.built.append(time.perf_counter() - started)
    held.counts["tried"] += 1
    if grammar is None:
        return False
    head = f"-- {schema.dialect.name} schema\n{schema.ddl.strip()}\n\n-- Query\n"
    _free(schema, at, head, endpoint, plain)
    _held(schema, at, head, endpoint, grammar, held)
    return True


def _free(schema: Schema, at: Position, head: str, endpoint: str, tally: Tally) -> None:
    before = at.removed
    healed = before.rstrip()
    found = _ask(endpoint, head + healed, "", tally)
    end = unit.end(found, healed, schema.dialect)
    if end is not None:
        found, tally.counts["finished"] = found[:end], tally.counts["finished"] + 1
    blanks = before[len(healed) :]
    insert = found.removeprefix(blanks) if found.startswith(blanks) else found.lstrip()
    _score(schema, at, insert.rstrip(), tally)


def _held(
    schema: Schema, at: Position, head: str, endpoint: str, grammar: Grammar, tally: Tally
) -> None:
    before = at.removed
    sent = before[: len(before) - grammar.back]
    found = _ask(endpoint, head + sent, grammar.gbnf, tally)
    insert = answer.insert(found, grammar, "", before)
    _score(schema, at, (insert or "").rstrip(), tally)


def _score(schema: Schema, at: Position, insert: str, tally: Tally) -> None:
    tally.counts["asked"] += 1
    if not insert:
        return
    state = Checker(schema.catalog, schema.dialect, None).ended(at.removed + insert)
    tally.counts["parsed"] += state.parsed
    where = Span(at.offset, at.offset)
    verdict = check(at.removed, Suggestion(where, insert, "model"), schema.catalog, schema.dialect)
    tally.counts["accepted"] += verdict.outcome is Outcome.ACCEPTED
    tally.counts["exact"] += positions.same(insert, at.rest, schema.dialect)
    tally.counts["first"] += positions.first_same(insert, at.rest, schema.dialect)


def _ask(endpoint: str, prompt: str, grammar: str, tally: Tally) -> str:
    body = {
        "prompt": prompt,
        "n_predict": MOST_TOKENS,
        "temperature": 0,
        "stop": [";", "\n\n"],
        **({"grammar": grammar} if grammar else {}),
    }
    request = urllib.request.Request(
        f"{endpoint.rstrip('/')}/completion",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        found = json.load(response)
    timings = found.get("timings", {})
    tally.milliseconds += timings.get("predicted_ms", 0.0)
    tally.tokens += timings.get("predicted_n", 0)
    if grammar:
        tally.counts["finished"] += found.get("stop_type") != "limit"
    return str(found["content"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
