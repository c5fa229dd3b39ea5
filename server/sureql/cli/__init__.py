"""The command line. Commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from sureql.cli import arguments as arguments_of
from sureql.ports.errors import SureqlError

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
"""Exit codes: nothing found, something found, wrong usage or an internal error."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    if arguments is None:
        # Only as a program: whoever calls main() as a function gets the exception itself.
        sys.excepthook = _internal_error
    options = arguments_of.parser().parse_args(arguments)
    command = importlib.import_module(f"sureql.cli.{options.command}")
    try:
        code = int(command.run(options))
        sys.stdout.flush()
        return code
    except SureqlError as problem:
        sys.stderr.write(f"sureql: {problem}\n")
        return UNUSABLE
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except KeyboardInterrupt:
        return 130


def _internal_error(
    kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    traceback.print_exception(kind, problem, trace)
    sys.stderr.write("sureql: internal error; please report it with the lines above\n")
    sys.stdout.flush()
    # The interpreter would end with 1, which means findings.
    os._exit(UNUSABLE)
