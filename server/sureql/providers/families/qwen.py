"""Qwen Coder, from 2.5 on."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<|fim_prefix|>{before}<|fim_suffix|>{after}<|fim_middle|>"


FAMILY = Family(
    named(r"qwen[\w.-]*coder"),
    _lay,
    (
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<|file_sep|>",
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
    ),
)
