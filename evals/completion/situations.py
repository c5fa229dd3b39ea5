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
    text = ddl_files.SchemaText(str(MUSIC), MUSIC.read_text(encoding="utf-8"))
    return ddl_files.load([text], dialects.get("postgres"))


def table() -> tuple[list[str], list[tuple[Situation, int | None]]]:
    """Markdown rows by category, and every situation with its rank."""
    schema = music()
    ranks = [(situation, rank(situation, schema)) for situation in read()[1]]
    groups: dict[str, list[int | None]] = defaultdict(list)
    for situation, found in ranks:
        groups[situation.category].append(found)
        groups["all"].append(found)
    rows = ["| category | situations | first | in the top 5 |", "|---|---|---|---|"]
    for category, found_ranks in groups.items():
        first = sum(found == 0 for found in found_ranks)
        five = sum(found is not None and found < 5 for found in found_ranks)
        rows.append(f"| {category} | {len(found_ranks)} | {first} | {five} |")
    return rows, ranks
