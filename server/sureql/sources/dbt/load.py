"""A dbt project as a catalog.

Its own models, seeds and snapshots, and those of its packages, stand in the schema '', where a bare name
is looked up, too; the tables of a source stand in a schema that is called as the source is.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.catalog.project import Macro, Project
from sureql.semantics.model import Field
from sureql.sources.dbt import artifacts, before, described, engine, layout, queries, relations
from sureql.sources.dbt.artifacts import Artifacts
from sureql.sources.dbt.before import Before
from sureql.sources.dbt.described import Described
from sureql.sources.dbt.layout import Layout
from sureql.sources.dbt.nodes import BrokenYamlError, Document
from sureql.syntax import dialects
from sureql.syntax.dialects import Dialect
from sureql.text.span import Span

_MACRO = re.compile(r"\{%-?\s*+macro\s++(\w++)\s*+\(((?>(?:[^){]|\{(?!%))*))\)")
_SNAPSHOT = re.compile(r"\{%-?\s*snapshot\s+(\w+)\s*-?%\}")
_STORED = re.compile(r"materialized\s*=\s*['\"](?:table|incremental|materialized_view)['\"]")
_SNAPSHOT_COLUMNS = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
_HEADER = 100_000
_MOST_SNAPSHOTS = 200
"""Of one file."""
# None holds the beginning of another: an unclosed one costs no search to the end of the text.
_MOST_KEPT = 4
_MOST_DESCRIBED = 500
Stored = Callable[[str], catalog.Catalog | None]
_State = tuple[list[Layout], list[tuple[int, int]]]
_kept: dict[tuple[Path, Path, str], tuple[_State, dict[str, str], catalog.Catalog]] = {}
_BUILT_IN = (
    Macro("ref", "model", "Another model, seed or snapshot of the project."),
    Macro("source", "source, table", "A table that is loaded by others."),
    Macro("var", "name, default", "A variable of the project."),
    Macro("config", "…", "How this model is built."),
    Macro("env_var", "name, default", "A variable of the environment."),
    Macro("is_incremental", "", "True while an incremental model only adds rows."),
)


@dataclass(slots=True)
class _Draft:
    """What is known so far. `digests` tell outputs apart, see `queries.output`."""

    dialect: Dialect
    texts: dict[str, str] = field(default_factory=dict)
    relations: dict[str, catalog.Relation] = field(default_factory=dict)
    sources: dict[str, dict[str, catalog.Relation]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    told: dict[tuple[str, ...], Described] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    problems: list[catalog.LoadProblem] = field(default_factory=list)


def load(
    root: Path, bound: Path, dialect: str = "", stored: Stored | None = None
) -> catalog.Catalog:
    """The catalog of the project in `root`; files outside `bound` are not read.

    `dialect` is the one set by the user, '' to find out. `stored` gives the catalog of a version, if
    somebody left it. What cannot be read is among the problems.
    """
    project = layout.read(root, bound)
    packages = [layout.read(path, bound) for path in project.packages]
    key, state = (root, bound, dialect), _state([project, *packages])
    # Editors ask for the schema of each folder of a project: it is the same one.
    kept = _kept.get(key)
    if kept is None or kept[0] != state:
        left, texts = artifacts.read(project, bound), _texts([project, *packages])
        # How old the models are matters only beside what the warehouse once had.
        version = before.version(texts, dialect, state[0], left, state[1] if left.made else ())
        found = stored(version) if stored else None
        if found is None:
            known = None
            if kept is not None and _around(kept[0]) == _around(state) and not left.columns:
                models = {str(path) for one in state[0] for path in one.files.models}
                known = before.of(kept[2], kept[1], texts, models)
            found = replace(_load(project, packages, left, texts, dialect, known), version=version)
        kept = _kept[key] = state, texts, found
        while len(_kept) > _MOST_KEPT:
            del _kept[next(iter(_kept))]
    return kept[2]


def _state(projects: Sequence[Layout]) -> _State:
    """What tells one state of the projects' files from another."""
    left = [projects[0].root / projects[0].target / name for name in artifacts.FILES]
    paths = [*left, *(path for one in projects for path in one.files.all())]
    return list(projects), [_stamp(path) for path in paths]


def _around(state: _State) -> _State:
    """A state without how old the files are, but for what dbt left."""
    return state[0], state[1][: len(artifacts.FILES)]


