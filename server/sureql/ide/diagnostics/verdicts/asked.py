"""What of a statement an engine is asked: the query in it, with parameters as the engine takes them.

The query of CREATE VIEW, CREATE TABLE AS, EXPLAIN, DECLARE CURSOR, PREPARE and COPY is asked as a
statement of its own: only its text is sent.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from sureql.ide.diagnostics.verdicts import patched
from sureql.ide.diagnostics.verdicts.patched import Patched
from sureql.syntax import lexer, templates
from sureql.syntax.dialects import Dialect
from sureql.syntax.keywords import BEFORE_OPERAND
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind, Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

WORDS = ("SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE")
"""First words of what is worth asking about."""

_QUERY = ("SELECT", "WITH", "VALUES", "TABLE", "FROM", "(")
_BEFORE_AS = frozenset(("VIEW", "TABLE"))


@dataclass(frozen=True, slots=True)
class Asked:
    """`patched` is the whole statement with its parameters as the engine takes them.

    All but the first `head` and the last `tail` characters are sent. `parameters` are the spans
    that were written anew. `stored` says that the engine keeps the text without looking at it.
    """

    patched: Patched
    head: int = 0
    tail: int = 0
    parameters: tuple[Span, ...] = ()
    stored: bool = False

    def sent(self, text: str) -> str:
        """What is sent of a repaired statement."""
        return text[self.head : len(text) - self.tail]

    def holds(self, span: Span) -> bool:
        """True if a span of the original is in what is sent."""
        return self.head <= span.start and span.end <= len(self.patched.original) - self.tail


def of(statement: Statement, dialect: Dialect, engine: str) -> Asked | None:
    """What is sent to `engine`, None if there is nothing that it could be asked."""
    tokens = lexer.code(statement.text, dialect)
    part, stored = _part(tokens, statement.text, engine)
    if part is None:
        return None
    for hole in statement.holes:
        if part.overlaps(hole) and not _is_parameter(statement, hole):
            return None
    inside = [token for token in tokens if part.covers(token.span)]
    edits = _unknown_texts(inside)
    if edits is None or _rows_unknown(inside):
        return None
    edits = sorted((*edits, *_parameters(inside, engine)), key=lambda edit: edit.span)
    written = tuple(edit.span for edit in edits)
    tail = len(statement.text) - part.end
    return Asked(patched.of(statement.text, edits), part.start, tail, written, stored)


def corrected(
    statement: Statement, edits: tuple[TextEdit, ...], dialect: Dialect, engine: str
) -> Asked | None:
    """As `of` for a statement whose first word is misspelt, with the `edits` that correct it."""
    fixed = patched.of(statement.text, edits)
    masked, holes = templates.mask(fixed.text, dialect)
    asks = of(replace(statement, text=fixed.text, masked=masked, holes=holes), dialect, engine)
    if asks is None or asks.head or asks.tail:
        return None
    more = [TextEdit(fixed.back(edit.span), edit.new_text) for edit in asks.patched.edits]
    whole = fixed.changed(more) if more else fixed
    return None if whole is None else Asked(whole, parameters=tuple(one.span for one in more))


def _part(tokens: tuple[Token, ...], text: str, engine: str) -> tuple[Span | None, bool]:
    if not tokens:
        return None, False
    whole = Span(0, len(text))
    first = tokens[0].upper
    if first in WORDS or first == "(" or (engine != "sqlite" and first in ("TABLE", "FROM")):
        return whole, False
    if first == "EXPLAIN":
        return _from(tokens, _after_explain(tokens), text), False
    if first in ("DECLARE", "PREPARE"):
        word = "FOR" if first == "DECLARE" else "AS"
        return _from(tokens, _top(tokens, word) + 1, text), False
    if first == "COPY" and len(tokens) > 2 and tokens[1].text == "(":
        end = _closing(tokens, 1)
        if end > 2 and tokens[2].upper in _QUERY:
            return Span(tokens[2].start, tokens[end].start), False
    if first == "CREATE":
        return _created(tokens, text, engine)
    return None, False


def _created(tokens: tuple[Token, ...], text: str, engine: str) -> tuple[Span | None, bool]:
    head = next((i for i, token in enumerate(tokens[:6]) if token.upper in _BEFORE_AS), -1)
    at = _top(tokens, "AS")
    if head < 0 or at < head or any(token.is_word("RECURSIVE") for token in tokens[:head]):
        return None, False
    span = _from(tokens, at + 1, text)
    if span is None:
        return None, False
    inside = [index for index, token in enumerate(tokens) if token.start >= span.start]
    for index in reversed(inside[-8:]):
        # WITH [NO] DATA, WITH CHECK OPTION, WITH NO SCHEMA BINDING.
        words = tuple(token.upper for token in tokens[index + 1 :])
        if tokens[index].is_word("WITH") and words[-1:] in (("DATA",), ("OPTION",), ("BINDING",)):
            span = Span(span.start, tokens[index].start)
            break
    return span, engine == "sqlite" and tokens[head].is_word("VIEW")


def _from(tokens: tuple[Token, ...], index: int, text: str) -> Span | None:
    if not 0 < index < len(tokens) or tokens[index].upper not in (*WORDS, *_QUERY):
        return None
    return Span(tokens[index].start, len(text))


def _after_explain(tokens: tuple[Token, ...]) -> int:
    index = 1
    if len(tokens) > 2 and tokens[1].text == "(" and tokens[2].upper not in _QUERY:
        return _closing(tokens, 1) + 1
    while index < len(tokens) and tokens[index].is_word("ANALYZE", "VERBOSE", "QUERY", "PLAN"):
        index += 1
    return index


def _top(tokens: tuple[Token, ...], word: str) -> int:
    """The first `word` outside parentheses, -2 if there is none."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if not depth and token.is_word(word):
            return index
    return -2


