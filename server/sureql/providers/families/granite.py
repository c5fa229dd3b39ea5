"""Granite from 4 on."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>"


FAMILY = Family(
    named(r"granite-?4"),
    _lay,
    (
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|fim_pad|>",
        "<|end_of_text|>",
        "<|start_of_role|>",
        "<|end_of_role|>",
    ),
)
