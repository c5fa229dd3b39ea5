"""DeepSeek Coder, where one runs it oneself; DeepSeek's own service takes a suffix instead."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    return f"<｜fim▁begin｜>{before}<｜fim▁hole｜>{after}<｜fim▁end｜>"


FAMILY = Family(
    named(r"deepseek-?coder"),
    _lay,
    (
        "<｜fim▁begin｜>",
        "<｜fim▁hole｜>",
        "<｜fim▁end｜>",
        "<｜begin▁of▁sentence｜>",
        "<｜end▁of▁sentence｜>",
        "<|EOT|>",
    ),
)
