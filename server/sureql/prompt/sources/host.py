"""The code around SQL that stands in a file of another language: which function it is in, what that
function is given and says of itself, what was assigned before, and what takes the SQL.

A language is one file of tree-sitter queries, `grammars/<language>/nearby.scm`. The captures are `class`
with `class.name`, `function` with `function.body` (and `function.start`, if its signature begins
later), `documented` with its `doc`, `variable` with `variable.name`, and `call` with `call.name` and
`call.arguments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node, Parser, Query, QueryCursor

from sureql.hosts import grammars
from sureql.prompt import literals
from sureql.prompt.model import Host, Place
from sureql.prompt.piece import Here, Piece
from sureql.prompt.plain import line

DEADLINE = 0.1

MOST_LINES = 12
ABOVE, BELOW = 500, 100
"""Lines around the SQL that are read of a longer file."""
_MOST_BYTES = 400_000
_MOST_DOC, _MOST_VARIABLES = 3, 5
_WIDEST = 160
_MOST_TOLD = 4_000
_MOST_OPEN = 1_000
_SQL = "SQL"
_COMMENT_MARKS = re.compile(r"^[\s\"'/*#]*(?:r?\"\"\")?|[\s\"'/*]+$")
# Where a piece of a long file can be begun to be read: after a blank line, at something that opens.
_OPENING = re.compile(
    r"(?<=\n)[ \t]*\r?\n(?:[^\s\n][^\n]*|[ \t]{2,4}(?:public|private|protected)\b[^\n]*)[:({]\r?\n"
)

_Match = dict[str, list[Node]]


@dataclass(frozen=True, slots=True)
class _Language:
    """`shown` is what it is called."""

    shown: str
    parser: Parser
    query: Query


async def parts(place: Place, here: Here) -> tuple[Piece, ...]:
    """One piece: comment lines about the code around the SQL."""
    if place.host is None:
        return ()
    told = "".join(f"-- {one}\n" for one in described(place.host))
    return (
        (Piece(told, 0.9, f"{place.host.language} code"),) if told and not here.hides(told) else ()
    )


def described(host: Host) -> tuple[str, ...]:
    """What can be said about the code around the SQL, in at most `MOST_LINES` harmless lines; () for
    languages that are not known and code that cannot be read."""
    language = _known(host.language)
    if language is None:
        return ()
    text, start, end = _window(host)
    code = text.encode(errors="replace")
    if len(code) > _MOST_BYTES:
        return ()
    begin = len(text[:start].encode(errors="replace"))
    stop = begin + len(text[start:end].encode(errors="replace"))
    root = language.parser.parse(code).root_node
    seen = _Seen(code, begin, stop, root, language.query)
    return tuple(_lines(seen, language.shown))[:MOST_LINES]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Code with the SQL in its bytes from `begin` to `stop`."""

    code: bytes
    begin: int
    stop: int
    root: Node
    query: Query

    def matches(self, begin: int, stop: int) -> list[_Match]:
        cursor = QueryCursor(self.query, match_limit=_MOST_OPEN)
        cursor.set_byte_range(begin, max(stop, begin + 1))
        return [captures for _, captures in cursor.matches(self.root)]

    def around(self, matches: Sequence[_Match], kind: str) -> list[_Match]:
        """Those that the SQL is in, the innermost first."""
        holding = [one for one in matches if kind in one and self._holds(one[kind][0])]
        return sorted(holding, key=lambda one: one[kind][0].end_byte - one[kind][0].start_byte)

    def text(self, begin: int, stop: int) -> str:
        return self.code[begin:stop].decode(errors="replace")

    def told(self, begin: int, stop: int, *, words: bool) -> str:
        """The same without what strings say; see `literals.without`."""
        # No more is shown of it.
        last = min(stop, begin + _MOST_TOLD)
        return literals.without(self.root, self.code, begin, last, words=words)

    def _holds(self, node: Node) -> bool:
        return node.start_byte <= self.begin and self.stop <= node.end_byte


def _lines(seen: _Seen, shown: str) -> Iterator[str]:
    around = seen.matches(seen.begin, seen.stop)
    function = _function(seen.around(around, "function"))
    owner = seen.around(around, "class")
    name = line(_text(seen, owner[0]["class.name"][0])) if owner else ""
    told: list[str] = []
    first, last = 0, seen.root.end_byte
    if function is not None:
        node, body = function["function"][0], function.get("function.body", [None])[0]
        first, last = node.start_byte, node.end_byte
        begin = function.get("function.start", [node])[0].start_byte
        signature = seen.told(begin, body.start_byte if body else last, words=True)
        told.append(line(signature.rstrip().removesuffix("{"), _WIDEST))
        told += _doc(seen, around, node)
        told += _variables(seen, first)
    told += _uses(seen, around, last)
    if told:
        yield f"This SQL is in {shown} code{f', class {name}' if name else ''}:"
        yield from (f"  {one}" for one in told if one)