def _load(
    project: Layout,
    packages: list[Layout],
    left: Artifacts,
    texts: dict[str, str],
    dialect: str,
    known: Before | None,
) -> catalog.Catalog:
    draft = _Draft(dialects.get(engine.of(dialect, project, left, texts)), texts)
    for one in (project, *packages):
        draft.problems += one.problems
    whole = project.whole
    for one in (project, *packages):
        whole = _describe(draft, one) and whole
        _macros(draft, one, "" if one is project else f"{one.name}.")
    draft.written = relations.written(draft.told.values())
    whole = whole and not draft.problems
    for one in (project, *packages):
        _seeds(draft, one)
    _sources(draft, left)
    if known is not None and known.found.dialect != draft.dialect.name:
        known = None
    _models(draft, [project, *packages], left, known)
    schemas = {"": catalog.Schema(project.name, draft.relations)}
    for key, tables in draft.sources.items():
        schemas[key] = catalog.Schema(draft.names[key], tables)
    base = catalog.empty(draft.dialect.name)
    return replace(
        base,
        schemas=schemas,
        search_path=("",),
        sources=(str(project.root / layout.FILE), *texts, *left.paths),
        problems=tuple(draft.problems),
        project=Project(
            project.name, whole, project.variables, (*_BUILT_IN, *draft.macros.values())
        ),
    )


def _texts(projects: Iterable[Layout]) -> dict[str, str]:
    """Every file's text by its path; of seeds only the beginning is read."""
    found: dict[str, str] = {}
    for project in projects:
        seeds = set(project.files.seeds)
        for path in project.files.all():
            text = _header(path) if path in seeds else layout.text_of(path)
            if text is not None:
                found[str(path)] = text
    return found


def _header(path: Path) -> str | None:
    """The first line of a seed: its rows are nobody's business."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return file.readline(_HEADER)
    except OSError:
        return None


def _describe(draft: _Draft, project: Layout) -> bool:
    """Read what is described; False if a file of it could not be read."""
    whole = True
    blocks = tuple(
        block
        for path in project.files.docs
        for block in described.docs(draft.texts.get(str(path), ""))
    )
    for path in project.files.described:
        text = draft.texts.get(str(path))
        if text is None:
            whole = False
            continue
        try:
            for one in _described(str(path), text, blocks):
                key = (one.source, one.name) if one.source else (one.kind, one.name)
                draft.told.setdefault(tuple(part.lower() for part in key), one)
        except BrokenYamlError as error:
            draft.problems.append(catalog.LoadProblem(str(path), str(error), line=error.line))
    return whole


@lru_cache(_MOST_DESCRIBED)
def _described(path: str, text: str, blocks: tuple[tuple[str, str], ...]) -> tuple[Described, ...]:
    """What one file describes: most are the same the next time."""
    return tuple(described.read(Document(path, text), dict(blocks)))


def _macros(draft: _Draft, project: Layout, prefix: str) -> None:
    for path in project.files.macros:
        for match in _MACRO.finditer(draft.texts.get(str(path), "")):
            told = draft.told.get(("macro", match[1].lower()))
            arguments = " ".join(match[2].split())
            macro = Macro(f"{prefix}{match[1]}", arguments, told.comment if told else "")
            draft.macros.setdefault(macro.name, macro)


def _seeds(draft: _Draft, project: Layout) -> None:
    for path in project.files.seeds:
        name = path.stem
        if name.lower() in draft.relations:
            continue
        line = draft.texts.get(str(path), "")
        names = [one.strip() for one in _cells(line)]
        whole = bool(names) and all(names) and len(line) < _HEADER
        fields = tuple(
            Field(draft.dialect.normalize(one) if one.isidentifier() else one) for one in names
        )
        _put(draft, ("seed", name), "table", (fields, whole), path)


def _cells(line: str) -> list[str]:
    """The cells of a line of a seed, whatever is between them: the project may say so anywhere."""
    found = (next(csv.reader(io.StringIO(line), delimiter=mark), []) for mark in ",;\t|")
    return max(found, key=len)


def _sources(draft: _Draft, left: Artifacts) -> None:
    for (source, name), one in list(draft.told.items()):
        if not one.source or not one.name:
            continue
        draft.names.setdefault(source, one.source)
        tables = draft.sources.setdefault(source, {})
        # What is described is rarely all there is.
        relation = catalog.Relation(one.source, one.name, closed=False, location=one.location)
        relation = _told(draft, relation, one, (), "")
        relation = replace(
            relations.with_artifact(relation, left.columns.get((source, name), ())),
            written=f"{{{{ source('{one.source}', '{one.name}') }}}}",
        )
        tables[name] = relation
        draft.digests[f"{source}.{name}"] = relations.digest(relation)


def _models(draft: _Draft, projects: list[Layout], left: Artifacts, known: Before | None) -> None:
    paths: dict[str, Path] = {}
    found: list[queries.Query] = []
    for project in projects:
        for path in project.files.models:
            if path.stem.lower() not in paths:
                paths[path.stem.lower()] = path
                text = draft.texts.get(str(path), "") if path.suffix == ".sql" else ""
                found.append(queries.of(path.stem, text))
        for path in project.files.snapshots:
            text = draft.texts.get(str(path), "")
            for match in itertools.islice(_SNAPSHOT.finditer(text), _MOST_SNAPSHOTS):
                end = text.find("endsnapshot", match.end())
                blanks = re.sub(r"[^\n]", " ", text[: match.end()])
                body = (
                    blanks + text[match.end() : text.rfind("{%", 0, end) if end > 0 else len(text)]
                )
                if match[1].lower() not in paths:
                    paths[match[1].lower()] = path
                    found.append(queries.of(match[1], body))
    copies = relations.copies(draft.told.values(), set(paths))
    for name, target in copies.values():
        found.append(queries.Query(name, "", (target,)))
        paths[name.lower()] = paths.get(target[-1].lower(), Path())
    order, circle = queries.ordered(found)
    if circle:
        names = " → ".join(f"`{name}`" for name in circle)
        where = str(paths[circle[0].lower()])
        draft.problems.append(
            catalog.LoadProblem(where, f"These models read one another: {names}.")
        )
    seen = replace(
        catalog.empty(draft.dialect.name),
        schemas={
            "": catalog.Schema("", draft.relations),
            **{key: catalog.Schema(draft.names[key], held) for key, held in draft.sources.items()},
        },
        search_path=("",),
        project=Project(""),
    )
    for query in order:
        if query.name.lower() in copies:
            _copy(draft, *copies[query.name.lower()])
            if known is not None:
                known.note(query.name.lower(), draft.digests[query.name.lower()])
            continue
        path, key = paths[query.name.lower()], query.name.lower()
        text = draft.texts.get(str(path), "")
        if known is not None and (same := known.relation(query, str(path), text)) is not None:
            draft.relations[key], draft.digests[key] = same, relations.digest(same)
            continue
        output = queries.output(query, seen, draft.digests, draft.dialect)
        kind = "table" if _STORED.search(query.text) else "view"
        snapshot = any(path in project.files.snapshots for project in projects)
        _put(draft, ("snapshot" if snapshot else "model", query.name), kind, output, path)
        current = left.columns.get((key,), ())
        if current and left.made >= _changed(path):
            draft.relations[key] = relations.with_artifact(draft.relations[key], current)
        draft.digests[key] = relations.digest(draft.relations[key])
        if known is not None:
            known.note(key, draft.digests[key])


def _copy(draft: _Draft, name: str, target: tuple[str, ...]) -> None:
    """Put a relation into the draft that has the columns of another."""
    *source, last = (part.lower() for part in target)
    held = draft.sources.get(source[0], {}) if source else draft.relations
    told = draft.told.get(("snapshot", name.lower()))
    found = held.get(last, catalog.Relation("", name, closed=False))
    columns = found.columns
    if told is not None:
        columns += tuple(catalog.Column(draft.dialect.normalize(one)) for one in _SNAPSHOT_COLUMNS)
    key = name.lower()
    draft.relations[key] = replace(
        found,
        schema="",
        name=name,
        kind="table" if told else found.kind,
        columns=columns,
        closed=found.closed and told is None,
        written=_written(draft, name),
    )
    draft.digests[key] = relations.digest(draft.relations[key])


def _put(
    draft: _Draft, name: tuple[str, str], kind: str, output: queries.Output, path: Path
) -> None:
    """Put a relation of the project's own into the draft."""
    what, own = name
    fields, closed = output
    closed = closed and what != "snapshot"  # dbt adds columns, which depend on its version.
    start = Span(0, 0)
    where = catalog.Location(str(path), start, start)
    relation = catalog.Relation(
        "", own, kind, closed=closed, location=where, written=_written(draft, own)
    )
    if what == "snapshot":
        fields += tuple(Field(draft.dialect.normalize(one)) for one in _SNAPSHOT_COLUMNS)
    told = draft.told.get((what, own.lower())) or draft.told.get(("model", own.lower()))
    key = own.lower()
    draft.relations[key] = _told(draft, relation, told, fields, str(path))
    draft.digests[key] = relations.digest(draft.relations[key])


