"""Sizes and habits that keep the code readable; CONTRIBUTING.md gives the reasons."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import circles, tree
from house.tree import PACKAGE, ROOT
from support import fixture

SMALL = {
    PACKAGE / "lsp" / "handlers": 60,
    PACKAGE / "ide" / "diagnostics" / "rules": 150,
    PACKAGE / "ide" / "diagnostics" / "fixes": 150,
    PACKAGE / "ide" / "assists": 150,
    PACKAGE / "ide" / "rewrites": 150,
    PACKAGE / "inline" / "filters": 150,
}
"""Folders whose files are one feature each, and how long such a file may be."""

PAIRED = {
    PACKAGE / "ide" / "diagnostics" / "rules": "ide/rules",
    PACKAGE / "ide" / "diagnostics" / "fixes": "ide/fixes",
    PACKAGE / "ide" / "assists": "ide/assists",
    PACKAGE / "ide" / "rewrites": "ide/rewrites",
}
"""Folders in which every module has a fixture of the same name, and where it is."""

VAGUE = ("util", "utils", "helper", "helpers", "common", "manager", "base", "misc", "stuff")


def test_files_are_short() -> None:
    sources = tree.with_suffix(".py", ".lua", ".md", ".ts", ".mjs", ".js", ".css", ".scm", ".el")
    long = {tree.shown(path): tree.lines(path) for path in sources if tree.lines(path) > 400}
    assert long == {}


def test_one_feature_is_a_small_file() -> None:
    long = {
        tree.shown(path): tree.lines(path)
        for path in tree.product()
        if tree.lines(path) > SMALL.get(path.parent, 400)
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = {
        f"{tree.shown(path)}:{node.lineno} {node.name}": length
        for path, node in _functions()
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 80
    }
    assert long == {}


def test_names_say_what_a_module_or_class_is() -> None:
    vague = [
        tree.shown(path)
        for path in tree.with_suffix(".py", ".lua", ".ts", ".mjs", ".js", ".el")
        if path.stem.lower().split("_")[-1] in VAGUE
    ]
    for path in tree.with_suffix(".py"):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.ClassDef):
                words = re.findall(r"[A-Z]?[a-z]+", node.name)
                if words and words[-1].lower() in VAGUE:
                    vague.append(f"{tree.shown(path)}:{node.lineno} {node.name}")
    assert vague == []


def test_only_the_dispatcher_catches_everything() -> None:
    broad = [
        f"{tree.shown(path)}:{node.lineno}"
        for path in tree.product()
        if path != PACKAGE / "lsp" / "dispatch.py"
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type)
    ]
    assert broad == []


def test_nothing_prints() -> None:
    printing = [
        f"{tree.shown(path)}:{node.lineno}"
        for path in tree.product()
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        tree.shown(path)
        for path in tree.with_suffix(".py")
        if tree.parsed(path).body and not ast.get_docstring(tree.parsed(path))
    ]
    assert silent == []


def test_nothing_is_left_to_do() -> None:
    words = re.compile(
        r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b"
    )
    stub = "raise Not" + "ImplementedError"
    left = [
        f"{tree.shown(path)}:{number}"
        for path in tree.with_suffix(".py", ".lua", ".toml", ".md", ".ts", ".mjs", ".scm", ".el")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if words.search(line) or stub in line
    ]
    assert left == []


def test_nothing_names_a_machine() -> None:
    """Paths of somebody's machine and package mirrors do not belong in the project."""
    place = re.compile(
        r"(?<![\w.<>*-])/(?:wo"
        + r"rk|ro"
        + r"ot|home/(?!user|you|ada)\w+)/|--(?:extra-)?ind"
        + "ex-url"
    )
    named = []
    for path in tree.files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := place.search(text):
            line = text.count("\n", 0, found.start()) + 1
            named.append(f"{tree.shown(path)}:{line} {found.group()}")
    assert named == []


@pytest.mark.parametrize("folder", PAIRED, ids=lambda folder: folder.name)
def test_every_leaf_has_its_fixture(folder: Path) -> None:
    wanted = [
        f"tests/fixtures/{PAIRED[folder]}/{path.stem}.sql"
        for path in sorted(folder.glob("*.py"))
        if not path.stem.startswith("_")
    ]
    assert [name for name in wanted if not (ROOT / name).exists()] == []


def test_every_fixture_is_well_formed() -> None:
    for path in tree.with_suffix(".sql"):
        if "--- case:" in path.read_text(encoding="utf-8"):
            assert fixture.load(path)


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{tree.shown(path)}: {target}"
        for path in tree.with_suffix(".md")
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = circles.graph()
    assert "sureql.semantics.changes" in graph["sureql.semantics.query"]
    assert list(circles.found(graph)) == []


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": "b", "b": "c", "c": ""}, []),
        ({"a": "b", "b": "a"}, ["a b"]),
        ({"a": "b", "b": "c", "c": "db", "d": ""}, ["b c"]),
        ({"a": "a"}, []),
    ],
)
def test_circles_are_found(graph: dict[str, str], expected: list[str]) -> None:
    found = circles.found({name: frozenset(others) for name, others in graph.items()})
    assert list(found) == expected


def _functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in tree.with_suffix(".py"):
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
        for name in names
    )


def test_no_group_is_possessive() -> None:
    """CPython before 3.11.5 matches `(…)*+` wrongly (Debian 12 has 3.11.2); `(?>(…)*)` is right there."""
    possessive = re.compile(r"\)(?:[*+?]|\{\d+,?\d*\})\+")
    found = [
        f"{tree.shown(path)}:{number}"
        for path in tree.product()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if possessive.search(line)
    ]
    assert found == []
