"""What every judge looks at before it asks its engine: one statement, its names, its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

LONGEST = 50_000
# Each use of a CTE is planned anew, so a chain of CTEs that use the one before twice doubles the
# work with each link, and engines can hardly be interrupted while they prepare.
MOST_CTE_USES = 200
# Parsers need more than their share of time for deeper nests, or overflow their stack.
DEEPEST = 200

MOST_TRIES = 8

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def single(statement: str, rules: Dialect) -> tuple[Token, ...]:
    """The tokens of one statement; () if there are none, several statements, or if it is too much."""
    if len(statement) > LONGEST or "\0" in statement:
        return ()
    tokens = lexer.code(statement, rules)
    while tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    depth = 0
    for token in tokens:
        if token.text == ";" or not token.closed:
            return ()
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > DEEPEST:
            return ()
    return tokens


def is_name(token: Token) -> bool:
    """True if the token may name something."""
    return token.kind in (Kind.WORD, Kind.QUOTED)


def names(tokens: Sequence[Token], rules: Dialect) -> set[str]:
    """Everything that the statement may name, in lower case."""
    return {rules.normalize(token.text).lower() for token in tokens if is_name(token)}


def may_read(tokens: Sequence[Token], rules: Dialect, columns: AbstractSet[str]) -> bool:
    """True if one of `columns` (as stored, or in lower case) may take part in a statement."""
    if not columns:
        return False
    if any(is_name(token) and rules.normalize(token.text) in columns for token in tokens):
        return True
    if columns & names(tokens, rules):
        return True
    return any(
        token.is_word("NATURAL") or (token.text == "*" and not is_counted(tokens, index))
        for index, token in enumerate(tokens)
    )


def is_counted(tokens: Sequence[Token], index: int) -> bool:
    """True for the star of `count(*)`, or of a multiplication by a number."""
    before = tokens[index - 1] if index else None
    return before is not None and (before.text == "(" or before.kind is Kind.NUMBER)


def calls(tokens: Sequence[Token], rules: Dialect) -> Iterator[tuple[int, str]]:
    """The index and the name, in lower case, of each name that an opening parenthesis follows."""
    for index, token in enumerate(tokens[:-1]):
        if is_name(token) and tokens[index + 1].text == "(":
            yield index, rules.normalize(token.text).lower()


def cte_uses(tokens: Sequence[Token], rules: Dialect) -> int:
    """How often the bodies of CTEs would be planned, counted from the text."""
    bodies = {body: index for index in range(1, len(tokens)) if (body := _cte_body(tokens, index))}
    definitions = set(bodies.values())
    uses: dict[str, int] = {}
    inside: list[tuple[str, int]] = []  # The CTEs whose bodies are open, and at which depth.
    depth, total = 0, 0
    for index, token in enumerate(tokens):
        if token.text == "(":
            if index in bodies:
                name = rules.normalize(tokens[bodies[index]].text).lower()
                uses.setdefault(name, 1)
                inside.append((name, depth))
            depth += 1
        elif token.text == ")":
            depth -= 1
            if inside and inside[-1][1] == depth:
                inside.pop()
        elif is_name(token) and index not in definitions:
            name = rules.normalize(token.text).lower()
            if name in uses:
                total += uses[name]
                if inside and inside[-1][0] != name:
                    uses[inside[-1][0]] += uses[name]
    return total


def _cte_body(tokens: Sequence[Token], index: int) -> int:
    # The parenthesis that opens the body of the CTE whose name is at `index`, 0 if none is there.
    before = tokens[index - 1]
    if not is_name(tokens[index]) or not (
        before.text == "," or before.is_word("WITH", "RECURSIVE")
    ):
        return 0
    at = index + 1
    if at < len(tokens) and tokens[at].text == "(":
        at += 1
        while at < len(tokens) and (is_name(tokens[at]) or tokens[at].text == ","):
            at += 1
        at += 1
    if at >= len(tokens) or not tokens[at].is_word("AS"):
        return 0
    at += 1
    while at < len(tokens) and tokens[at].is_word("NOT", "MATERIALIZED"):
        at += 1
    return at if at < len(tokens) and tokens[at].text == "(" else 0


def places(tokens: Sequence[Token], rules: Dialect, path: Sequence[str]) -> list[int]:
    """The indexes of the tokens at which the dotted name `path` stands, whole."""
    wanted = [part.lower() for part in path]
    width = 2 * len(wanted) - 1
    found = []
    for index in range(len(tokens) - width + 1):
        window = tokens[index : index + width]
        written = [rules.normalize(token.text).lower() for token in window[::2]]
        if (
            written == wanted
            and all(is_name(token) for token in window[::2])
            and all(token.text == "." for token in window[1::2])
            and not (index and tokens[index - 1].text == ".")
            and not (index + width < len(tokens) and tokens[index + width].text == ".")
        ):
            found.append(index)
    return found


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`, or the number of tokens."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if not depth:
            return at
    return len(tokens)


def blamed(
    statement: str, candidates: Sequence[Span], ask: Callable[[str], str | None]
) -> Span | None:
    """Which of several equal names or calls the engine means, None if it can't be told.

    `ask` gives the engine's message about a text, None if it accepts that. It is asked about
    changed statements, in which some of the candidates are NULL.
    """
    if len(candidates) < 2 or len(candidates) > MOST_TRIES:
        return candidates[0] if len(candidates) == 1 else None
    message = ask(statement)
    for kept in candidates:
        if ask(_without(statement, [other for other in candidates if other != kept])) == message:
            return kept
    cured = [one for one in candidates if ask(_without(statement, [one])) is None]
    return cured[0] if len(cured) == 1 else None


def _without(statement: str, spans: Sequence[Span]) -> str:
    for span in reversed(spans):
        statement = f"{statement[: span.start]}NULL{statement[span.end :]}"
    return statement
