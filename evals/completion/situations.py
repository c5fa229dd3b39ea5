"""Hand-written popup situations: where an editor would show the right item.

An editor keeps the items whose filter text starts with the typed word, sorts them by the server's
order and then by label.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.ide.completion import complete
from sureql.semantics.snapshot import Snapshot
from sureql.sources import ddl_files
from sureql.syntax import cursor, dialects, script

HERE = Path(__file__).parent
MUSIC = HERE.parents[1] / "tests" / "fixtures" / "schemas" / "music.sql"


@dataclass(frozen=True, slots=True)
class Situation:
    category: str
    text: str
    offset: int
    wanted: tuple[str, ...]


def read(path: Path = HERE / "situations.txt") -> tuple[Path, list[Situation]]:
    """The DDL file and the situations of a file; no wanted item means silence.

    `# schema: music` names a schema of the tests, `# schema: x.sql` a file beside this one.
    """
    found = []
    ddl = MUSIC
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# schema: "):
            name = line.removeprefix("# schema: ").strip()
            ddl = HERE / name if name.endswith(".sql") else MUSIC.with_name(f"{name}.sql")
        elif line and not line.startswith("#"):
            category, text, wanted = (part.strip() for part in f"{line} ".split(" | "))
            text = text.replace("\\r", "\r").replace("\\n", "\n")
            offset = text.index("<|>")
            found.append(
                Situation(
                    category,
                    text.replace("<|>", ""),
                    offset,
                    tuple(item.strip() for item in wanted.split(";;") if item.strip()),
                )
            )
    return ddl, found


def rank(situation: Situation, schema: catalog.Catalog) -> int | None:
    """The right item's 0-based rank; None if it is missing. Silence counts as rank 0."""
    dialect = dialects.get("postgres")
    parts = script.of(situation.text, dialect)
    items, _ = complete.complete(Snapshot("eval:///q.sql", "", 1, parts, schema), situation.offset)
    if not situation.wanted:
        return None if items else 0
    statement = parts.at(situation.offset)
    typed = cursor.at(statement.masked, situation.offset - statement.start, dialect).typed.lower()
    shown = sorted(
        (item for item in items if item.match.lower().lstrip('"').startswith(typed)),
        key=lambda item: (item.rank, item.label),
    )
    wanted = {spelling(item) for item in situation.wanted}
    return next(
        (
            index
            for index, item in enumerate(shown)
            if wanted & {spelling(item.insert), spelling(item.label)}
        ),
        None,
    )


def spelling(item: str) -> str:
    """An item's text without what may differ: letter case, quotes of a name, a call's arguments."""
    text = item.strip().lower()
    if text.endswith(("($0)", "($1)$0", "(")):
        text = text.split("(")[0].strip()
    return text.replace('"', "")


def music() -> catalog.Catalog:
    """The music store's schema."""
    return _schema(MUSIC)


def table() -> tuple[list[str], list[tuple[Situation, int | None]]]:
    """Markdown rows by category over all files, then by file, and every situation's rank."""
    ranks: list[tuple[Situation, int | None]] = []
    groups: dict[str, list[int | None]] = defaultdict(list)
    files: dict[str, list[int | None]] = {}
    for path in sorted(HERE.glob("situations*.txt")):
        ddl, found = read(path)
        schema = _schema(ddl)
        here = [(situation, rank(situation, schema)) for situation in found]
        for situation, place in here:
            groups[situation.category.replace("-", " ")].append(place)
        files[path.name] = [place for _, place in here]
        ranks.extend(here)
    files["all"] = [place for _, place in ranks]
    rows = ["| category or file | situations | first | in the top 5 |", "|---|---|---|---|"]
    for name, places in (groups | files).items():
        first = sum(place == 0 for place in places)
        five = sum(place is not None and place < 5 for place in places)
        rows.append(f"| {name} | {len(places)} | {first} | {five} |")
    return rows, ranks


def _schema(ddl: Path) -> catalog.Catalog:
    text = ddl_files.SchemaText(str(ddl), ddl.read_text(encoding="utf-8"))
    return ddl_files.load([text], dialects.get("postgres"))
