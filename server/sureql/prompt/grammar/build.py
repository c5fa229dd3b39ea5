"""The grammar of what may stand at a cursor."""

from __future__ import annotations

import re

from sureql.catalog import model as catalog
from sureql.ports.provider import Grammar
from sureql.prompt.grammar import derive, relations, render, roots, whole
from sureql.prompt.grammar.here import Here
from sureql.prompt.grammar.here import at as here_at
from sureql.prompt.grammar.model import Node, Rules, seq
from sureql.syntax import dialects, lexer

LARGEST = 16_000  # Characters of a grammar; more slows the endpoint down.
_MOST_LANDED = 12
_MOST_BLANKS = 40
_FIRST_TRY = 8
_BLANKS = re.compile(r"\s*\Z")


def continuation(
    text: str, offset: int, schema: catalog.Catalog, dialect: dialects.Dialect, suffix: str
) -> Grammar | None:
    """One logical unit at `offset` of the masked statement `text`; None where nothing can be said.

    `suffix` is what follows the cursor as the model sees it; the answer ends with its beginning.
    """
    here = here_at(text, offset, schema, dialect)
    if here is None:
        return None
    rules: Rules = {}
    node = roots.of(here, rules)
    if node is None:
        return None
    rest = derive.after(node, here.begun, rules) if here.begun else node
    if rest is None:
        return None
    blanks, lead = _lead(here)
    lands = _lands(suffix, dialect) if here.after else ""
    gap = " " if lands and (lands[0].isalnum() or lands[0] in "_\"`'[") else ""
    made = seq(blanks + lead + here.typed, rest, gap + lands)
    return _grammar(made, rules, len(blanks + here.typed), lands)


def statement(schema: catalog.Catalog, dialect: dialects.Dialect, wish: str = "") -> Grammar | None:
    """A whole SELECT over the catalog for a `wish` in words; None if there are no tables."""
    here = here_at("SELECT ", 7, schema, dialect)
    tables = list(relations.index(schema, dialect).values())
    if here is None or not tables:
        return None
    tables = whole.likely(tables, wish)
    count = min(len(tables), _FIRST_TRY)
    while count:
        rules: Rules = {}
        node = seq("SELECT ", whole.select(here, rules, tables[:count], joins=True), ";")
        found = _grammar(node, rules, 0, "")
        if found is not None:
            return found
        count //= 2
    return None


def _grammar(node: Node | None, rules: Rules, back: int, lands: str) -> Grammar | None:
    if node is None:
        return None
    rules["root"] = node
    gbnf = render.gbnf(rules)
    if len(gbnf) > LARGEST:
        return None
    return Grammar(gbnf, render.lark(rules), back, lands)


def _lead(here: Here) -> tuple[str, str]:
    """The blanks before the cursor, which the model writes anew, and a blank if one is missing."""
    if here.context.qualifier is not None:
        return "", ""
    before = here.text[: here.context.word.start]
    blanks = before[_BLANKS.search(before).start() :][-_MOST_BLANKS:]  # type: ignore[union-attr]
    missing = not blanks and bool(before) and before[-1] not in "([."
    return blanks, " " if missing else ""


def _lands(suffix: str, dialect: dialects.Dialect) -> str:
    """The first tokens of what follows, whole ones, about a dozen characters."""
    found = ""
    for token in lexer.tokens(suffix[:200], dialect):
        if not token.closed or (token.end > _MOST_LANDED and found):
            break
        if token.end == len(suffix[:200]) and len(suffix) > 200:
            break
        found = suffix[: token.end]
    return found
