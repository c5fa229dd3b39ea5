"""Which modules import each other in a circle.

Two threads that enter a circle at its two ends would each get a half-made module from the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from house import tree


def graph() -> dict[str, frozenset[str]]:
    """What each module of the product imports while it is itself being imported."""
    modules = {_name(path): path for path in tree.product()}
    return {
        name: frozenset(_imported(tree.parsed(path).body, modules.keys()))
        for name, path in modules.items()
    }


def found(graph: dict[str, frozenset[str]]) -> Iterator[str]:
    """The names in each circle, by removing again and again what imports nothing that is left."""
    left = {name: others - {name} for name, others in graph.items()}
    for direction in (left, _reversed(left)):
        while done := {name for name in left if not direction[name] & left.keys()}:
            for name in done:
                del left[name]
    if left:
        yield " ".join(sorted(left))


def _reversed(graph: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(other for other, others in graph.items() if name in others)
        for name in graph
    }


def _name(path: Path) -> str:
    parts = path.relative_to(tree.PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(body: Iterable[ast.stmt], modules: Iterable[str]) -> Iterator[str]:
    for node in _at_once(body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                # A submodule is got without its package being finished.
                yield inner if inner in modules else str(node.module)


def _at_once(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in body:
        types_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if not types_only and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
            for part in ("body", "orelse", "handlers", "finalbody"):
                yield from _at_once(getattr(node, part, ()))
