"""CodeGemma."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>"


FAMILY = Family(
    named(r"code-?gemma"),
    _lay,
    (
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|file_separator|>",
        "<start_of_turn>",
        "<end_of_turn>",
        "<eos>",
    ),
)
