"""Texts of others in Markdown."""

from __future__ import annotations

import pytest

from sureql.text import markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![](https://evil.example/x.png)", "![] (https://evil.example/x.png)"),
        ("[Repair](command:run)", "[Repair] (command:run)"),
        ("![a][b]\n\n[b]: https://evil.example", "![a] [b]\n\n[b] : https://evil.example"),
        ("<command:run> <HTTPS://evil.example>", "< command:run> < HTTPS://evil.example>"),
        ("`ARRAY<INT>`, a[1], **bold** and a < b", "`ARRAY<INT>`, a[1], **bold** and a < b"),
        ("\\](x) ]](y)", "\\] (x) ]] (y)"),
    ],
)
def test_nothing_is_fetched_or_run(text: str, expected: str) -> None:
    assert markdown.without_links(text) == expected
    assert markdown.without_links(expected) == expected
