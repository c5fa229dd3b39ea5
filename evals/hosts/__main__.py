"""Writes RESULTS.md: `python -m evals.hosts --code FOLDER --npm FOLDER --write`.

`--code` holds a folder `owner+name` for each repository of repositories.tsv at its commit; `--npm` a
folder for each unpacked package of NPM. What is not there is left out, and said.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.hosts import labels, measure
from evals.hosts.measure import Quiet, Tally

HERE = Path(__file__).parent
NPM = ("graphql@16.11.0", "styled-components@6.1.19", "lodash@4.17.21", "react-dom@19.1.0",
       "webpack@5.99.9")  # fmt: skip
_GRAMMARS = ("python", "javascript", "typescript", "go", "java", "ruby", "php", "rust", "c-sharp",
             "kotlin")  # fmt: skip


def main() -> None:
    options = _options()
    tallies, missing, spent = _repositories(options)
    quiet = [*_packages(options.npm), _standard_library()]
    report = "\n\n".join(_sections(tallies, missing, spent, quiet)) + "\n"
    sys.stdout.write(report)
    if options.verbose:
        for (half, language), (known, _) in sorted(tallies.items()):
            for line in known.shown if half == "tuned" or options.unseen else ():
                sys.stderr.write(f"{half} {language} {line}\n")
        for one in quiet:
            sys.stderr.writelines(f"false region: {line}\n" for line in one.false)
            sys.stderr.writelines(f"near a database: {line}\n" for line in one.elsewhere)
    if options.write:
        (HERE / "RESULTS.md").write_text(report, encoding="utf-8")
        (HERE / "RESULTS.json").write_text(_json(tallies, spent, quiet), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.hosts")
    parser.add_argument("--code", type=Path, required=True, help="folder with the repositories")
    parser.add_argument("--npm", type=Path, required=True, help="folder with the npm packages")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md and RESULTS.json")
    parser.add_argument("--verbose", action="store_true", help="list what went wrong")
    parser.add_argument("--unseen", action="store_true", help="list it for unseen ones as well")
    return parser.parse_args()


def _repositories(
    options: argparse.Namespace,
) -> tuple[dict[tuple[str, str], tuple[Tally, Tally]], list[str], list[Quiet]]:
    """By half and language: with the repository's own tables known, and with no schema."""
    tallies: dict[tuple[str, str], tuple[Tally, Tally]] = {}
    missing, spent = [], []
    for one in labels.repositories():
        folder = options.code / one.folder
        for known in (True, False):
            found, gone, seconds = measure.repository(folder, one, known)
            for language, tally in found.items():
                pair = tallies.setdefault((one.half, language), (Tally(), Tally()))
                pair[not known].add(tally)
            if known:
                missing += gone
                spent.append(seconds)
    return tallies, missing, spent


def _packages(folder: Path) -> Iterator[Quiet]:
    for name in NPM:
        inside = folder / name.replace("@", "-")
        yield measure.quiet(name, measure.files(inside), lambda text: False)


def _standard_library() -> Quiet:
    name = f"Python {sys.version.split()[0]} standard library"
    folder = Path(sysconfig.get_path("stdlib"))
    return measure.quiet(
        name, measure.files(folder), lambda text: "sqlite3" in text or "msilib" in text
    )


