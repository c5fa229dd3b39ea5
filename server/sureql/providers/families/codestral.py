"""Codestral, where one runs it oneself; Mistral's own service takes a suffix instead."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    # What comes after the cursor is told first.
    return f"[SUFFIX]{after}[PREFIX]{before}"


FAMILY = Family(
    named(r"codestral"), _lay, ("[SUFFIX]", "[PREFIX]", "[MIDDLE]", "[INST]", "[/INST]", "</s>")
)
