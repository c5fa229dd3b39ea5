"""The configuration: what can be set, where it may stand, and what is said about mistakes.

Later layers win: defaults, the workspace's `sureql.toml` or `[tool.sureql]` of `pyproject.toml`, the
user's own `config.toml`, the editor's settings, `SUREQL_*` variables, the command line. A mistake
costs only its own key. What a workspace may not decide, `shared.py` says.
"""

from __future__ import annotations

import difflib
import json
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from sureql.ports.provider import GIVEN_KEYS
from sureql.settings import shared, trust
from sureql.settings.kinds import Kind
from sureql.settings.options import Options

PROJECT_FILE = "sureql.toml"
LARGEST = 1_000_000
VARIABLES = ("SUREQL_CONFIG", "SUREQL_CACHE", "SUREQL_LOG", "SUREQL_TOKEN", GIVEN_KEYS)
"""Variables that steer the program itself and are no settings."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the configuration, as a sentence that names the place, the key and the remedy."""

    place: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Values from one place. A `shared` layer came with the workspace, which the user has not trusted:
    it may not name endpoints or connections. `remedy` is then how to trust it."""

    place: str
    values: Mapping[str, Any]
    shared: bool = False
    remedy: str = ""


def load(
    root: Path | None,
    editor: Mapping[str, Any],
    variables: Mapping[str, str],
    user_file: Path,
    command_line: Mapping[str, Any] | None = None,
    *,
    trusted: bool | None = None,
) -> tuple[Options, tuple[Problem, ...]]:
    """The options for one workspace root, and what is wrong with them. `trusted`: what an editor says
    that asks its user about folders; None if there is none, and the list of `sureql trust` decides."""
    problems: list[Problem] = []
    layers: list[Layer] = []
    if root is not None:
        layers += _project_layers(root, trust.file_beside(user_file), trusted, problems)
    if (values := _read_toml(user_file, problems)) is not None:
        layers.append(Layer(str(user_file), values))
    layers.append(Layer("editor settings", editor))
    layers.append(Layer("environment", _from_variables(variables, problems)))
    layers.append(Layer("command line", command_line or {}))
    options = compose(layers, problems)
    return (shared.limited(options) if trusted is False else options), tuple(problems)


def compose(layers: Sequence[Layer], problems: list[Problem]) -> Options:
    """Defaults overlaid by `layers`; mistakes are added to `problems`."""
    options = Options()
    hidden: list[tuple[str, Any]] = []
    for layer in layers:
        refused: list[str] = []
        for key, value in _flat(layer.values):
            if (kind := KINDS.get(key)) is None:
                problems.append(_unknown(layer.place, key))
            elif value is None:
                continue  # Editors send null for what is not set.
            elif not kind.accepts(value):
                shown = json.dumps(value, default=str)
                # An address may hold a password, and so may all that concerns models.
                secret = "://" in shown or key.startswith("model.")
                found = "" if secret else f", not {shown}"
                message = f"{layer.place}: `{key}` must be {kind.expected}{found}."
                problems.append(Problem(layer.place, key, message))
            elif layer.shared and not shared.may_set(key, value):
                refused.append(key)
            elif layer.shared and key in shared.ADDED:
                hidden.append((key, kind.convert(value)))
            else:
                options = _with(options, key.split("."), kind.convert(value))
        if refused:
            problems.append(_untrusted(layer, refused))
    for key, names in hidden:
        # What a workspace wants hidden is hidden, whatever else is.
        section, name = key.split(".")
        known = getattr(getattr(options, section), name)
        options = _with(options, [section, name], tuple(dict.fromkeys((*known, *names))))
    return options


def _untrusted(layer: Layer, keys: Sequence[str]) -> Problem:
    # Values are not repeated: they may hold a password.
    names = ", ".join(f"`{key}`" for key in keys)
    message = (
        f"{layer.place}: {names} may not be set here: put {'it' if len(keys) == 1 else 'them'} into "
        f"your own configuration, or trust this folder{layer.remedy}."
    )
    return Problem(layer.place, keys[0], message)


def _project_layers(
    root: Path, listed: Path, trusted: bool | None, problems: list[Problem]
) -> Iterator[Layer]:
    project = root / "pyproject.toml"
    values = _read_toml(project, problems)
    tool = values.get("tool") if values else None
    table = tool.get("sureql") if isinstance(tool, dict) else None
    if isinstance(table, dict):
        yield _project_layer(root, project, table, listed, trusted)
    if (values := _read_toml(root / PROJECT_FILE, problems)) is not None:
        yield _project_layer(root, root / PROJECT_FILE, values, listed, trusted)


def _project_layer(
    root: Path, file: Path, values: Mapping[str, Any], listed: Path, trusted: bool | None
) -> Layer:
    if trusted is None:
        held, remedy = trust.holds_for(root, file, listed), f": `sureql trust {root}`"
    else:
        held, remedy = trusted and trust.is_inside(root, file), " in the editor"
    return Layer(str(file), values, not held, remedy)


def _read_toml(path: Path, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        status = path.stat()
        # A link to a device would never end, and this process answers the editor.
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            message = f"{path}: cannot be read: it is no file of at most {LARGEST:,} bytes."
            problems.append(Problem(str(path), "", message))
            return None
        return tomllib.loads(path.read_bytes().decode())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except RecursionError:
        problems.append(Problem(str(path), "", f"{path}: its tables are nested too deeply."))
    except OSError as error:
        problems.append(Problem(str(path), "", f"{path}: cannot be read: {error.strerror}."))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), "", f"{path}: this is not valid TOML: {error}."))
    return None


def _from_variables(variables: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    names = {"SUREQL_" + key.replace(".", "_").upper(): key for key in KINDS}
    values: dict[str, Any] = {}
    for name, text in variables.items():
        if not name.startswith("SUREQL_") or name in VARIABLES:
            continue
        if name in names:
            values[names[name]] = KINDS[names[name]].from_text(text)
        else:
            message = f"Unknown variable {name}{_did_you_mean(name, [*names, *VARIABLES])}"
            problems.append(Problem("environment", name, message))
    return values


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values; tables below a key that takes a table stay whole."""
    for name, value in values.items():
        key = prefix + str(name)
        if isinstance(value, Mapping) and key not in KINDS and _is_section(key):
            yield from _flat(value, key + ".")
        else:
            yield key, value


