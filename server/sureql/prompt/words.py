"""The words in names and texts: what relevance goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sureql.syntax import lexer, vocabulary
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_EMPTY = vocabulary.words(
    """
    a an and are as at by for from has in is it its of on or per than that the then there this to was
    were what when where which who with all any each every not id ids key tbl table
    """
)
# No identifiers, although they need no quotes: words of queries.
_OF_QUERIES = vocabulary.words(
    """
    select distinct from where group by order having limit offset union except intersect join left
    right inner outer full cross natural on using as and or not in exists between like ilike is null
    case when then else end cast with recursive insert into values update set delete returning
    interval true false default asc desc count sum avg min max coalesce over partition filter extract
    """
)


@lru_cache(maxsize=4096)
def of(text: str) -> frozenset[str]:
    """The words of a name or a sentence, lower case and singular, without those that say nothing."""
    found = (_singular(part.lower()) for part in _PARTS.findall(text))
    return frozenset(word for word in found if len(word) > 1 and word not in _EMPTY)


@lru_cache(maxsize=512)
def identifiers(text: str, dialect: Dialect) -> frozenset[str]:
    """The names in a statement, in lower case, without keywords and usual functions."""
    return frozenset(name.lower() for name in names(text, dialect)) - _OF_QUERIES


def names(text: str, dialect: Dialect) -> Iterator[str]:
    """The names and keywords in SQL as they are stored, in order."""
    for token in lexer.code(text, dialect):
        if token.kind in (Kind.WORD, Kind.QUOTED):
            yield dialect.normalize(token.text)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
