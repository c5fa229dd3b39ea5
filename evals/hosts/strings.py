"""String literals of a file, found by regular expressions that know nothing of `sureql.hosts`.

The labels were made on these, so that the truth does not come from what is measured. Literals with
only white space, a line's continuation or an operator that joins them in between are one group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_C_COMMENT = r"//[^\n]*|/\*.*?\*/"
_HASH_COMMENT = r"\#[^\n]*"
_QUOTED = r'"(?:\\.|[^"\\\n])*"'
_SINGLE = r"'(?:\\.|[^'\\\n])*'"
_QUOTED_LONG = r'"(?:\\.|[^"\\])*"'
_SINGLE_LONG = r"'(?:\\.|[^'\\])*'"
_CHARACTER = r"'(?:\\[^\n]{1,8}?|[^'\\\n])'"
_TEMPLATE = r"`(?:\\.|\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\}|[^`\\])*`"

_SCRIPT = (_C_COMMENT, (_TEMPLATE, _QUOTED, _SINGLE))
_GRAMMARS: dict[str, tuple[str, tuple[str, ...]]] = {
    "python": (
        _HASH_COMMENT,
        (
            r"(?i:[rbuft]{0,2})(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?''')",
            r"(?i:[rbuft]{0,2})(?:" + _QUOTED + "|" + _SINGLE + ")",
        ),
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "go": (f"{_C_COMMENT}|{_CHARACTER}", ("`[^`]*`", _QUOTED)),
    "java": (f"{_C_COMMENT}|{_CHARACTER}", (r'"""(?:\\.|[^\\])*?"""', _QUOTED)),
    "kotlin": (f"{_C_COMMENT}|{_CHARACTER}", (r'"""(?:(?!""").)*"""', _QUOTED)),
    "ruby": (
        r"\#(?!\{)[^\n]*",
        (
            r"<<[~-]?['\"]?(?P<word>[A-Z_]+)\b['\"]?[^\n]*\n.*?\n[ \t]*(?P=word)\b",
            r"%[qQ]?(?:\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\}|\[[^\[\]]*\])",
            _QUOTED_LONG,
            _SINGLE_LONG,
        ),
    ),
    "php": (
        rf"{_C_COMMENT}|\#(?!\[)[^\n]*",
        (
            r"<<<['\"]?(?P<word>\w+)['\"]?\n.*?\n[ \t]*(?P=word)\b",
            _QUOTED_LONG,
            _SINGLE_LONG,
        ),
    ),
    "rust": (
        rf"{_C_COMMENT}|{_CHARACTER}",
        (r'b?r(?P<fence>\#*)".*?"(?P=fence)', "b?" + _QUOTED_LONG),
    ),
    "c-sharp": (
        rf"{_C_COMMENT}|{_CHARACTER}|^[ \t]*\#[^\n]*",
        (
            r'\$*(?P<fence>"{3,}).*?(?P=fence)',
            r'(?:\$?@|@\$)"(?:""|[^"])*"',
            r"\$?" + _QUOTED,
        ),
    ),
}
_JOINED = re.compile(r"(?:\s|\\\n|\+|\.(?=\s*['\"]))*")
_STATEMENT = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\(|\\n|\\t|\|)*(?:select|insert|update|delete|merge|replace|with|create|alter|drop|"
    r"truncate|pragma|explain|begin|commit|rollback|savepoint|release|grant|revoke|vacuum|analyze|"
    r"show|describe|copy|values|call|execute|exec|declare|set|use|lock|listen|notify|unlisten|do|"
    r"attach|detach|comment|if|refresh|reindex|fetch|close|start|prepare|deallocate|table|optimize)\b",
    re.I | re.S,
)
_INSIDE = re.compile(
    r"\b(?:select\b.+\bfrom|insert\s+into|delete\s+from|update\b.+\bset|create\s+(?:table|index|view)|"
    r"alter\s+table|drop\s+table)\b",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Literals that are one string: offsets of the first one's beginning and the last one's end."""

    start: int
    end: int
    text: str


def groups(text: str, language: str) -> Iterator[Group]:
    """All groups of literals of a file, in order."""
    start = end = -1
    for literal in _literals(text, language):
        if start >= 0 and _JOINED.fullmatch(text, end, literal.start()):
            end = literal.end()
            continue
        if start >= 0:
            yield Group(start, end, text[start:end])
        start, end = literal.span()
    if start >= 0:
        yield Group(start, end, text[start:end])


def candidates(text: str, language: str) -> Iterator[Group]:
    """The groups that might be SQL: far more than are, so that next to none is missed."""
    for group in groups(text, language):
        content = _content(group.text)
        if _STATEMENT.match(content) or _INSIDE.search(content):
            yield group


def _literals(text: str, language: str) -> Iterator[re.Match[str]]:
    skipped, wanted = _GRAMMARS[language]
    pattern = re.compile(f"(?P<skipped>{skipped})|" + "|".join(wanted), re.S | re.M)
    return (one for one in pattern.finditer(text) if one.group("skipped") is None)


def _content(literal: str) -> str:
    """What stands behind the opening quote."""
    if literal.startswith("<<"):
        return literal.partition("\n")[2]
    return re.sub(r"\A(?:[\w$@%#<~-]{0,6})[\"'`({\[]+", "", literal)