def _is_section(key: str) -> bool:
    return any(known.startswith(key + ".") for known in KINDS)


def _unknown(place: str, key: str) -> Problem:
    if _is_section(key):
        inside = ", ".join(known for known in KINDS if known.startswith(key + "."))
        return Problem(place, key, f"{place}: `{key}` must be a table with {inside}.")
    sections = {known.split(".")[0] for known in KINDS}
    suggestion = _did_you_mean(key, [*KINDS, *sections])
    return Problem(place, key, f"{place}: unknown key `{key}`{suggestion}")


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else "."


def _with(section: Any, path: Sequence[str], value: Any) -> Any:
    if len(path) > 1:
        value = _with(getattr(section, path[0]), path[1:], value)
    return replace(section, **{path[0]: value})


def _keys(section: Any, prefix: str = "") -> Iterator[tuple[str, Kind, str, Any]]:
    """Every key with its kind, description and default."""
    for item in fields(section):
        value = getattr(section, item.name)
        if is_dataclass(value):
            yield from _keys(value, prefix + item.name + ".")
        else:
            yield prefix + item.name, item.metadata["kind"], item.metadata["doc"], value


KINDS: Mapping[str, Kind] = {key: kind for key, kind, _, _ in _keys(Options())}


def json_schema() -> dict[str, Any]:
    """The JSON schema of `sureql.toml`, for editors that check TOML."""
    top: dict[str, Any] = {}
    for key, kind, doc, default in _keys(Options()):
        *sections, name = key.split(".")
        properties = top
        for section in sections:
            empty = {"type": "object", "additionalProperties": False, "properties": {}}
            properties = properties.setdefault(section, empty)["properties"]
        shown = {} if default == () else {"default": default}
        properties[name] = {**kind.schema, **shown, "description": doc}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sureql configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": top,
    }


def reference() -> str:
    """The table of keys in docs/configuration.md."""
    rows = ["| key | value | default | what it does |", "|---|---|---|---|"]
    for key, kind, doc, default in _keys(Options()):
        shown = "" if default == () else f"`{json.dumps(default)}`"
        rows.append(f"| `{key}` | {kind.expected} | {shown} | {doc} |")
    return "\n".join(rows) + "\n"


def user_file(variables: Mapping[str, str]) -> Path:
    """The user's own configuration file, which need not exist."""
    if named := variables.get("SUREQL_CONFIG"):
        return Path(named)
    import platformdirs  # Takes longer than all of this module: the server starts without it.

    return platformdirs.user_config_path("sureql", appauthor=False) / "config.toml"


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Where caches are kept; everything in it may be deleted at any time."""
    if named := variables.get("SUREQL_CACHE"):
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("sureql", appauthor=False)
