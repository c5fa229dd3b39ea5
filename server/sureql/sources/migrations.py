"""Orders schema and migration files, and takes the way down out of them.

Known layouts: Flyway (V1__x, V1.10__x, R__x), golang-migrate (1_x.up.sql), dbmate, goose, sql-migrate
and tern (markers in the file), Rails (structure.sql), Django and Alembic SQL, Prisma, Diesel and
Drizzle folders, sqitch (deploy/ in the order of sqitch.plan), Liquibase SQL, numbered files, and
plain schema files and dumps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FLYWAY = re.compile(r"^[vb](\d+(?:[._]\d+)*)__", re.IGNORECASE)
_REPEATABLE = re.compile(r"^r__", re.IGNORECASE)
_DOWN = re.compile(r"(^u\d[\d._]*__)|([._-](down|rollback|revert|undo)\.sql$)|^down\.sql$", re.I)
_UP = re.compile(r"([._-](up|do)\.sql$)|^(up|migration)\.sql$", re.IGNORECASE)
_NUMBERED = re.compile(r"^v?(\d+(?:[._-]\d+)*)(?=[._\-a-z]|$)", re.IGNORECASE)
_STEP_FOLDER = re.compile(r"^\d{3,}[\d_-]*([_-].*)?$")
_SCHEMA_NAME = re.compile(
    r"^(schema|structure|ddl|init|create[_-]?(tables?|schema|db)?|database|tables?|.*[_-]schema)$",
    re.IGNORECASE,
)
_DATA_NAME = re.compile(r"(^|[_-])(seeds?|fixtures?|data|inserts?|test[_-]?data|sample)s?$", re.I)

_DDL = re.compile(
    r"^[ \t]*+(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNLOGGED\s+|VIRTUAL\s+|MATERIALIZED\s+|FOREIGN\s+|EXTERNAL"
    r"\s+|UNIQUE\s+|TRANSIENT\s+)*(?:TABLE|VIEW|TYPE|DOMAIN|SCHEMA|INDEX|FUNCTION|EXTENSION|SEQUENCE"
    r"|TRIGGER|PROCEDURE|MACRO|POLICY)|ALTER\s+\w+|DROP\s+(?:TABLE|VIEW|INDEX|TYPE)|COMMENT\s+ON)\b",
    re.IGNORECASE | re.MULTILINE,
)
_QUERY = re.compile(r"^(?:SELECT|WITH|UPDATE|DELETE|MERGE)\b", re.IGNORECASE | re.MULTILINE)
_CREATED = re.compile(
    r"\bCREATE\s+(?:UNLOGGED\s+|FOREIGN\s+)*TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.\"`\[\]]+)", re.I
)
_DROPPED = re.compile(
    r"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([\w.\"`\[\]]+)|\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?"
    r"(?:ONLY\s+)?([\w.\"`\[\]]+)\s+RENAME\s+TO\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\bADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w\"`\[\]]+)", re.IGNORECASE)
_BUILDS = re.compile(
    r"\b(?:CREATE|ADD|RENAME|COMMENT\s+ON|MODIFY|CHANGE|SET|OWNER)\b", re.IGNORECASE
)
_DUMP = re.compile(r"^-- (?:PostgreSQL|MySQL|MariaDB|SQLite)\b.*dump", re.IGNORECASE | re.MULTILINE)

# From the first line matching the left pattern to the next one matching the right is left out.
_DOWN_PARTS = (
    (re.compile(r"^\s*--\s*migrate:down\b", re.I), re.compile(r"^\s*--\s*migrate:up\b", re.I)),
    (re.compile(r"^\s*--\s*\+goose\s+Down\b", re.I), re.compile(r"^\s*--\s*\+goose\s+Up\b", re.I)),
    (re.compile(r"^\s*--\s*\+migrate\s+Down", re.I), re.compile(r"^\s*--\s*\+migrate\s+Up", re.I)),
    (re.compile(r"^\s*---- create above / drop below ----"), re.compile(r"(?!)")),
    (re.compile(r"^\s*+--\s*+(?:!\s*+)?(DOWN|UNDO|ROLLBACK)\s*+(?::\s*+)?$", re.I), re.compile(r"^\s*+--\s*+(?:!\s*+)?UP\b", re.I)),
)  # fmt: skip
_SNIFFED = 8192
_HEAD = 100_000


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A file that may hold DDL. `text` has the way down blanked, offsets as in the file.

    `series` names the migrations it is one of ('' for none), `order` its place among them.
    """

    path: str
    text: str
    series: str = ""
    order: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return Path(self.path).stem

    @property
    def is_schema(self) -> bool:
        return bool(_SCHEMA_NAME.match(self.name) or _DUMP.search(self.text[:2000]))


