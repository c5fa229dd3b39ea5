"""What a workspace says about SQL style, less what could run code.

sqlfluff's settings can name Python modules and macros to load (`library_path`, `load_macros_from_path`,
templaters, plug-ins). A file of a cloned workspace must not start programs, so only sections and
keys that are known to be about rules and layout are passed on.
"""

from __future__ import annotations

import configparser
import io
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

INI_FILES = ("setup.cfg", "tox.ini", "pep8.ini", ".sqlfluff", ".sqruff")
"""Later ones win, and so do those of folders nearer to the file."""
LARGEST = 1_000_000
"""Bytes of a file with settings."""

_CORE = "sqlfluff"
_CORE_KEYS = frozenset(
    (
        "dialect",
        "rules",
        "exclude_rules",
        "max_line_length",
        "warnings",
        "ignore",
        "ignore_words",
        "tab_space_size",
        "indent_unit",
        "capitalisation_policy",
        "comma_style",
    )
)
_SECTIONS = ("sqlfluff:rules", "sqlfluff:layout", "sqlfluff:indentation")

Sections = dict[str, dict[str, str]]


def found(root: Path, path: Path) -> tuple[Sections, tuple[Path, ...]]:
    """The harmless settings for the file at `path`, and the files they were read from."""
    sections: Sections = {}
    files = []
    for folder in _folders(root, path):
        for file in (*(folder / name for name in INI_FILES), folder / "pyproject.toml"):
            read = _toml(file) if file.suffix == ".toml" else _ini(file)
            if read:
                files.append(file)
            for name, values in read.items():
                sections.setdefault(name, {}).update(values)
    return sections, tuple(files)


def written(sections: Sections, dialect: str, rules: str = "") -> str:
    """The text of a settings file; `rules` limits what is looked at."""
    core = {**sections.get(_CORE, {}), "templater": "raw"}
    core.setdefault("dialect", dialect)
    if rules:
        core["rules"] = rules
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_dict({**sections, _CORE: core})
    out = io.StringIO()
    parser.write(out)
    return out.getvalue()


def _folders(root: Path, path: Path) -> Iterator[Path]:
    # The root of a file that belongs to no folder may be the file itself.
    inside = path.parent.is_relative_to(root)
    below = path.parent.relative_to(root).parts if inside else ()
    folder = root
    yield folder
    for part in below:
        folder = folder / part
        yield folder


def _ini(file: Path) -> Sections:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text_of(file))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}  # The tool itself would say what is wrong; ours are defaults then.
    return _harmless({name: dict(parser[name]) for name in parser.sections()})


def _toml(file: Path) -> Sections:
    try:
        tools = tomllib.loads(_text_of(file)).get("tool")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return {}
    table = tools.get(_CORE, tools.get("sqruff")) if isinstance(tools, dict) else None
    return _harmless(dict(_flat(table, _CORE))) if isinstance(table, dict) else {}


def _text_of(file: Path) -> str:
    # A link to a device, which a workspace may hold, would never end.
    status = file.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return ""
    return file.read_text(encoding="utf-8")


def _flat(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """`[tool.sqlfluff.core]` is the section `sqlfluff`, `[tool.sqlfluff.rules.x]` `sqlfluff:rules:x`."""
    plain = {key: _text(value) for key, value in table.items() if not isinstance(value, dict)}
    if plain:
        yield name, plain
    for key, value in table.items():
        if isinstance(value, dict):
            inner = name if key == "core" and name == _CORE else f"{name}:{key.replace('.', ':')}"
            yield from _flat(value, inner)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _harmless(sections: Sections) -> Sections:
    kept: Sections = {}
    for name, values in sections.items():
        if name == _CORE:
            values = {key: value for key, value in values.items() if key in _CORE_KEYS}
        elif not any(name == known or name.startswith(f"{known}:") for known in _SECTIONS):
            continue
        if values:
            kept[name] = {key: value for key, value in values.items() if "path" not in key}
    return kept
