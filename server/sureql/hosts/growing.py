"""Texts that a program puts together one after the other: `sql = "…"`, then `sql += "…"`.

Each of these statements is a find of its own, so that an edit reads again no more than it touches. They
are one text only if they surely run one after the other: nothing between them mentions the variable, or
begins or ends a block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sureql.hosts import building, finding
from sureql.hosts.finding import Accepts, Find

_MOST_BETWEEN = 2_000
_BRANCH = re.compile(
    r"(?:case|default|else|elsif|elif|elseif|when|rescue|ensure|except|finally|catch|end|endif|return|break"
    r"|continue|raise|throw)\b"
)


def together(
    finds: Sequence[Find], host: str, accepts: Accepts
) -> tuple[Sequence[Find], frozenset[int]]:
    """The finds with those made one that are one text, and where in `host` the statements begin that only
    put more behind such a text."""
    if not any(one.more for one in finds):
        return finds, frozenset()
    out: list[Find] = []
    begun: dict[tuple[str, tuple[str, ...]], list[Find]] = {}
    wholes: dict[int, list[Find]] = {}
    linked: set[int] = set()
    last = -1
    for find in finds:
        key = (find.name, find.scope)
        if not find.more:
            if find.region.text:
                last = find.region.host.end
            if find.around is not None:
                begun[key] = [find]
            out.append(find)
            continue
        chain = begun.get(key)
        # A text of its own that stands in between can't be both inside a region and beside it.
        if chain and last <= chain[-1].region.host.end and _follows(chain[-1], find, host):
            chain.append(find)
            linked.add(_start(find))
            last = find.region.host.end
            wholes[id(chain[0])] = chain
        else:
            begun.pop(key, None)
            if find.certain:
                out.append(find._replace(name=""))
    return [
        _joined(wholes[id(one)], accepts) if id(one) in wholes else one for one in out
    ], frozenset(linked)


def _start(find: Find) -> int:
    return find.region.host.start - (find.around[0] if find.around is not None else 0)


def _end(find: Find) -> int:
    return find.region.host.end + (find.around[1] if find.around is not None else 0)


def _follows(first: Find, second: Find, host: str) -> bool:
    """Does the statement of `second` surely run after that of `first`, with nothing in between that has the
    variable in it?"""
    start, end = _end(first), _start(second)
    if not 0 <= end - start <= _MOST_BETWEEN:
        return False
    between, column = host[start:end], _column(host, end)
    if column is None or column != _column(host, _start(first)):
        return False
    if re.search(rf"(?<![\w$]){re.escape(second.name)}(?![\w$])", between):
        return False
    return _balanced(between) and not any(
        line.strip() and _leaves(line, column) for line in between.split("\n")[1:-1]
    )


def _column(host: str, offset: int) -> int | None:
    """How far a statement is indented; None if it does not begin its line."""
    before = host[host.rfind("\n", 0, offset) + 1 : offset]
    return None if before.strip() else len(before)


def _leaves(line: str, column: int) -> bool:
    """Does a line between two statements that are indented by `column` end the block, or run instead?"""
    rest = line.lstrip()
    indented = len(line) - len(rest)
    return indented < column or (indented == column and _BRANCH.match(rest) is not None)


def _balanced(text: str) -> bool:
    """Does each brace that is closed begin in `text`, and each that begins end?"""
    depth = 0
    for one in text:
        depth += (one == "{") - (one == "}")
        if depth < 0:
            return False
    return depth == 0


def _joined(chain: Sequence[Find], accepts: Accepts) -> Find:
    first = chain[0]
    region = building.joined([one.region for one in chain])
    marked = tuple(
        (how, building.joined([dict(one.marked).get(how, one.region) for one in chain]))
        for how in {how for one in chain for how, _ in one.marked}
    )
    certain = first.certain or finding.sure_alone(region.text, first.says, accepts)
    return first._replace(region=region, certain=certain, marked=marked)
