"""The Granite Code models, which have StarCoder's marks."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<fim_prefix>{before}<fim_suffix>{after}<fim_middle>"


FAMILY = Family(
    named(r"granite[\w.-]*code"),
    _lay,
    (
        "<fim_prefix>",
        "<fim_suffix>",
        "<fim_middle>",
        "<fim_pad>",
        "<reponame>",
        "<|endoftext|>",
    ),
)
