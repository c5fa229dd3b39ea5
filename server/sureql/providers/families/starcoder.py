"""StarCoder, StarCoder 2 and models trained with their marks."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<fim_prefix>{before}<fim_suffix>{after}<fim_middle>"


FAMILY = Family(
    named(r"star-?coder|stable-?code|refact-1"),
    _lay,
    (
        "<fim_prefix>",
        "<fim_suffix>",
        "<fim_middle>",
        "<fim_pad>",
        "<repo_name>",
        "<file_sep>",
        "<|endoftext|>",
    ),
)