def _function(found: Sequence[_Match]) -> _Match | None:
    """The innermost function; of those with one body, the one that has its name too."""
    if not found:
        return None
    body = found[0].get("function.body")
    same = [one for one in found if body and one.get("function.body") == body]
    return same[-1] if same else found[0]


def _doc(seen: _Seen, around: Sequence[_Match], function: Node) -> list[str]:
    found: list[str] = []
    for match in around:
        if "doc" in match and match["documented"][0].start_byte == function.start_byte:
            texts = "\n".join(_text(seen, node) for node in match["doc"]).split("\n")
            said = [line(_COMMENT_MARKS.sub("", one)) for one in texts]
            found = [one for one in said if one]
    return found[:_MOST_DOC]


def _variables(seen: _Seen, first: int) -> list[str]:
    """What was assigned before the SQL, the newest of each name."""
    found: dict[str, str] = {}
    for match in seen.matches(first, seen.begin):
        if "variable" not in match:
            continue
        node = match["variable"][0]
        if first <= node.start_byte and node.end_byte <= seen.begin:
            name = _text(seen, match["variable.name"][0])
            found.pop(name, None)
            found[name] = line(seen.told(node.start_byte, node.end_byte, words=True))
    return list(found.values())[-_MOST_VARIABLES:]


def _uses(seen: _Seen, around: Sequence[_Match], last: int) -> list[str]:
    """The call that the SQL is passed to: at once, or through a variable."""
    for call in seen.around(around, "call"):
        arguments = call["call.arguments"][0]
        if arguments.start_byte <= seen.begin and seen.stop <= arguments.end_byte:
            return [line(_call(seen, call, seen.begin, seen.stop), _WIDEST)]
    assigned = seen.around(around, "variable")
    if not assigned:
        return []
    name = _text(seen, assigned[0]["variable.name"][0])
    for match in seen.matches(seen.stop, last):
        if "call" not in match or match["call"][0].start_byte < seen.stop:
            continue
        for argument in match["call.arguments"][0].named_children:
            if _text(seen, argument) == name:
                begin, stop = argument.start_byte, argument.end_byte
                return [line(_call(seen, match, begin, stop), _WIDEST)]
    return [line(f"{name} = {_SQL}")]


def _call(seen: _Seen, match: _Match, begin: int, stop: int) -> str:
    """A call as written, with a word for the argument that the SQL is in."""
    call, arguments = match["call"][0], match["call.arguments"][0]
    for argument in arguments.named_children:
        if argument.start_byte <= begin and stop <= argument.end_byte:
            # What else is passed are values for the statement.
            before = seen.told(call.start_byte, argument.start_byte, words=False)
            return before + _SQL + seen.told(argument.end_byte, call.end_byte, words=False)
    return f"{_text(seen, match['call.name'][0])} {_SQL}"


def _text(seen: _Seen, node: Node) -> str:
    return seen.text(node.start_byte, node.end_byte)


def _window(host: Host) -> tuple[str, int, int]:
    """As much of the file as is read, and where the SQL is in it."""
    text, start = host.text, max(0, min(host.region.start, len(host.text)))
    end = max(start, min(host.region.end, len(text)))
    first = _lines_back(text, start, ABOVE)
    if first:
        opening = _OPENING.search(text, first, start)
        first = opening.start() if opening else first
    last = _lines_on(text, end, BELOW)
    return text[first:last], start - first, end - first


def _lines_back(text: str, offset: int, count: int) -> int:
    for _ in range(count):
        offset = text.rfind("\n", 0, offset)
        if offset < 0:
            return 0
    return offset + 1


def _lines_on(text: str, offset: int, count: int) -> int:
    for _ in range(count):
        offset = text.find("\n", offset) + 1
        if not offset:
            return len(text)
    return offset


@lru_cache
def _known(name: str) -> _Language | None:
    """A language by its folder; None if it has no such queries or its grammar is not installed."""
    found = grammars.compiled(name, grammars.NEARBY) if name in grammars.names() else None
    if found is None:
        return None
    language, query = found
    return _Language(
        grammars.settings(name, grammars.INJECTIONS)["shown as"], Parser(language), query
    )