def _closing(tokens: tuple[Token, ...], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if not depth:
            return index
    return -1


def _is_parameter(statement: Statement, hole: Span) -> bool:
    """True for `%s`, `%(x)s`, `:'x'` and their like where an operand stands."""
    written, masked = hole.of(statement.text), hole.of(statement.masked)
    return (written.startswith(("%s", "%(", "sqlc.")) and masked[:1] == ":") or (
        (written[:2] == ":'" or (written[:1] in "?$" and written[:2] != "${"))
        and masked[:1] in ":?$"
    )


def _unknown_texts(tokens: list[Token]) -> list[TextEdit] | None:
    """The edits that make NULL of texts into which a program puts something: `'{name}'` of an f-string.
    None if there must be a text."""
    edits: list[TextEdit] = []
    for index, token in enumerate(tokens):
        if token.kind is not Kind.STRING or "${" not in token.text:
            continue
        before = tokens[index - 1] if index else None
        # INTERVAL '…' and the like take nothing else.
        if before is not None and before.kind is Kind.WORD and before.upper not in BEFORE_OPERAND:
            return None
        if before is not None and before.is_word("INTERVAL"):
            return None
        edits.append(TextEdit(token.span, "NULL".ljust(len(token.text))))
    return edits


def _rows_unknown(tokens: list[Token]) -> bool:
    """True for VALUES %s: the rows are put in by the driver."""
    return any(
        one.is_word("VALUES") and behind.kind is Kind.PARAMETER
        for one, behind in itertools.pairwise(tokens)
    )


def _parameters(tokens: list[Token], engine: str) -> list[TextEdit]:
    """The edits that write every parameter as the engine takes it; none if it takes all of them."""
    found = [token for token in tokens if token.kind is Kind.PARAMETER]
    if engine == "sqlite":
        return [
            TextEdit(token.span, "?".ljust(len(token.text)))
            for token in found
            if token.text.startswith(("%", ":'", "sqlc."))
        ]
    if engine == "duckdb":
        kinds = {"?" if token.text == "?" else token.text[0] for token in found}
        if kinds <= {"?"} or kinds <= {"$"}:
            return []
        return [TextEdit(token.span, "?".ljust(len(token.text))) for token in found]
    # The engine wants to know every parameter up to the highest, so none may be left out.
    own = sorted({int(one.text[1:]) for one in found if _is_numbered(one)})
    numbers = {f"${number}": index for index, number in enumerate(own, 1)}
    edits: list[TextEdit] = []
    highest = len(own)
    for token in found:
        number = numbers.get(token.text, 0)
        if not number or token.text in ("?", "%s"):
            highest += 1
            number = numbers[token.text] = highest
        if token.text != f"${number}":
            edits.append(TextEdit(token.span, f"${number}".ljust(len(token.text))))
    return edits


def _is_numbered(token: Token) -> bool:
    return token.text[0] == "$" and token.text[1:].isdecimal() and len(token.text) < 7
