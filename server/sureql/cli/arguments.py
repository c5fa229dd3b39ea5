"""The commands and their arguments."""

from __future__ import annotations

import argparse
from typing import Any

from sureql import __version__


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="sureql",
        description="SQL completion, errors and fixes that are checked before you see them.",
        epilog="Exit codes: 0 clean, 1 findings, 2 wrong usage or an internal error, 3 (diff) nothing is known.",
    )
    top.add_argument("--version", action="version", version=f"sureql {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lsp = commands.add_parser("lsp", help="start the language server (editors do this)")
    lsp.add_argument("--stdio", action="store_true", help="talk over stdin and stdout (default)")
    _add_listening(lsp)

    _add_check(commands.add_parser("check", help="report errors in files and folders"))

    complete = commands.add_parser("complete", help="print checked completions for one place")
    complete.add_argument("file", metavar="FILE")
    complete.add_argument(
        "--at", metavar="LINE:COL", required=True, help="1-based, counted in characters"
    )
    _add_schema(complete)
    _add_format(complete)

    _add_optimize(commands.add_parser("optimize", help="faster forms of queries, with evidence"))
    _add_explain(commands.add_parser("explain", help="what statements do, in plain words"))

    schema = commands.add_parser("schema", help="show the schema that was found")
    schema.add_argument("action", nargs="?", choices=("show", "refresh"), default="show")
    schema.add_argument("--at", metavar="PATH", default=".", help="file or folder (default: here)")
    _add_schema(schema)
    _add_format(schema)

    _add_diff(commands.add_parser("diff", help="whether two queries return the same rows"))

    rule = commands.add_parser("rule", help="explain a code, or list all codes")
    rule.add_argument("code", metavar="CODE", nargs="?", help="such as not-in-null")
    _add_format(rule)

    commands.add_parser("demo", help="see it work on a sample project")

    doctor = commands.add_parser("doctor", help="what was detected, and what to do about the rest")
    doctor.add_argument("path", metavar="PATH", nargs="?", default=".")
    _add_format(doctor)

    _add_model_commands(commands)
    return top


def _add_model_commands(commands: Any) -> None:
    ask = commands.add_parser("ask", help="a checked statement for a question (needs a model)")
    ask.add_argument(
        "question", metavar="QUESTION", nargs="+", help="in any language: what is to be found out"
    )
    ask.add_argument("--refine", action="store_true", help="go on with the last answer")
    ask.add_argument("--at", metavar="PATH", default=".", help="file or folder (default: here)")
    _add_schema(ask)
    _add_format(ask)

    model = commands.add_parser("model", help="models that sureql runs itself, and keys")
    actions = model.add_subparsers(dest="action", required=True, metavar="ACTION")
    fetch = actions.add_parser(
        "fetch", help="get a small model: its name, a GGUF file, or an address"
    )
    fetch.add_argument("source", metavar="MODEL")
    fetch.add_argument("--name", help="what to call it (default: the file's name)")
    fetch.add_argument("--sha256", help="what the file's checksum must be")
    _add_format(actions.add_parser("list", help="models that are here or can be fetched"))
    remove = actions.add_parser("remove", help="delete a fetched model")
    remove.add_argument("name", metavar="MODEL")
    login = actions.add_parser("login", help="keep an endpoint's key in the system's keyring")
    login.add_argument("--remove", action="store_true", help="delete the key")

    trust = commands.add_parser("trust", help="let a folder's own settings name connections")
    trust.add_argument("folder", metavar="DIR", nargs="?", default=".")
    trust.add_argument("--remove", action="store_true", help="trust it no longer")
    trust.add_argument("--list", action="store_true", help="show trusted folders")

    log = commands.add_parser("log", help="what was sent to models, and what it cost")
    log.add_argument("-n", metavar="N", type=int, default=20, help="how many requests")
    log.add_argument("--full", action="store_true", help="show the text that was sent")
    log.add_argument("--clear", action="store_true", help="delete the log")
    _add_format(log)

    stats = commands.add_parser("stats", help="how ghost text did: acceptance, latency, cost")
    stats.add_argument("--days", metavar="N", type=int, default=30)
    _add_format(stats)

    export = commands.add_parser("export", help="accepted ghost texts as training data")
    export.add_argument("what", choices=("finetune",))
    export.add_argument("--output", metavar="FILE", default="-", help="- is standard output")
    export.add_argument("--days", metavar="N", type=int, default=365)
    export.add_argument("--price", metavar="P", type=float, default=0.0, help="of a million tokens")


def _add_optimize(optimize: argparse.ArgumentParser) -> None:
    optimize.description = (
        "Faster forms of queries that were checked to return the same rows: each with what it relies "
        "on, what the engine makes of it, and the change itself. A database is only asked for plans "
        "(EXPLAIN), unless you say --time. Nothing is written without --apply."
    )
    # The file first: --schema takes all words that come after it.
    optimize.usage = "%(prog)s FILE [options]"
    optimize.add_argument("file", metavar="FILE", help="a file of SQL; - is standard input")
    optimize.add_argument("--at", metavar="LINE:COL", help="one statement (default: every one)")
    optimize.add_argument("--apply", metavar="N", type=int, help="write the file with rewrite N")
    optimize.add_argument(
        "--seconds",
        metavar="S",
        type=float,
        default=10.0,
        help="time for one statement (default: 10)",
    )
    optimize.add_argument(
        "--time",
        action="store_true",
        help="run all forms on the connected database, read-only, at most 30 seconds each",
    )
    optimize.add_argument("--no-model", action="store_true", help="ask no model for more")
    _add_schema(optimize)
    _add_format(optimize)


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.description = (
        "What statements do, in plain words that come from their text, the schema and the plan: the "
        "result's rows and columns, the steps in logical order, traps, locks."
    )
    explain.usage = "%(prog)s FILE [options]"
    explain.add_argument("file", metavar="FILE", help="a file of SQL; - is standard input")
    explain.add_argument("--at", metavar="LINE:COL", help="one statement (default: every one)")
    explain.add_argument("--plan", action="store_true", help="also how the engine would run it")
    explain.add_argument(
        "--plan-from",
        metavar="JSON",
        help="a file with the plan that EXPLAIN gave as JSON, ANALYZE or not; - is standard input",
    )
    explain.add_argument("--reword", action="store_true", help="in a model's words, as far as true")
    _add_schema(explain)
    explain.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def _add_diff(diff: argparse.ArgumentParser) -> None:
    diff.description = (
        "Whether two queries return the same rows: proved, refuted with rows that show it, or tried "
        "on generated databases. Several statements are compared in order, and the worst counts. "
        "Your own data are never read."
    )
    diff.epilog = "Exit codes: 0 proved or no difference found, 1 different, 2 wrong usage, 3 nothing is known."
    diff.add_argument("first", metavar="A.sql", help="a query; - is standard input")
    diff.add_argument("second", metavar="B.sql", help="the other one; - is standard input")
    diff.add_argument(
        "--seconds", metavar="N", type=float, default=2.0, help="time for each pair (default: 2)"
    )
    diff.add_argument(
        "--any-names", action="store_true", help="result columns may have other names"
    )
    _add_schema(diff)
    _add_format(diff)


def _add_listening(lsp: argparse.ArgumentParser) -> None:
    lsp.add_argument(
        "--tcp",
        metavar="HOST:PORT",
        help="listen on a port instead, for web IDEs; clients show the token of $SUREQL_TOKEN, or the"
        " one that is printed",
    )
    lsp.add_argument(
        "--allow-origin",
        metavar="URL",
        action="append",
        default=[],
        help="pages of this address may connect, such as https://ide.example (again for each)",
    )
    lsp.add_argument(
        "--allow-remote",
        action="store_true",
        help="the port may be reached from other machines; nothing is encrypted",
    )


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
