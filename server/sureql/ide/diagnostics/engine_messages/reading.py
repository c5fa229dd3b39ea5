"""One message of an engine in our words, and the tables that say how to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sureql.ports.judge import Judgement

REFUSED = "refused"
"""The code of what no pattern knows: the message is then the engine's own."""


_QUOTED = re.compile(r"[\"'`]([^\"'`\s]+)[\"'`]")


@dataclass(frozen=True, slots=True)
class Reading:
    """`code` and `message` are ours. `name` is the (dotted) name that the engine speaks of.

    `at` says what stands where the engine points:
    token, name (a dotted name, of which the last part is meant), qualifier (a dotted name, of which
    the part before is meant), call (a function's name), value (an expression that begins there).
    `types` are those of the arguments, where the message tells.
    `syntax` is True if the engine did not get beyond the grammar. `parameters` is True if how the
    parameters are passed may be to blame, so that nothing is certain.
    """

    code: str
    message: str
    name: str = ""
    at: str = "token"
    syntax: bool = False
    parameters: bool = False
    types: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message that `find` matches. In `message`, `{name}` and the like are its groups."""

    find: re.Pattern[str]
    code: str
    message: str
    at: str = "token"
    syntax: bool = False
    parameters: bool = False


def pattern(
    find: str,
    code: str,
    message: str,
    at: str = "token",
    syntax: bool = False,
    parameters: bool = False,
) -> Pattern:
    """A Pattern from its text; `<x>` stands for a group x that takes anything."""
    regex = re.sub(r"(?<!\?P)<(\w+)>", r"(?P<\1>.+?)", find)
    return Pattern(re.compile(regex + r"\Z", re.DOTALL), code, message, at, syntax, parameters)


def grammar(find: str, message: str) -> Pattern:
    """A Pattern for what the engine's parser says."""
    return pattern(find, "syntax-error", message, syntax=True)


def first(patterns: Iterable[Pattern], judgement: Judgement) -> Reading:
    """What the first pattern that matches says; else the engine's own sentence."""
    for one in patterns:
        match = one.find.match(judgement.message)
        if match is not None:
            groups = {key: value or "" for key, value in match.groupdict().items()}
            groups = {key: value.strip('"') for key, value in groups.items()}
            message = one.message.format(**groups)
            name, types = groups.get("name", ""), groups.get("types", "")
            shown = f"({types})" if "types" in groups else ""
            return Reading(one.code, message, name, one.at, one.syntax, one.parameters, shown)
    quoted = _QUOTED.search(judgement.message)
    return Reading(REFUSED, sentence(judgement.message), quoted[1] if quoted else "")


def sentence(message: str) -> str:
    """An engine's message as a sentence."""
    text = message.strip().split("\n")[0].rstrip("!").strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."