def _written(draft: _Draft, name: str) -> str:
    return draft.written.get(name.lower()) or f"{{{{ ref('{name}') }}}}"


def _told(
    draft: _Draft,
    relation: catalog.Relation,
    told: Described | None,
    fields: tuple[Field, ...],
    path: str,
) -> catalog.Relation:
    """The relation with the columns of its query and what is described of them."""
    key = str.lower
    known = {key(one.name): one for one in told.columns} if told else {}
    columns: dict[str, catalog.Column] = {}
    for one in fields:
        more = known.get(key(one.name))
        inherited = one.column.comment if one.column else ""
        columns.setdefault(
            key(one.name), relations.column(one, more, inherited, draft.texts.get(path, ""), path)
        )
    extra = [one for one in known.values() if key(one.name) not in columns]
    if not relation.closed:
        # Of a query that could not be read to its end; else the file describes what is not there.
        for more in extra:
            name = draft.dialect.normalize(more.name)
            columns[key(name)] = relations.column(Field(name), more, "", "", path)
    return replace(
        relation,
        columns=tuple(columns.values()),
        comment=told.comment if told else "",
        checks=tuple(relations.checks(known.values())),
        foreign_keys=tuple(relations.foreign_keys(known.values())),
    )


def _changed(path: Path) -> int:
    return _stamp(path)[0]


def _stamp(path: Path) -> tuple[int, int]:
    """When a file was changed last, in nanoseconds, and its size; zeros if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