def _sections(
    tallies: dict[tuple[str, str], tuple[Tally, Tally]],
    missing: list[str],
    spent: list[Quiet],
    quiet: list[Quiet],
) -> Iterator[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    count = sum(len(one) for one in labels.labelled().values())
    yield (
        "# SQL found in other languages' files\n\n"
        "Made by `python -m evals.hosts --code FOLDER --npm FOLDER --write`, "
        f"{datetime.date.today()}, load {load:.1f}; {_grammars()}. "
        f"{count} string literals of {len(labels.repositories())} repositories, found by regular "
        "expressions that share nothing with the extractor, were read and labelled by one reader: "
        "SQL that is sent to a database, SQL that is only compared or shown, a piece of a statement, "
        "or no SQL. Precision: regions that hold SQL among all regions in the labelled files, "
        "pieces and whatever bears no label counting as wrong. Recall: literals sent to a database "
        "that are in a region. Bare strings need a known table: *schema* takes the tables that the "
        "repository itself creates, *none* knows no table. *Unseen* repositories were fetched and labelled when all but a few "
        "rules were there, measured once, and no miss in them was looked into; the rules that came between their "
        "labels and that measurement were made for misses in *tuned* ones. What was unseen in earlier reports is tuned now."
    )
    yield _table(tallies)
    if missing:
        yield "Not measured, for the file is not there as labelled: " + ", ".join(missing) + "."
    yield _quiet_table(quiet)
    files, characters = sum(one.files for one in spent), sum(one.characters for one in spent)
    seconds = sum(one.seconds for one in spent)
    yield (
        f"Reading the labelled files ({files} files, {characters / 1e6:.1f} million characters): "
        f"{seconds:.2f} s, {1e3 * seconds / max(1, files):.1f} ms a file, "
        f"{1e3 * max((one.slowest for one in spent), default=0):.0f} ms the slowest."
    )


def _table(tallies: dict[tuple[str, str], tuple[Tally, Tally]]) -> str:
    lines = [
        "## Precision and recall\n",
        "| repositories | language | SQL literals | precision, schema | recall, schema | precision, none | recall, none |",
        "|---|---|---|---|---|---|---|",
    ]
    for half in ("tuned", "unseen"):
        whole = (Tally(), Tally())
        for (other, language), pair in sorted(tallies.items()):
            if other == half:
                lines.append(_row(half, language, pair))
                whole[0].add(pair[0])
                whole[1].add(pair[1])
        lines.append(_row(half, "**all**", whole))
    return "\n".join(lines)


def _row(half: str, language: str, pair: tuple[Tally, Tally]) -> str:
    cells = [half, language, str(pair[0].wanted)]
    for tally in pair:
        cells.append(_share(tally.right, tally.right + tally.wrong))
        cells.append(_share(tally.found, tally.wanted))
    return "| " + " | ".join(cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "–"


def _quiet_table(quiet: list[Quiet]) -> str:
    lines = [
        "## Code that holds no SQL\n",
        "Bare strings are accepted here if they parse as a statement that names a table. Regions in "
        "files of the standard library that use `sqlite3` or `msilib` (SQL too) are counted apart, as they hold real SQL.\n",
        "| what | files | million characters | false regions | in files that use a database | time, s |",
        "|---|---|---|---|---|---|",
    ]
    for one in quiet:
        lines.append(
            f"| {one.name} | {one.files} | {one.characters / 1e6:.1f} | {len(one.false)} "
            f"| {len(one.elsewhere)} | {one.seconds:.1f} |"
        )
    return "\n".join(lines)


def _json(
    tallies: dict[tuple[str, str], tuple[Tally, Tally]], spent: list[Quiet], quiet: list[Quiet]
) -> str:
    def counts(tally: Tally) -> dict[str, int]:
        return {
            "wanted": tally.wanted,
            "found": tally.found,
            "right": tally.right,
            "wrong": tally.wrong,
        }

    body: dict[str, Any] = {
        "labelled": [
            {"half": half, "language": language, "schema": counts(known), "none": counts(bare)}
            for (half, language), (known, bare) in sorted(tallies.items())
        ],
        "quiet": [{"name": one.name, "files": one.files, "false": len(one.false)} for one in quiet],
        "seconds": round(sum(one.seconds for one in spent), 3),
    }
    return json.dumps(body, indent=1) + "\n"


def _grammars() -> str:
    names = [f"tree-sitter-{name}" for name in _GRAMMARS]
    return ", ".join(f"{name} {version(name)}" for name in ("tree-sitter", *names))


if __name__ == "__main__":
    main()
