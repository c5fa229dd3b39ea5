"""What the extractor finds in labelled files, and in code that holds no SQL."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlglot
from sqlglot import exp

from evals.hosts import labels
from evals.hosts.labels import Label, Repository
from sureql.hosts import reading
from sureql.hosts.model import Region

_TABLE = re.compile(
    r"\bcreate\s+(?:(?:or\s+replace|temp|temporary|unlogged|external|materialized)\s+)*(?:table|view)\s+"
    r"(?:if\s+not\s+exists\s+)?([\w.\"`\[\]]+)",
    re.I,
)
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".java", ".rb", ".php", ".rs",
         ".cs", ".kt", ".sql")  # fmt: skip
_LONGEST = 1_000_000


@dataclass(slots=True)
class Tally:
    """Counts of one language and half. `wanted` are literals that are SQL, `found` those of them in a
    region; `right` regions hold SQL, `wrong` ones do not. `shown` says which, for reading."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.wanted += other.wanted
        self.found += other.found
        self.right += other.right
        self.wrong += other.wrong
        self.shown += other.shown


@dataclass(slots=True)
class Quiet:
    """Code that holds no SQL: what was read, how long it took (s), and what was found all the same.

    `elsewhere` are regions in files that use a database themselves.
    """

    name: str
    files: int = 0
    characters: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    false: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def repository(
    folder: Path, one: Repository, known: bool
) -> tuple[dict[str, Tally], list[str], Quiet]:
    """Tallies by language, the files that are not as labelled, and the time it took. Bare strings are
    judged by the tables that the repository itself creates if `known`, else none is accepted."""
    tallies: dict[str, Tally] = {}
    missing: list[str] = []
    spent = Quiet(one.name)
    accepts = _accepts(_tables(folder)) if known else _nothing
    for (name, path), wanted in labels.labelled().items():
        if name != one.name:
            continue
        text = _text(folder / path)
        if text is None or not all(label.fits(text) for label in wanted):
            missing.append(f"{name}: {path}")
            continue
        language = reading.language_of("", path)
        regions = _regions(text, language, accepts, spent)
        tally = tallies.setdefault(language or Path(path).suffix, Tally())
        tally.add(_judged(f"{name} {path}", text, wanted, regions))
    return tallies, missing, spent


def quiet(name: str, files: Iterable[Path], speaks_sql: Callable[[str], bool]) -> Quiet:
    """Reads `files` with every bare string accepted that parses as a statement."""
    total = Quiet(name)
    for path in files:
        text = _text(path)
        language = reading.language_of("", path.name)
        if text is None or not language:
            continue
        for region in _regions(text, language, _parses, total):
            line = text.count("\n", 0, region.host.start) + 1
            shown = f"{path}:{line} {' '.join(region.text.split())[:80]!r}"
            (total.elsewhere if speaks_sql(text) else total.false).append(shown)
    return total


def files(folder: Path) -> Iterator[Path]:
    """The code files below `folder`, in order."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _CODE and path.is_file() and "site-packages" not in path.parts:
            yield path


def _judged(where: str, text: str, wanted: list[Label], regions: tuple[Region, ...]) -> Tally:
    tally = Tally()
    for region in regions:
        touched = {one.label for one in wanted if one.span.overlaps(region.host)}
        touched |= {one.label for one in wanted if one.span.covers(region.host)}
        good = bool(touched & {labels.SQL, labels.TEXT})
        tally.right += good
        tally.wrong += not good
        if not good:
            tally.shown.append(_shown("false", where, text, region.host.start, region.text))
    for one in wanted:
        if one.label != labels.SQL:
            continue
        hit = any(region.host.overlaps(one.span) for region in regions)
        tally.wanted += 1
        tally.found += hit
        if not hit:
            tally.shown.append(_shown("missed", where, text, one.span.start, one.span.of(text)))
    return tally


def _shown(what: str, where: str, text: str, start: int, content: str) -> str:
    line = text.count("\n", 0, start) + 1
    return f"{what}: {where}:{line} {' '.join(content.split())[:90]}"


def _regions(
    text: str, language: str, accepts: Callable[[str], bool], spent: Quiet
) -> tuple[Region, ...]:
    began = time.perf_counter()
    found = reading.of(text, language, accepts).embedding.regions
    seconds = time.perf_counter() - began
    spent.files += 1
    spent.characters += len(text)
    spent.seconds += seconds
    spent.slowest = max(spent.slowest, seconds)
    return found


def _text(path: Path) -> str | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) > _LONGEST:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _tables(folder: Path) -> frozenset[str]:
    """The names of the tables that some code below `folder` creates."""
    found: set[str] = set()
    for path in files(folder):
        for name in _TABLE.findall(_text(path) or ""):
            found.add(name.rpartition(".")[2].strip('"`[]').casefold())
    return frozenset(found)


def _accepts(tables: frozenset[str]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        tree = _tree(text)
        named = tree.find_all(exp.Table) if tree is not None else ()
        return any(table.name.casefold() in tables for table in named)

    return accepts


def _nothing(text: str) -> bool:
    return False


def _parses(text: str) -> bool:
    tree = _tree(text)
    return tree is not None and next(tree.find_all(exp.Table), None) is not None


def _tree(text: str) -> exp.Expr | None:
    masked = re.sub(r"\$\{\w*\}", lambda found: "x" * len(found[0]), text)
    try:
        trees = [tree for tree in sqlglot.parse(masked, dialect="postgres") if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError, TypeError):
        return None
    return (
        None
        if not trees or isinstance(trees[0], exp.Command | exp.Alias | exp.Column)
        else trees[0]
    )
