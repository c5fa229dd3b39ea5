"""The files that the user names: read as text, found in folders, with places in them."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sureql.hosts import reading
from sureql.ports.errors import ConfigurationError, SureqlError
from sureql.sources import files
from sureql.text import line_index
from sureql.text.edits import TextEdit, apply_edits, ended_like
from sureql.text.line_index import LineIndex
from sureql.text.span import Span

SUFFIXES = {".sql", ".ddl", ".pgsql", ".psql"}
STDIN = "-"
Place = tuple[int, int]
"""1-based line and column, in characters."""
Written = tuple[Place, Place, str]
"""Where an edit begins and ends in a file, and what it puts there."""
Ignores = tuple[tuple[Path, files.Rules], ...]
_LEFT_OUT = {"node_modules", "__pycache__", "venv", "site-packages"}


class UnreadableError(SureqlError):
    """A file that is missing, a folder, binary, or not ours to read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, exactly: line ends are kept, `encoding` writes it back. Of a file of another
    language `embedded.Embedded` is what is worked on: its SQL."""

    path: Path
    content: str
    encoding: str
    lines: LineIndex

    @property
    def parts(self) -> tuple[Span, ...] | None:
        """Where the strings of a program stand in `content`; None if it is one script."""
        return None

    @property
    def file(self) -> Text:
        """What the file itself holds."""
        return self

    def place(self, offset: int) -> Place:
        """Where an offset of `content` is in the file."""
        line = self.lines.line_of(offset)
        return line + 1, offset - self.lines.start(line) + 1

    def between(self, span: Span) -> tuple[Place, Place]:
        """Where a span of `content` begins and ends in the file."""
        return self.place(span.start), self.place(span.end)

    def source_line(self, line: int) -> str:
        """A line of the file, without its end."""
        return self.content[self.lines.start(line - 1) : self.lines.end(line - 1)].rstrip("\r\n")

    def written(self, edits: Sequence[TextEdit]) -> list[Written] | None:
        """Edits of `content` as edits of the file; None if they can't be written there."""
        return [(*self.between(one.span), one.new_text) for one in edits]

    def inserted(self, edit: TextEdit, at: int) -> Written | None:
        """One edit at the offset `at`, whole; None if it can't be written there."""
        return (*self.between(edit.span), edit.new_text)

    def edited(self, edits: Iterable[TextEdit]) -> str | None:
        """What the file holds after edits of `content`; None if they can't be written there."""
        return apply_edits(self.content, ended_like(self.content, edits))

    def with_content(self, content: str, parts: tuple[Span, ...] | None) -> str:
        """What the file holds when `content` is as given; `parts` as they are then."""
        return content

    def offset(self, at: str) -> int:
        """The offset of LINE:COL. Raises ConfigurationError if there is no such place."""
        match = re.fullmatch(r"(\d+):(\d+)", at)
        if not match:
            raise ConfigurationError(f"--at takes LINE:COL, such as 3:14, not `{at}`.")
        line, column = int(match[1]), int(match[2])
        if not 1 <= line <= len(self.lines):
            count = len(self.lines)
            raise ConfigurationError(
                f"{self.path} has no line {line}: it has {count} line{'s' if count > 1 else ''}."
            )
        start, end = self.lines.start(line - 1), self.lines.end(line - 1)
        length = len(self.content[start:end].rstrip("\r\n"))
        if not 1 <= column <= length + 1:
            raise ConfigurationError(
                f"Line {line} of {self.path} has no column {column}: it ends at {length + 1}."
            )
        return start + column - 1

    def write(self, content: str) -> None:
        """Replace the file's text. Raises UnreadableError."""
        # Beside it first: whatever happens, the file is whole, as it was or as it is to be.
        target = self.path.resolve()
        data = content.encode(self.encoding)
        try:
            mode = target.stat().st_mode
            if not mode & 0o222:
                # Replacing it would work all the same, but that is not what its owner wants.
                raise UnreadableError(f"{self.path} cannot be written: it is read-only.")
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as new:
                new.write(data)
            try:
                Path(new.name).chmod(mode)
                Path(new.name).replace(target)
            except OSError:
                Path(new.name).unlink(missing_ok=True)
                raise
        except OSError as problem:
            raise UnreadableError(f"{self.path} cannot be written: {_reason(problem)}.") from None


def read(path: Path) -> Text:
    """A text file. Raises UnreadableError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(f"{path} does not exist.") from None
    except IsADirectoryError:
        raise UnreadableError(f"{path} is a folder, not a file.") from None
    except OSError as problem:
        raise UnreadableError(f"{path} cannot be read: {_reason(problem)}.") from None
    if b"\0" in data[:8192]:
        raise UnreadableError(f"{path} is not a text file.")
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        content = data.decode(encoding)
    except UnicodeDecodeError:
        # Old dumps; every byte is a character in Latin-1, so that nothing is lost on writing.
        encoding = "latin-1"
        content = data.decode(encoding)
    return Text(path, content, encoding, line_index.of(content))


def read_or_stdin(name: str) -> Text:
    """The file `name`, or standard input for `-`. Raises UnreadableError."""
    if name != STDIN:
        return read(Path(name))
    return given(sys.stdin.buffer.read().decode("utf-8-sig", errors="replace"), STDIN)


def given(content: str, name: str) -> Text:
    """A text that came from elsewhere, as if it were the file `name`."""
    return Text(Path(name), content, "utf-8", line_index.of(content))


def find(paths: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    """The files that `paths` name, folders searched for SQL and for programs that may hold some; True
    with those named themselves."""
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        named = not path.is_dir()
        for found in [path] if named else sorted(_inside(path)):
            if found not in seen:
                seen.add(found)
                yield found, named


def _inside(folder: Path) -> Iterator[Path]:
    above = [folder.resolve(), *folder.resolve().parents]
    root = next((parent for parent in above if (parent / ".git").exists()), None)
    ignores: Ignores = ()
    if root is not None:
        for parent in reversed(above[1 : above.index(root) + 1]):
            ignores = _with_rules(parent, ignores)
        if files.is_ignored(folder.resolve(), True, ignores):
            # Named on the command line, so it is wanted all the same.
            ignores = ()
    yield from _below(folder, folder.resolve(), ignores)


def _below(folder: Path, full: Path, ignores: Ignores) -> Iterator[Path]:
    ignores = _with_rules(full, ignores)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # Not ours to read.
    for entry in entries:
        # A link to a folder may lead back here: links to folders are not followed.
        is_folder = entry.is_dir(follow_symlinks=False)
        if files.is_ignored(full / entry.name, is_folder, ignores):
            continue
        if is_folder and entry.name not in _LEFT_OUT and entry.name[0] != ".":
            yield from _below(folder / entry.name, full / entry.name, ignores)
        elif not is_folder and _may_hold_sql(entry.name) and entry.is_file():
            yield folder / entry.name


def _may_hold_sql(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES or reading.language_of("", name) != ""


def _with_rules(folder: Path, ignores: Ignores) -> Ignores:
    file = folder / ".gitignore"
    return (*ignores, (folder, files.ignore_rules(file))) if file.is_file() else ignores


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()
