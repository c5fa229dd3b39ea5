"""The command line. Commands are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from sureql import __version__
from sureql.ports.errors import SureqlError

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
"""Exit codes: nothing found, something found, wrong usage or an internal error."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    if arguments is None:
        # Only as a program: whoever calls main() as a function gets the exception itself.
        sys.excepthook = _internal_error
    options = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sureql",
        description="SQL completion, errors and fixes that are checked before you see them.",
        epilog="Exit codes: 0 clean, 1 findings, 2 wrong usage or an internal error.",
    )
    parser.add_argument("--version", action="version", version=f"sureql {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lsp = commands.add_parser("lsp", help="start the language server (editors do this)")
    lsp.add_argument("--stdio", action="store_true", help="talk over stdin and stdout (default)")
    lsp.add_argument("--tcp", metavar="HOST:PORT", help="listen for one editor on a port instead")

    _add_check(commands.add_parser("check", help="report errors in files and folders"))

    complete = commands.add_parser("complete", help="print checked completions for one place")
    complete.add_argument("file", metavar="FILE")
    complete.add_argument(
        "--at", metavar="LINE:COL", required=True, help="1-based, counted in characters"
    )
    _add_schema(complete)
    _add_format(complete)

    schema = commands.add_parser("schema", help="show the schema that was found")
    schema.add_argument("action", nargs="?", choices=("show", "refresh"), default="show")
    schema.add_argument("--at", metavar="PATH", default=".", help="file or folder (default: here)")
    _add_schema(schema)
    _add_format(schema)

    rule = commands.add_parser("rule", help="explain a code, or list all codes")
    rule.add_argument("code", metavar="CODE", nargs="?", help="such as not-in-null")
    _add_format(rule)

    commands.add_parser("demo", help="see it work on a sample project")

    doctor = commands.add_parser("doctor", help="what was detected, and what to do about the rest")
    doctor.add_argument("path", metavar="PATH", nargs="?", default=".")
    _add_format(doctor)
    return parser


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "paths", metavar="PATH", nargs="+", help="file or folder; - is standard input"
    )
    _add_schema(check)
    check.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    check.add_argument("--fix", action="store_true", help="apply every safe fix")
    check.add_argument("--diff", action="store_true", help="show what --fix would change")
    check.add_argument(
        "--select", metavar="CODES", action="append", help="only these codes or categories"
    )
    check.add_argument(
        "--ignore", metavar="CODES", action="append", help="all but these codes or categories"
    )
    check.add_argument("--stdin-filename", metavar="PATH", default="-", help="what - is called")
    check.add_argument("--no-judge", action="store_true", help="ask no engine")
    check.add_argument("--no-cache", action="store_true", help="check unchanged files again")
    check.add_argument("-j", "--jobs", metavar="N", type=int, default=0, help="processes")
    check.add_argument(
        "-v", "--verbose", action="store_true", help="say what of the schema was not understood"
    )


def _add_schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schema",
        metavar="P",
        nargs="+",
        action="extend",
        help="DDL files, patterns, sqlite:///x.db, duckdb:///x.duckdb or postgresql://host/db (default: detected)",
    )
    parser.add_argument("--dialect", metavar="D", help="postgres, sqlite, duckdb, ... (detected)")


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _internal_error(
    kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    traceback.print_exception(kind, problem, trace)
    sys.stderr.write("sureql: internal error; please report it with the lines above\n")
    sys.stdout.flush()
    # The interpreter would end with 1, which means findings.
    os._exit(UNUSABLE)
