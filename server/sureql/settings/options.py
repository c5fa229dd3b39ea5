"""Everything that can be set, by section. A new key is a field here and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sureql.ide.diagnostics.selection import Selection
from sureql.settings.kinds import (
    AMOUNT,
    CODES,
    COUNT,
    DIALECT,
    FAMILY,
    HEADERS,
    NAMES,
    NUMBER,
    SCHEMA,
    SWITCH,
    TEXT,
    TOOL,
    WIRE,
    Kind,
)


def _key(default: Any, kind: Kind, doc: str) -> Any:
    return field(default=default, metadata={"kind": kind, "doc": doc})


@dataclass(frozen=True, slots=True)
class Inline:
    enabled: bool = _key(True, SWITCH, "Show ghost text.")
    debounce: int = _key(
        0, NUMBER, "Milliseconds of quiet before a model is asked; 0 follows your typing."
    )
    wait: int = _key(
        1500, COUNT, "Milliseconds that ghost text may wait for a model before it does without."
    )


@dataclass(frozen=True, slots=True)
class Completion:
    enabled: bool = _key(True, SWITCH, "Offer the popup list.")
    limit: int = _key(200, COUNT, "The most items that one popup list holds.")
    snippets: bool = _key(True, SWITCH, "Use tab stops in items, if the editor can.")


@dataclass(frozen=True, slots=True)
class Diagnostics:
    enabled: bool = _key(True, SWITCH, "Show errors and warnings.")
    off: tuple[str, ...] = _key((), NAMES, "Codes that are not shown, such as `unknown-column`.")
    on: tuple[str, ...] = _key((), NAMES, "Codes of rules that are off by default.")
    per_path: tuple[tuple[str, tuple[str, ...]], ...] = _key(
        (), CODES, "Codes that are not shown in some files: `{'seeds/**' = ['select-star']}`."
    )


@dataclass(frozen=True, slots=True)
class Judge:
    enabled: bool = _key(
        True, SWITCH, "Let a real engine judge statements, where one is installed."
    )
    deadline: int = _key(150, COUNT, "Milliseconds that the engine may take for a statement.")
    postgres: str = _key(
        "", TEXT, "Address of a PostgreSQL server on which a scratch database may be made."
    )
    types: bool = _key(
        True, SWITCH, "Show the types of parameters, as the engine infers them, in the text."
    )


@dataclass(frozen=True, slots=True)
class Programs:
    enabled: bool = _key(
        True, SWITCH, "Look for SQL in the strings of programs, in Markdown and in notebooks."
    )


@dataclass(frozen=True, slots=True)
class Lint:
    tool: str = _key("auto", TOOL, "What formats SQL and checks its style.")


@dataclass(frozen=True, slots=True)
class Save:
    fix_all: bool = _key(False, SWITCH, "Apply safe fixes when a file is saved.")
    format: bool = _key(False, SWITCH, "Format a file when it is saved.")


@dataclass(frozen=True, slots=True)
class History:
    enabled: bool = _key(True, SWITCH, "Learn from the workspace's own `.sql` files.")


@dataclass(frozen=True, slots=True)
class Model:
    enabled: bool = _key(True, SWITCH, "Use the model that is named here.")
    name: str = _key("", TEXT, "The model's name at its endpoint; without one no model is asked.")
    base_url: str = _key(
        "", TEXT, "Address of an OpenAI-compatible endpoint, up to `/v1`; OpenAI's if not set."
    )
    local: str = _key(
        "",
        TEXT,
        "A model that sureql runs itself: a name from `sureql model list`, or a GGUF file.",
    )
    api: str = _key("auto", WIRE, "How the endpoint is asked; `auto` finds out what it can do.")
    family: str = _key("auto", FAMILY, "The fill-in-the-middle marks that the model knows.")
    api_key_env: str = _key(
        "",
        TEXT,
        "The variable that holds the key, else the system's keyring; "
        "`OPENAI_API_KEY` for OpenAI and for this machine if not set.",
    )
    headers: tuple[tuple[str, str], ...] = _key((), HEADERS, "Further headers, for gateways.")
    intent_name: str = _key("", TEXT, "Another model at that endpoint for whole statements.")
    embeddings: str = _key("", TEXT, "A model at that endpoint that finds similar statements.")
    grammar: bool = _key(True, SWITCH, "Hold the model to the schema, where the endpoint can.")
    tokens: int = _key(
        2048, COUNT, "The most tokens of a prompt for ghost text; 1,000 for `model.local`."
    )
    timeout: int = _key(20_000, COUNT, "Milliseconds that a whole answer may take.")
    price_input: float = _key(0.0, AMOUNT, "Price of a million tokens that are sent.")
    price_cached: float = _key(0.0, AMOUNT, "The same, for what the endpoint had cached.")
    price_output: float = _key(0.0, AMOUNT, "Price of a million tokens that come back.")

    @property
    def configured(self) -> bool:
        """True if the user has named a model; a key in the environment alone switches nothing on."""
        return self.enabled and bool(self.name or self.local)


@dataclass(frozen=True, slots=True)
class Budget:
    session_tokens: int = _key(0, NUMBER, "The most tokens of a session; 0 is no limit.")
    day_tokens: int = _key(5_000_000, NUMBER, "The most tokens of a day; 0 is no limit.")
    session_cost: float = _key(0.0, AMOUNT, "The most money of a session; 0 is no limit.")
    day_cost: float = _key(0.0, AMOUNT, "The most money of a day; 0 is no limit.")


@dataclass(frozen=True, slots=True)
class Privacy:
    local_only: bool = _key(False, SWITCH, "Ask only models on this machine.")
    offline: bool = _key(False, SWITCH, "Ask no model; answers that are known already still serve.")
    redact: bool = _key(True, SWITCH, "Take keys, passwords and addresses out of what is sent.")
    mask_literals: bool = _key(False, SWITCH, "Send no text and no number that stands in SQL.")
    ignore_paths: tuple[str, ...] = _key(
        ("**/.env*", "**/secrets/**", "**/*secret*"), NAMES, "Files of which nothing is sent."
    )
    ignore_tables: tuple[str, ...] = _key(
        (), NAMES, "Tables that no model is told about, such as `hr.*`."
    )
    log: bool = _key(True, SWITCH, "Keep what was sent in a local log, for `sureql log`.")


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that can be set. `dialect` and `schema` hold (path pattern, value) pairs."""

    dialect: tuple[tuple[str, str], ...] = _key(
        (), DIALECT, "The SQL dialect; detected if not set. Per path: `{'legacy/**' = 'mysql'}`."
    )
    schema: tuple[tuple[str, tuple[str, ...]], ...] = _key(
        (), SCHEMA, "Where the schema comes from; detected if not set. Later patterns win."
    )
    inline: Inline = field(default_factory=Inline)
    completion: Completion = field(default_factory=Completion)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    judge: Judge = field(default_factory=Judge)
    programs: Programs = field(default_factory=Programs)
    lint: Lint = field(default_factory=Lint)
    save: Save = field(default_factory=Save)
    history: History = field(default_factory=History)
    model: Model = field(default_factory=Model)
    budget: Budget = field(default_factory=Budget)
    privacy: Privacy = field(default_factory=Privacy)

    def dialect_of(self, path: str) -> str:
        """The dialect set for the file at `path` (relative to the root, with `/`), or ''."""
        return _last_match(self.dialect, path) or ""

    def selection_of(self, path: str) -> Selection:
        """The codes wanted in the file at `path` (relative to the root, with `/`)."""
        chosen = self.diagnostics
        off = [codes for glob, codes in chosen.per_path if matches(glob, path)]
        return Selection(frozenset(chosen.on), frozenset(chosen.off).union(*off))

    def schema_of(self, path: str) -> tuple[str, ...]:
        """The schema sources set for the file at `path` (relative to the root, with `/`)."""
        return _last_match(self.schema, path) or ()


def _last_match(entries: Sequence[tuple[str, Any]], path: str) -> Any:
    return next((value for glob, value in reversed(entries) if matches(glob, path)), None)


def matches(glob: str, path: str) -> bool:
    """Whether a pattern of the configuration covers a path relative to the root, with `/`."""
    return glob in ("**", "") or fnmatchcase(path, glob.replace("**/", "*").replace("**", "*"))
