"""Where the clauses of each SELECT stand in the text: nodes have too few positions for rewriting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.syntax.tokens import Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_CLAUSES = {
    "FROM": "from_",
    "WHERE": "where",
    "GROUP": "group",
    "HAVING": "having",
    "QUALIFY": "qualify",
    "WINDOW": "windows",
    "ORDER": "order",
    "LIMIT": "limit",
    "OFFSET": "offset",
    "FETCH": "fetch",
    "FOR": "locks",
}
_SURE = ("FROM", "WHERE", "GROUP", "HAVING", "QUALIFY")
_SET = ("UNION", "EXCEPT", "INTERSECT", "MINUS")


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT in the text. `span` goes from the word SELECT to its last token. `clauses` are by
    their first word in upper case, that word included. `brackets` are the parentheses around it."""

    select: exp.Select
    span: Span
    clauses: Mapping[str, Span]
    brackets: Span | None

    def body(self, context: Context, word: str) -> Span | None:
        """A clause without the words that open it."""
        span = self.clauses.get(word)
        if span is None:
            return None
        words = 2 if word in ("GROUP", "ORDER") else 1
        place = places.index(context, span.start) + words
        if word == "SELECT" and context.tokens[place].is_word("ALL", "DISTINCT"):
            place += 1
        return Span(context.tokens[place].start, span.end)


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of those that AND joins in WHERE."""

    node: exp.Expr
    span: Span


@lru_cache(maxsize=32)
def of(context: Context) -> Mapping[int, Block]:
    """The blocks of a statement by the identity of their SELECT node. Empty if text and tree
    don't agree about how many there are."""
    selects = list(context.all(exp.Select))
    words = [
        place
        for place, token in enumerate(context.tokens)
        if token.is_word("SELECT") and not _dotted(context, place)
    ]
    if len(selects) != len(words):
        return {}
    firsts = {id(one): _first(one) for one in selects}
    selects.sort(key=lambda one: (firsts[id(one)], one.depth))
    found = {}
    for select, place in zip(selects, words, strict=True):
        if firsts[id(select)] < context.tokens[place].end:
            return {}
        block = _block(context, select, place)
        if block is not None:
            found[id(select)] = block
    return found


def block(context: Context, select: exp.Expr | None) -> Block | None:
    """The block of a SELECT node, None if it is not certain where it stands."""
    return of(context).get(id(select))


def parts(context: Context, one: Block, word: str = "WHERE") -> tuple[Part, ...] | None:
    """The conditions that AND joins in WHERE or HAVING; None if they can't be told apart."""
    body = one.body(context, word)
    clause = one.select.args.get(_CLAUSES[word])
    if body is None or clause is None:
        return () if body is None and clause is None else None
    nodes: list[exp.Expr] = []
    stack = [clause.this]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.And):
            stack += [node.expression, node.this]
        else:
            nodes.append(node)
    spans = _split(context, body)
    if len(spans) != len(nodes):
        return None
    for node, span in zip(nodes, spans, strict=True):
        inside = places.whole(context, node)
        if inside is not None and not span.covers(inside):
            return None
    return tuple(Part(node, span) for node, span in zip(nodes, spans, strict=True))


def without(one: Block, every: tuple[Part, ...], gone: list[Part]) -> list[TextEdit]:
    """Edits that take some conditions out of WHERE, and WHERE itself if none is left."""
    left = [part for part in every if part not in gone]
    if not left:
        return [TextEdit(one.clauses["WHERE"], "")] if gone else []
    edits = []
    for place, part in enumerate(every):
        if part not in gone:
            continue
        kept_before = any(other not in gone for other in every[:place])
        if kept_before:
            edits.append(TextEdit(Span(every[place - 1].span.end, part.span.end), ""))
        else:
            edits.append(TextEdit(Span(part.span.start, every[place + 1].span.start), ""))
    return edits