def read(path: Path, max_bytes: int, any_text: bool = False) -> SchemaFile | None:
    """The file, if it is text of a reasonable size that mainly defines things.

    `any_text`: the user named the file, so its content is not judged.
    """
    if _DOWN.search(path.name) and not any_text:
        return None
    try:
        if not any_text and path.stat().st_size > max_bytes:
            return None
        raw = path.read_bytes()
    except OSError:
        return None
    if b"\0" in raw[:_SNIFFED] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    text = decoded(raw)
    series, order = place_of(path)
    if not any_text and not _defines(text, path.stem, series):
        return None
    return SchemaFile(str(path), without_down(text), series, order)


def is_large_schema(path: Path, max_bytes: int) -> bool:
    """True if the file is over the limit and its head defines things."""
    try:
        if path.stat().st_size <= max_bytes or _DOWN.search(path.name):
            return False
        with path.open("rb") as file:
            head = decoded(file.read(_HEAD))
    except OSError:
        return False
    return "\0" not in head and bool(_DDL.search(head))


def decoded(raw: bytes) -> str:
    """Text as editors decode it; bytes that are not UTF-8 are read as Latin-1."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def place_of(path: Path) -> tuple[str, tuple[int, ...]]:
    """The series a file belongs to and its place there."""
    name, folder = path.name, path.parent
    if match := _FLYWAY.match(name):
        return str(folder), (0, *_numbers(match[1]))
    if _REPEATABLE.match(name):
        return str(folder), (1,)
    if _UP.match(name) and (match := _NUMBERED.match(folder.name)):
        return str(folder.parent), (0, *_numbers(match[1]))
    if folder.name == "deploy" and (folder.parent / "sqitch.plan").is_file():
        return str(folder), (0, _planned(folder.parent / "sqitch.plan", path.stem))
    if match := _NUMBERED.match(name):
        return str(folder), (0, *_numbers(match[1]))
    return "", ()


def is_step_folder(name: str) -> bool:
    """True for a folder that is one migration: `20240131120000_add_users`."""
    return bool(_STEP_FOLDER.match(name))


def without_down(text: str) -> str:
    """`text` with every part that undoes a migration blanked; line ends and offsets stay."""
    for starts, ends in _DOWN_PARTS:
        if not any(starts.match(line) for line in text.splitlines()):
            continue
        lines, down = [], False
        for line in text.splitlines(keepends=True):
            down = not ends.match(line) and (down or bool(starts.match(line)))
            lines.append(re.sub(r"[^\r\n]", " ", line) if down else line)
        text = "".join(lines)
    return text


def in_order(files: Sequence[SchemaFile]) -> list[SchemaFile]:
    """Plain files first and as given, then each series by its numbers: V1.10 after V1.9."""
    plain = [file for file in files if not file.series]
    steps = [file for file in files if file.series]
    return plain + sorted(steps, key=lambda step: (step.series, step.order, step.path))


def choose(files: Sequence[SchemaFile]) -> list[SchemaFile]:
    """The files to load, in order: a complete schema file or the migrations, or both if need be."""
    plain = [file for file in files if not file.series]
    steps = in_order([file for file in files if file.series])
    schemas = [file for file in plain if file.is_schema]
    others = [file for file in plain if not file.is_schema]
    if schemas and steps:
        made = _names(_CREATED, schemas)
        made_by_steps = _names(_CREATED, steps) - _names(_DROPPED, steps)
        added = _names(_ADDED, steps)
        words = set(re.findall(r"\w+", "\n".join(file.text for file in schemas).lower()))
        if made_by_steps <= made and added <= words:
            steps = []  # The schema file has it all.
        elif made <= _names(_CREATED, steps):
            schemas = []  # It is older than the migrations.
    key = lambda file: (not file.is_schema, file.path)  # noqa: E731
    return sorted(schemas, key=key) + sorted(others, key=key) + steps


def _defines(text: str, stem: str, series: str) -> bool:
    definitions = len(_DDL.findall(text))
    if definitions == 0 or _DATA_NAME.search(stem):
        return False
    if not series and not _BUILDS.search(text):
        return False  # A script that takes everything down again.
    return bool(series) or definitions >= len(_QUERY.findall(text))


def _names(pattern: re.Pattern[str], files: Sequence[SchemaFile]) -> set[str]:
    found: set[str] = set()
    for file in files:
        for match in pattern.finditer(file.text):
            written = next(group for group in match.groups() if group)
            found.add(re.sub(r"[\"`\[\]]", "", written).rpartition(".")[2].lower())
    return found


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[._-]", text) if part.isdigit())


def _planned(plan: Path, name: str) -> int:
    """The place of a change in sqitch.plan; unknown ones come last."""
    try:
        if not plan.is_file():
            return 0  # A link to a device would never end.
        lines = plan.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    names = [line.split()[0] for line in lines if line.strip() and line[0] not in "%#@ "]
    return names.index(name) if name in names else len(names)
