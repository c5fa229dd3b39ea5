"""The files that the user names: read as text, found in folders, with places in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sureql.ports.errors import ConfigurationError, SureqlError
from sureql.text import line_index
from sureql.text.line_index import LineIndex

SUFFIXES = {".sql", ".ddl"}
_LEFT_OUT = {"node_modules", "__pycache__", "venv", "site-packages"}


class UnreadableError(SureqlError):
    """A file that is missing, a folder, binary, or not ours to read."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, exactly: line ends are kept, `encoding` writes it back."""

    path: Path
    content: str
    encoding: str
    lines: LineIndex

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column, in characters."""
        line = self.lines.line_of(offset)
        return line + 1, offset - self.lines.start(line) + 1

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
        try:
            self.path.write_bytes(content.encode(self.encoding))
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


def find(paths: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    """The files that `paths` name, folders searched for SQL; True with those named themselves."""
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        named = not path.is_dir()
        for found in [path] if named else sorted(_inside(path)):
            if found not in seen:
                seen.add(found)
                yield found, named


def _inside(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT_OUT and name[0] != "."]
        for name in names:
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()
