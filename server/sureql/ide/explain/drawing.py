"""Pictures drawn with characters, for terminals: boxes that flow downwards, or an indented tree where
the boxes would be wider than the screen."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sureql.ide.explain.picture import Edge, Node, Picture
from sureql.ide.explain.wording import shortened

WIDTH = 80
_WIDEST_BOX = 34
_MOST_LINES = 3
_GAP = 3
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of equal width; the box at their end is left at the column `port`."""

    lines: tuple[str, ...]
    width: int
    port: int


def text(picture: Picture) -> str:
    """The picture, at most 80 columns wide. What flows into several boxes is drawn once, above, and
    named where it is used."""
    graph = _Graph(picture)
    parts = []
    for node in graph.roots():
        block = graph.block(node, node)
        lines = block.lines if block.width <= WIDTH else tuple(graph.tree(node))
        parts.append("\n".join(line.rstrip() for line in lines))
    return "\n\n".join(parts)


class _Graph:
    def __init__(self, picture: Picture) -> None:
        self.nodes = {one.key: one for one in picture.nodes}
        # A recursive CTE reads itself: that is said in its box.
        self.again = {one.start for one in picture.edges if one.start == one.end}
        self.inputs: dict[str, list[Edge]] = {}
        for edge in picture.edges:
            if edge.start != edge.end:
                self.inputs.setdefault(edge.end, []).append(edge)
        outputs = Counter(one.start for one in picture.edges if one.start != one.end)
        self.shared = {key for key, times in outputs.items() if times > 1 and key in self.inputs}
        self.outputs = outputs

    def roots(self) -> list[Node]:
        """What is drawn by itself: shared boxes before those that use them, the end last."""
        found: list[Node] = []
        seen: set[str] = set()

        def visit(key: str, depth: int) -> None:
            if key in seen or depth > _DEEPEST:
                return
            seen.add(key)
            for edge in self.inputs.get(key, ()):
                visit(edge.start, depth + 1)
            if key in self.shared or not self.outputs[key]:
                found.append(self.nodes[key])

        for key in self.nodes:
            visit(key, 0)
        return found

    def block(self, node: Node, root: Node, depth: int = 0) -> _Block:
        """The box of a node with all that flows into it above. `root` is drawn just now."""
        drawn = depth > 0 and node.key in self.shared
        edges = () if drawn or depth > _DEEPEST else self.inputs.get(node.key, ())
        box = _box(self._named(node, root) if drawn else self._said(node))
        if not edges:
            return box
        above = [
            _labelled(self.block(self.nodes[edge.start], root, depth + 1), edge.label)
            for edge in edges
        ]
        return _below(_beside(above), box)

    def tree(self, node: Node) -> Iterator[str]:
        """The same as lines: what flows into a step stands below it."""
        yield _fitted(" ".join(self._said(node)), WIDTH)
        yield from self._branches(node, node, "")

    def _branches(self, node: Node, root: Node, indent: str) -> Iterator[str]:
        edges = self.inputs.get(node.key, ()) if len(indent) < _DEEPEST else ()
        for number, edge in enumerate(edges, 1):
            last = number == len(edges)
            start = self.nodes[edge.start]
            drawn = start.key in self.shared
            label = f"({edge.label}) " if edge.label else ""
            line = f"{indent}{'└' if last else '├'}─ {label}"
            said = self._named(start, root) if drawn else self._said(start)
            yield _fitted(line + " ".join(said), WIDTH)
            if not drawn:
                yield from self._branches(start, root, indent + ("   " if last else "│  "))

    def _named(self, node: Node, root: Node) -> list[str]:
        """What stands for a box that is drawn by itself: above, or just here, where it reads itself."""
        return [f"{_fitted(node.label, _WIDEST_BOX)} {'↻' if node is root else '↑'}"]

    def _said(self, node: Node) -> list[str]:
        """The lines of a box."""
        again = ["recursive"] if node.key in self.again else []
        lines = [piece for line in node.detail.split("\n") if line for piece in _wrapped(line)]
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], "…"]
        return [_fitted(node.label, _WIDEST_BOX), *again, *lines]


def _box(lines: list[str]) -> _Block:
    inner = max(map(_width, lines))
    edge = "─" * (inner + 2)
    body = [f"│ {line}{' ' * (inner - _width(line))} │" for line in lines]
    return _Block((f"┌{edge}┐", *body, f"└{edge}┘"), inner + 4, (inner + 4) // 2)


def _labelled(block: _Block, label: str) -> _Block:
    """The block with an arrow's first piece, and what is said beside it."""
    bottom = block.lines[-1]
    lines = [*block.lines[:-1], f"{bottom[: block.port]}┬{bottom[block.port + 1 :]}"]
    if label:
        lines.append(f"{' ' * block.port}│ {_fitted(label, _WIDEST_BOX)}")
    width = max(map(_width, lines))
    return _Block(tuple(_padded(line, width) for line in lines), width, block.port)


def _beside(blocks: list[_Block]) -> _Block:
    """Blocks side by side whose arrows meet in one."""
    if len(blocks) == 1:
        return blocks[0]
    height = max(len(one.lines) for one in blocks)
    rows = [""] * height
    ports = []
    at = 0
    for one in blocks:
        ports.append(at + one.port)
        stem = _padded(f"{' ' * one.port}│", one.width)
        lines = [*one.lines, *[stem] * (height - len(one.lines))]
        rows = [f"{_padded(row, at)}{line}" for row, line in zip(rows, lines, strict=True)]
        at += one.width + _GAP
    width = at - _GAP
    middle = (ports[0] + ports[-1]) // 2
    line = [" "] * width
    line[ports[0] : ports[-1] + 1] = "─" * (ports[-1] - ports[0] + 1)
    for port in ports:
        line[port] = "┴"
    line[ports[0]], line[ports[-1]] = "└", "┘"
    line[middle] = "┼" if middle in ports else "┬"
    return _Block((*(_padded(row, width) for row in rows), "".join(line)), width, middle)


def _below(above: _Block, box: _Block) -> _Block:
    """A box under what flows into it."""
    left = max(0, box.port - above.port)
    port = above.port + left
    shift = port - box.port
    lines = [f"{' ' * left}{line}" for line in above.lines]
    lines.append(f"{' ' * port}▼")
    lines += [f"{' ' * shift}{line}" for line in box.lines]
    width = max(map(_width, lines))
    return _Block(tuple(_padded(line, width) for line in lines), width, port)


def _wrapped(line: str) -> Iterator[str]:
    """A detail on lines that fit into a box."""
    shown = ""
    for word in _plain(line).split():
        if shown and _width(shown) + 1 + _width(word) > _WIDEST_BOX:
            yield shown
            shown = ""
        shown = f"{shown} {word}" if shown else _fitted(word, _WIDEST_BOX)
    if shown:
        yield shown


def _fitted(line: str, most: int) -> str:
    shown = _plain(line)
    while _width(shown) > most:
        shown = shortened(shown, len(shown) - 1)
    return shown


def _plain(line: str) -> str:
    """Only what a terminal shows: no control characters, which could do things there."""
    return "".join(one if one.isprintable() else " " for one in line)


def _padded(line: str, width: int) -> str:
    return line + " " * (width - _width(line))


def _width(line: str) -> int:
    """Columns of a terminal."""
    return sum(_columns(letter) for letter in line)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
