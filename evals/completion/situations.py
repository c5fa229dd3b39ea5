"""Hand-written popup situations: a text, a cursor and the items that are right there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


def spelling(item: str) -> str:
    """An item's text without what may differ: letter case, quotes of a name, a call's arguments."""
    text = item.strip().lower()
    if text.endswith(("($0)", "($1)$0", "(")):
        text = text.split("(")[0].strip()
    return text.replace('"', "")
