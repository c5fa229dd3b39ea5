"""Statements of others shown in a prompt: whole, ended, and told apart from each other."""

from __future__ import annotations

import re

from sureql.prompt import plain

LONGEST = 1_200
"""Characters of a statement; longer ones would take the room of all others."""
_LITERALS = re.compile(r"'[^']*'|\d+")
_BLANKS = re.compile(r"\s+")


def told(statement: str, origin: str) -> str:
    """The statement with where it comes from above it; '' if it is too long to be told."""
    body = plain.without_marks(statement).strip().rstrip(";").rstrip()
    if not body or len(body) > LONGEST:
        return ""
    # A semicolon behind a comment at the end would be part of it.
    end = "\n;" if "--" in body.rsplit("\n", 1)[-1] else ";"
    return f"-- {origin}:\n{body}{end}"


def same(statement: str) -> str:
    """What is equal for statements that differ only in blanks, letter case, literals and the final
    semicolon."""
    bare = _LITERALS.sub("?", statement.strip().rstrip(";"))
    return _BLANKS.sub(" ", bare).strip().lower()
