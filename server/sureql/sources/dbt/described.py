"""What the YAML files of a dbt project say of its models, seeds, snapshots, sources and macros."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from sureql.catalog.model import Location
from sureql.sources.dbt.nodes import Document
from sureql.syntax import jinja

_KINDS = {"models": "model", "seeds": "seed", "snapshots": "snapshot", "macros": "macro"}
_DOC = re.compile(r"\{\{\s*doc\(\s*['\"](?:\w+['\"]\s*,\s*['\"])?(\w+)['\"]\s*\)\s*\}\}")
_DOCS = re.compile(r"\{%-?\s*+(?:docs\s++(\w++)|enddocs)\s*+-?%\}")
_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class Column:
    """A described column. `values` are those that a test accepts, `refers` the relation and column
    that one looks for, `tested` the names of its other tests."""

    name: str
    type: str = ""
    comment: str = ""
    location: Location | None = None
    values: tuple[str, ...] = ()
    refers: tuple[tuple[str, ...], str] | None = None
    tested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """`kind`: model, seed, snapshot, macro, or table of the source `source`.

    `versions` are pairs of a model's version and the name of its file, the latest last; `copies` is the
    relation that a snapshot without a file keeps.
    """

    kind: str
    name: str
    source: str = ""
    comment: str = ""
    columns: tuple[Column, ...] = ()
    location: Location | None = None
    versions: tuple[tuple[str, str], ...] = ()
    copies: tuple[str, ...] = ()


def docs(text: str) -> Iterator[tuple[str, str]]:
    """The `{% docs %}` blocks of a Markdown file."""
    name, start = "", 0
    for match in _DOCS.finditer(text):
        if match[1]:
            name, start = match[1], match.end()
        elif name:
            yield name, text[start : match.start()].strip()
            name = ""


def read(document: Document, blocks: Mapping[str, str]) -> Iterator[Described]:
    """Everything that one file describes."""
    for key, value in document.pairs(document.root):
        if key in _KINDS:
            for node in document.items(value):
                yield _described(document, node, _KINDS[key], "", blocks)
        elif key == "sources":
            for source in document.items(value):
                name = document.text(source, "name")
                for node in document.items(document.get(source, "tables")):
                    yield _described(document, node, "table", name, blocks)


def _described(
    document: Document, node: yaml.Node, kind: str, source: str, blocks: Mapping[str, str]
) -> Described:
    columns = tuple(
        column
        for one in document.items(document.get(node, "columns"))
        if (column := _column(document, one, blocks)).name
    )
    return Described(
        kind,
        document.text(node, "name"),
        source,
        _comment(document.text(node, "description"), blocks),
        columns,
        document.place(document.get(node, "name")),
        tuple(_versions(document, node)) if kind == "model" else (),
        _named(document, node, "relation") if kind == "snapshot" else (),
    )


def _versions(document: Document, node: yaml.Node) -> list[tuple[str, str]]:
    """A model's versions with the names of their files, the latest last."""
    name, latest = document.text(node, "name"), document.text(node, "latest_version")
    found = [
        (version, document.text(one, "defined_in") or f"{name}_v{version}")
        for one in document.items(document.get(node, "versions"))
        if (version := document.text(one, "v"))
    ]
    numbers = all(version.isdecimal() for version, _ in found)
    found.sort(key=lambda one: (one[0] == latest, int(one[0]) if numbers else 0, one[0]))
    return found


def _named(document: Document, node: yaml.Node, key: str) -> tuple[str, ...]:
    """The relation that a value names with `ref` or `source`, () if it names none."""
    written = document.text(node, key).strip("{} ")
    target = next(jinja.relations("{{ " + written + " }}"), None)
    return target.parts if target else ()


def _column(document: Document, node: yaml.Node, blocks: Mapping[str, str]) -> Column:
    values: tuple[str, ...] = ()
    refers: tuple[tuple[str, ...], str] | None = None
    tested: list[str] = []
    for key in ("tests", "data_tests"):
        for test in document.items(document.get(node, key)):
            if isinstance(test, yaml.ScalarNode):
                tested.append(str(test.value))
                continue
            for name, held in document.pairs(test):
                held = document.get(held, "arguments") or held
                if name == "accepted_values":
                    values = document.texts(document.get(held, "values"))[:_MOST_VALUES]
                elif name == "relationships":
                    refers = _refers(document, held) or refers
                elif name in ("unique", "not_null"):
                    tested.append(name)
                break
    return Column(
        document.text(node, "name"),
        document.text(node, "data_type"),
        _comment(document.text(node, "description"), blocks),
        document.place(document.get(node, "name")),
        values,
        refers,
        tuple(name for name in tested if name in ("unique", "not_null")),
    )


def _refers(document: Document, node: yaml.Node) -> tuple[tuple[str, ...], str] | None:
    target, column = _named(document, node, "to"), document.text(node, "field")
    return (target, column) if target and column else None


def _comment(text: str, blocks: Mapping[str, str]) -> str:
    """A description with the blocks that it names."""
    return _DOC.sub(lambda match: blocks.get(match[1], ""), text).strip()
