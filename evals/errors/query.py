"""One valid statement as the mutator sees it: tokens, depths, query blocks and what names mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from sureql.catalog import model as catalog
from sureql.semantics import analysis
from sureql.semantics.model import Analysis, Reference
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_CLAUSES = ("FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH")
_SET = ("UNION", "INTERSECT", "EXCEPT")
_FAMILIES = (
    ("number", re.compile(r"int|serial|num|dec|real|double|float|money", re.IGNORECASE)),
    ("text", re.compile(r"char|text|clob|string", re.IGNORECASE)),
    ("time", re.compile(r"date|time", re.IGNORECASE)),
    ("bool", re.compile(r"bool", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT with its clauses: token indices. `at` has each clause's first word, `end` is the
    index behind its last token. `operator` is the set operator behind it, -1 if none."""

    select: int
    depth: int
    at: dict[str, int]
    end: int
    operator: int

    def stop(self, clause: str) -> int:
        """The index behind the last token of a clause ('SELECT' is the select list)."""
        start = self.select if clause == "SELECT" else self.at[clause]
        return min((place for place in self.at.values() if place > start), default=self.end)


@dataclass(frozen=True)
class Query:
    text: str
    dialect: Dialect
    schema: catalog.Catalog

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return lexer.code(self.text, self.dialect)

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """How many parentheses are open around each token; those themselves count as outside."""
        depths, depth = [], 0
        for token in self.tokens:
            depth -= token.text == ")"
            depths.append(depth)
            depth += token.text == "("
        return tuple(depths)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            self._block(index) for index, token in enumerate(self.tokens) if token.is_word("SELECT")
        )

    @cached_property
    def analysis(self) -> Analysis:
        return analysis.analyse(self.text, self.schema, self.dialect)

    def references(self, *kinds: str) -> list[Reference]:
        """The references of these kinds that are words of the text."""
        return [
            one
            for one in self.analysis.references
            if one.kind in kinds and self.index_at(one.span.start) is not None
        ]

    @cached_property
    def _starts(self) -> dict[int, int]:
        return {token.start: index for index, token in enumerate(self.tokens)}

    def index_at(self, offset: int) -> int | None:
        """The index of the token that begins at `offset`."""
        return self._starts.get(offset)

    def word(self, index: int) -> str:
        """The word at `index` in upper case, '' if there is none."""
        if not 0 <= index < len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.upper if token.kind is Kind.WORD else token.text

    def text_at(self, index: int) -> str:
        return self.tokens[index].text

    def items(self, start: int, end: int) -> list[Span]:
        """The comma-separated items of the tokens `start:end`, as spans of the text."""
        if start >= end:
            return []
        depth, found, first = self.depths[start], [], start
        for index in range(start, end):
            if self.tokens[index].text == "," and self.depths[index] == depth:
                found.append((first, index))
                first = index + 1
        found.append((first, end))
        return [Span(self.tokens[a].start, self.tokens[b - 1].end) for a, b in found if a < b]

    def select_list(self, block: Block) -> list[Span]:
        start = block.select + 1
        if self.word(start) in ("DISTINCT", "ALL"):
            start += 1
            if self.word(start) == "ON":
                return []
        return self.items(start, block.stop("SELECT"))

    def qualified(self, reference: Reference) -> Span:
        """The reference with its qualifier: `t.c`."""
        index = self.index_at(reference.span.start)
        start = reference.span.start
        while index is not None and index >= 2 and self.tokens[index - 1].text == ".":
            index -= 2
            start = self.tokens[index].start
        return Span(start, reference.span.end)

    def block_of(self, index: int) -> Block | None:
        """The innermost block that holds the token."""
        found = [block for block in self.blocks if block.select <= index < block.end]
        return max(found, key=lambda block: block.select, default=None)

    def _block(self, select: int) -> Block:
        depth = self.depths[select]
        at: dict[str, int] = {}
        operator = -1
        index = select
        while index + 1 < len(self.tokens):
            index += 1
            if self.depths[index] < depth or self.tokens[index].text == ";":
                break
            word = self.word(index)
            if self.depths[index] != depth:
                continue
            if word in _SET:
                operator = index
                break
            if word == "FROM" and self.word(index - 1) == "DISTINCT":
                continue
            if word in _CLAUSES and word not in at:
                if word in ("GROUP", "ORDER") and self.word(index + 1) != "BY":
                    continue
                at[word] = index
        else:
            index += 1
        return Block(select, depth, at, index, operator)


def family(written: str) -> str:
    """number, text, time, bool or '' for a type's text."""
    if not written or written.endswith("]"):
        return ""
    return next((name for name, pattern in _FAMILIES if pattern.search(written)), "")
