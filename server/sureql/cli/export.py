"""`sureql export finetune`: accepted ghost texts as training data in OpenAI's chat format."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sureql import settings
from sureql.assistant import statistics
from sureql.assistant.statistics import Example
from sureql.cli import CLEAN, FINDINGS
from sureql.ports.errors import SureqlError
from sureql.prompt import tokens
from sureql.prompt.model import Count
from sureql.storage import ledger

DAY = 86_400
FEWEST = 10
"""Examples that OpenAI's fine-tuning wants at least."""
LONGEST = 65_536
"""Tokens of one example; longer ones are left out, as the service would cut them."""
RULES = "Continue the SQL at the end of the text. Answer with SQL only."


class ExportError(SureqlError):
    pass


def run(options: argparse.Namespace) -> int:
    """Write one JSON object per line; say how many, how many tokens, and what they may cost."""
    opened = ledger.open_ledger(settings.cache_folder(os.environ))
    events = opened.events(time.time() - options.days * DAY)
    count = tokens.counter()
    found, lengths, too_long = [], [], 0
    for example in statistics.finetuning(events, RULES):
        length = _length(example, count)
        if length > LONGEST:
            too_long += 1
        else:
            found.append(example)
            lengths.append(length)
    lines = [json.dumps(one, ensure_ascii=False) for one in found]
    _check(lines)
    _write(options.output, lines)
    total = sum(lengths)
    words = [f"{len(lines)} examples, {total:,} tokens"]
    if options.price:
        words.append(f"one epoch costs about {total * options.price / 1e6:.2f}")
    if too_long:
        words.append(f"{too_long} were too long and left out")
    sys.stderr.write("sureql: " + "; ".join(words) + ".\n")
    if len(lines) < FEWEST:
        sys.stderr.write(f"sureql: Fine-tuning wants at least {FEWEST} examples; go on writing.\n")
        return FINDINGS
    return CLEAN


def _length(example: Example, count: Count) -> int:
    # Each message costs three tokens beside its text, and so does the answer's beginning.
    return 3 + sum(3 + count(one["role"]) + count(one["content"]) for one in example["messages"])


def _check(lines: Sequence[str]) -> None:
    """What the service would refuse must not be written."""
    for number, line in enumerate(lines, start=1):
        roles = [one["role"] for one in json.loads(line)["messages"]]
        texts = [one["content"] for one in json.loads(line)["messages"]]
        if roles != ["system", "user", "assistant"] or not all(text.strip() for text in texts):
            raise ExportError(f"Example {number} is not in OpenAI's chat format.")


def _write(output: str, lines: Sequence[str]) -> None:
    text = "".join(line + "\n" for line in lines)
    if output == "-":
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise ExportError(f"{output} cannot be written: {problem.strerror}.") from problem
