"""Calls whose number of arguments sqlglot refuses: no error of the grammar.

sqlglot knows how many arguments many functions take, and refuses the whole statement for one
argument too many. Here such a call is read as that of a function that sqlglot does not know, so
that there is a tree; whether the engine takes the call is for the analysis to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp
from sqlglot.errors import ParseError

from sureql.syntax.tokens import Kind, Token

_MOST = 12
_CAUSES = ("The number of provided arguments", "Required keyword:")


def tree(
    text: str,
    tokens: Sequence[Token],
    error: ParseError,
    offset_of: Callable[[str, ParseError], int],
    parse: Callable[[str], exp.Expression | None],
) -> exp.Expression | None:
    """The tree of `text`, which sqlglot refuses with `error`; None if there is another reason."""
    renamed: dict[int, Token] = {}
    changed, reached = text, -1
    for _ in range(_MOST):
        description = str((error.errors[0] if error.errors else {}).get("description") or "")
        offset = offset_of(changed, error)
        name = _called(tokens, offset) if description.startswith(_CAUSES) else None
        if name is None or offset <= reached or name.start in renamed:
            return None
        reached = offset
        renamed[name.start] = name
        changed = changed[: name.start] + _unknown(name.text) + changed[name.end :]
        try:
            found = parse(changed)
        except ParseError as following:
            error = following
            continue
        return _named(found, renamed) if found is not None else None
    return None


def _unknown(name: str) -> str:
    """A name of the same length that no function has."""
    return "q" + "z" * (len(name) - 1)


def _called(tokens: Sequence[Token], offset: int) -> Token | None:
    """The name of the call whose parenthesis closes at `offset`."""
    depth = 0
    for index in range(len(tokens) - 1, 0, -1):
        token = tokens[index]
        if token.start > offset:
            continue
        if not depth and (token.start != offset or token.text != ")"):
            return None
        depth += (token.text in (")", "]")) - (token.text in ("(", "["))
        if depth == 0:
            name = tokens[index - 1]
            return name if name.kind is Kind.WORD and len(name.text) > 1 else None
    return None


def _named(tree: exp.Expression, renamed: dict[int, Token]) -> exp.Expression | None:
    """`tree` with the names as they were written; None if one of them is no call in it."""
    left = dict(renamed)
    for node in tree.find_all(exp.Anonymous):
        token = left.pop(node.meta.get("start", -1), None)
        if token is not None:
            node.set("this", token.text)
    return None if left else tree