def items(context: Context, span: Span) -> list[Span]:
    """The parts of a list between commas."""
    found, start, last, depth = [], None, span.start, 0
    for token in _within(context, span):
        depth += (token.text in "([{") - (token.text in ")]}")
        if token.text == "," and not depth and start is not None:
            found.append(Span(start, last))
            start = None
            continue
        start = token.start if start is None else start
        last = token.end
    return [*found, Span(start, last)] if start is not None else found


def commented(context: Context, span: Span) -> bool:
    """True if a comment stands in `span`; a string with its marks is none."""
    position = span.start
    for token in _within(context, span):
        if context.masked[position : token.start].strip():
            return True
        position = token.end
    return bool(context.masked[position : span.end].strip())


def gap(context: Context, start: int) -> str:
    """What to write before a further clause: a new line with the indentation of the clause that
    starts at `start` if that one begins a line, a space if not."""
    line = context.text.rfind("\n", 0, start) + 1
    before = context.text[line:start]
    return f"\n{before}" if line and not before.strip() else " "


def _split(context: Context, span: Span) -> list[Span]:
    found: list[Span] = []
    start: int | None = None
    last = span.start
    depth = between = case = 0
    for token in _within(context, span):
        depth += (token.text in "([{") - (token.text in ")]}")
        if not depth:
            case += token.is_word("CASE") - token.is_word("END")
            if not case and token.is_word("OR", "XOR"):
                return [span]
            if token.is_word("BETWEEN") and not case:
                between += 1
            elif token.is_word("AND") and not case and between:
                between -= 1
            elif token.is_word("AND") and not case and start is not None:
                found.append(Span(start, last))
                start = None
                continue
        start = token.start if start is None else start
        last = token.end
    return [*found, Span(start, last)] if start is not None else found


def _within(context: Context, span: Span) -> tuple[Token, ...]:
    return context.tokens[places.index(context, span.start) : places.index(context, span.end)]


def _first(select: exp.Select) -> int:
    """Where the first name or literal of a SELECT stands; what WITH defines is not its own."""
    starts = [
        node.meta["start"]
        for key, value in select.args.items()
        if key != "with_"
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, exp.Expr)
        for node in child.walk()
        if "start" in node.meta
    ]
    return min(starts, default=-1)


def _dotted(context: Context, place: int) -> bool:
    return place > 0 and context.tokens[place - 1].text == "."


def _block(context: Context, select: exp.Select, place: int) -> Block | None:
    tokens = context.tokens
    clauses: dict[str, Span] = {}
    word, start, last, depth, closing = "SELECT", tokens[place].start, tokens[place].end, 0, None
    for here in range(place + 1, len(tokens)):
        token = tokens[here]
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth < 0 or (not depth and (token.text == ";" or token.is_word(*_SET))):
            closing = token if depth < 0 else None
            break
        if not depth and token.is_word(*_CLAUSES) and not _inside(context, here):
            clauses[word] = Span(start, last)
            word, start = token.upper, token.start
        last = token.end
    clauses[word] = Span(start, last)
    arm = isinstance(select.parent, exp.SetOperation)
    for name, argument in _CLAUSES.items():
        # What stands behind the last arm of UNION belongs to all of it.
        stated = bool(select.args.get(argument)) or (name == "FETCH" and "LIMIT" not in clauses)
        if name in clauses and not stated and not (arm and name not in _SURE):
            return None
        if name in _SURE and stated and name not in clauses:
            return None
    before = tokens[place - 1] if place else None
    brackets = None
    if closing is not None and before is not None and before.text == "(":
        brackets = Span(before.start, closing.end)
    return Block(select, Span(tokens[place].start, last), clauses, brackets)


def _inside(context: Context, place: int) -> bool:
    """True if the word at `place` opens no clause: `IS DISTINCT FROM`, `WITHIN GROUP`, a name."""
    before = context.tokens[place - 1]
    if before.text == "." or before.is_word("WITHIN", "AS"):
        return True
    if context.tokens[place].is_word("FROM") and before.is_word("DISTINCT"):
        return context.tokens[place - 2].is_word("IS", "NOT")
    return False
