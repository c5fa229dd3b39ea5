"""What a statement is about, as words that an index can hold and a question can ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sureql.history.normalise import KEYWORDS

_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_NAME = re.compile(r"\w+")
_RUN = re.compile(r"[^\W_]+")
# `orderId` and `HTTPServer2` are `order id` and `http server 2`.
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\Wa-zA-Z\d_]+|\d+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_QUESTIONS = """
a all an and any are as at be by can do each every find for from get give have how i in is it list
many me much my of on one or our per please query select show that the their them then there these
they this to us was we were what when where which who whose will with write you
"""
_ASKED = frozenset(_QUESTIONS.split())
"""Words of questions that say nothing about what is asked for."""
_MOST_CHARACTERS = 8_000
_LONGEST_WORD = 40
_LONGEST_NAME = 100


def of(text: str) -> list[str]:
    """The words of SQL, or of a question, in order: names that were made of several words as a whole
    and word by word, plurals like singulars, keywords and numbers left out."""
    found: list[str] = []
    for name in _NAME.findall(text[:_MOST_CHARACTERS]):
        if name.upper() in KEYWORDS:
            continue
        pieces = [piece for run in _RUN.findall(name) for piece in _pieces(run)]
        if len(pieces) > 1 and name.isascii():
            # Whoever writes `total_net` means neither another total nor another net.
            found.append("_".join(pieces)[:_LONGEST_NAME])
        found += pieces
    return found


def run(text: str) -> list[str]:
    """All words of SQL in order, as written but for letter case, without those of comments."""
    return _NAME.findall(_COMMENT.sub(" ", text[:_MOST_CHARACTERS]).lower())


def keywords(text: str) -> frozenset[str]:
    """The keywords of a statement: its form."""
    runs = (run[0].upper() for run in _RUN.finditer(text[:_MOST_CHARACTERS]))
    return KEYWORDS.intersection(runs)


def _pieces(run: str) -> Iterator[str]:
    for piece in _PIECE.findall(run):
        if piece.isdigit():
            continue
        if _WIDE.match(piece):
            # These languages put no blanks between words: pairs of characters stand for them.
            yield from (piece[i : i + 2] for i in range(max(1, len(piece) - 1)))
            continue
        word = piece.lower()[:_LONGEST_WORD]
        if word not in _ASKED:
            yield _singular(word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
