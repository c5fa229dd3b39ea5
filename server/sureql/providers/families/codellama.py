"""Code Llama in the sizes that fill in the middle."""

from __future__ import annotations

from sureql.providers.families.family import Family, named


def _lay(before: str, after: str) -> str:
    # The blanks belong to the marks.
    return f"<PRE> {before} <SUF>{after} <MID>"


FAMILY = Family(named(r"code-?llama"), _lay, ("<PRE>", "<SUF>", "<MID>", "<EOT>", "</s>"))
