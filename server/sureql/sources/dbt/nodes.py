"""YAML as nodes with their places. Nothing is constructed: tags mean nothing, aliases are not copied.

A file that is hostile or broken is refused with a message; nothing in it can take long or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from sureql.catalog.model import Location
from sureql.text.span import Span

MAX_BYTES = 5_000_000
_MOST = 300_000
_DEEPEST = 100
_NESTED = re.compile(rf"(?:[-?:]\s+){{{_DEEPEST}}}|^[ ]{{2000}}", re.MULTILINE)
_TOO_DEEP = "This file is nested too deeply to be read."
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BrokenYamlError(Exception):
    """A file cannot be read; `line` is where, 0-based."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Document:
    """One file's nodes. Every look at a node is counted: aliases may make few lines endless."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._left = _MOST
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
        self.root = _composed(text)

    def pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """The keys of a mapping with their values; what `<<` merges in comes last."""
        merged: list[yaml.Node] = []
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            self._count()
            if isinstance(key, yaml.ScalarNode):
                if key.value == "<<":
                    merged.append(value)
                else:
                    yield key.value, value
        for one in merged:
            # One level is what people write; what lies deeper could grow without end.
            if isinstance(one, yaml.MappingNode):
                for key, value in one.value:
                    self._count()
                    if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                        yield key.value, value

    def get(self, node: yaml.Node | None, *names: str) -> yaml.Node | None:
        """The value under `names`, one inside the other."""
        for name in names:
            node = next((value for key, value in self.pairs(node) if key == name), None)
        return node

    def items(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        """The items of a list."""
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._count()
                yield item

    def text(self, node: yaml.Node | None, *names: str) -> str:
        """The text under `names`, '' if there is none."""
        found = self.get(node, *names)
        return str(found.value).strip() if isinstance(found, yaml.ScalarNode) else ""

    def texts(self, node: yaml.Node | None) -> tuple[str, ...]:
        """The scalars of a list."""
        return tuple(
            str(item.value) for item in self.items(node) if isinstance(item, yaml.ScalarNode)
        )

    def place(self, node: yaml.Node | None) -> Location | None:
        """Where a node stands."""
        if node is None:
            return None
        start, end = self._offset(node.start_mark), self._offset(node.end_mark)
        return Location(self._path, Span(start, end), Span(start, end), node.start_mark.line)

    def _offset(self, mark: yaml.Mark) -> int:
        line = min(mark.line, len(self._starts) - 1)
        return self._starts[line] + int(mark.column)

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise BrokenYamlError("This file repeats itself too often to be read.")


def _depth(text: str) -> int:
    """How deep the brackets of a text lie in one another, as far as it matters. They are counted by the
    parser, which knows those in quotes from others and, unlike what makes nodes of it, does not recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += event.flow_style is True
            if depth > _DEEPEST:
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= depth > 0
    return depth


def _composed(text: str) -> yaml.Node | None:
    if _NESTED.search(text):
        raise BrokenYamlError(_TOO_DEEP)
    try:
        if text.count("[") + text.count("{") > _DEEPEST and _depth(text) > _DEEPEST:
            raise BrokenYamlError(_TOO_DEEP)
        found: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "it is not valid"
        raise BrokenYamlError(
            f"This YAML is broken: {problem}.", mark.line if mark else 0
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BrokenYamlError("This YAML is broken.") from error
    return found
