"""What Jinja says in the SQL of a dbt project, by reading alone: nothing is ever run.

`{{ ref('orders') }}` and `{{ source('raw', 'orders') }}` name relations. Of the branches of an `{% if %}`
only one is text of the query, and the body of a `{% macro %}` or `{% set %}` is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sureql.text import stand_in
from sureql.text.span import Span

_STRING = r"(?:'[^'\n]*'|\"[^\"\n]*\")"
_RELATION = (
    r"(?P<word>ref|source)\s*\(\s*(?P<first>" + _STRING + r")\s*"
    r"(?:,\s*(?P<second>" + _STRING + r")\s*)?"
    r"(?:,\s*(?:v|version)\s*=\s*['\"]?(?P<version>\w+)['\"]?\s*)?\)"
)
_WHOLE = re.compile(r"\{\{-?\s*" + _RELATION + r"\s*-?\}\}")
_THIS = re.compile(r"\{\{-?\s*this\s*-?\}\}")
_NAMED = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}")
_SET = re.compile(
    r"\{%[-+]?\s*+(?:for\s++(?P<looped>\w++)"
    r"|set\s++(?P<name>\w++)\s*+(?:=\s*+(?:" + _RELATION + r"\s*+[-+]?%\})?)?)"
)
_ANYWHERE = re.compile(r"(?<![\w.])" + _RELATION)
_OPENED = re.compile(r"\{(?:\{|%)(?:(?!\{\{|\}\}|\{%|%\}).)*\Z", re.DOTALL)
# No tag holds the beginning of another: an unclosed one costs no search to the end of the text.
_TAG = re.compile(
    r"\{%[-+]?\s*+(?P<word>\w++)(?P<rest>(?>(?:[^%{]|%(?!\})|\{(?![%#]))*))%\}"
    r"|\{#(?>(?:[^#{]|#(?!\})|\{(?!#))*)#\}"
)
_MACRO = re.compile(
    r"\{%[-+]?\s*+(?:(?P<end>end(?:macro|materialization|test))|macro|materialization|test)\b"
)
_REMARK = re.compile(r"\{#.*?(?:#\}|\Z)", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
# Blocks whose body is no text of the query around them.
_APART = frozenset({"macro", "set", "call", "docs", "test", "materialization", "data_test"})
_ENDS = {f"end{word}": word for word in (*_APART, "if", "for")}
_BRANCHES = frozenset({"elif", "else"})
_SILENT = frozenset({"do", "import", "from"})
_SILENT_CALL = re.compile(r"\{\{-?\s*config\s*\(")
# What only chooses rows of what is there, up to its end: no comma can begin another CTE behind it.
_CONDITION = re.compile(r"\s*(?:where|and|or|having|qualify|limit)\b", re.IGNORECASE)
_LONGEST_CONDITION = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """A relation that a template names: `span` covers `ref(…)`, `name` the last name in it.

    `parts` is `(name,)` of a model, seed or snapshot, `(source, name)` of a source's table.
    `package` is the one that `ref` names, '' for none.
    """

    span: Span
    name: Span
    parts: tuple[str, ...]
    package: str = ""


def relation(template: str) -> str:
    """The stand-in for a template that is nothing but a relation's name, '' for any other."""
    if _THIS.fullmatch(template):
        return stand_in.of(("this",), len(template))
    match = _WHOLE.fullmatch(template)
    named = _named(match) if match else None
    return stand_in.of(named.parts, len(template)) if named else ""


def assigned(text: str) -> dict[str, tuple[str, ...]]:
    """The relations that `{% set name = ref('orders') %}` names, as `Named.parts`, by the names that are
    assigned nothing else."""
    found: dict[str, tuple[str, ...]] = {}
    for match in _SET.finditer(text):
        name = match["looped"] or match["name"]
        named = _named(match) if match["word"] else None
        found[name] = named.parts if named is not None and name not in found else ()
    return {name: parts for name, parts in found.items() if parts}


def by_name(template: str, names: Mapping[str, tuple[str, ...]]) -> str:
    """The stand-in for a template that is one of `names`, '' for any other."""
    match = _NAMED.fullmatch(template)
    parts = names.get(match[1]) if match else None
    return stand_in.of(parts, len(template)) if parts else ""


def relations(text: str) -> Iterator[Named]:
    """Every relation that the templates of `text` name, in order; SQL comments count, too."""
    if "{" not in text:
        return
    comments = _REMARK.finditer(text)
    comment = next(comments, None)
    for match in _ANYWHERE.finditer(text):
        while comment is not None and comment.end() <= match.start():
            comment = next(comments, None)
        if comment is not None and comment.start() < match.start():
            continue
        named = _named(match)
        if named is not None and _OPENED.search(text, max(0, match.start() - 500), match.start()):
            yield named


def opened(text: str, offset: int) -> int:
    """Where the `{{` or `{%` begins that `offset` is inside of; -1 if it is in none."""
    start = max(0, offset - 2000)
    found = _OPENED.search(text, start, offset)
    return found.start() if found else -1


def apart(text: str, offset: int = -1) -> tuple[Span, ...]:
    """The parts of `text` that are no text of the query: bodies of macros and the like, all branches
    of an `{% if %}` but one. With an `offset` its own branch or body is the one that counts."""
    found: list[Span] = []
    opened_at: list[tuple[str, list[Span]]] = []
    for match in _TAG.finditer(text):
        word = match["word"]
        if word is None:
            continue
        if word in _BRANCHES or word in _ENDS:
            kind = _ENDS.get(word, "if")
            bodies: list[Span] = []
            while opened_at and not bodies:
                opening, bodies = opened_at.pop()
                if opening != kind and not (opening == "for" and word == "else"):
                    bodies = []
            if not bodies:
                # The beginning lies in another statement.
                bodies = [Span(0, 0)]
            bodies[-1] = Span(bodies[-1].start, match.start())
            if word in _BRANCHES:
                opened_at.append(("if", [*bodies, Span(match.end(), len(text))]))
            else:
                found += _left_out(kind, bodies, offset)
        elif word in ("if", "for") or (word in _APART and not _assigns(word, match["rest"])):
            opened_at.append((word, [Span(match.end(), len(text))]))
    for kind, bodies in opened_at:
        found += _left_out(kind, bodies, offset)
    return _if_something_is_left(text, tuple(sorted(found)))


def silent(text: str) -> frozenset[Span]:
    """The templates and branches of `text` that bring no relation, column or alias with them: remarks,
    assignments, `config(…)`, and an `{% if %}` all of whose branches are conditions."""
    found: set[Span] = set()
    opened_at: list[list[Span]] = []
    for match in _TAG.finditer(text):
        word, span = match["word"], Span(*match.span())
        if word is None or word in _SILENT or (word == "set" and _assigns(word, match["rest"])):
            found.add(span)
        elif word in ("if", "for"):
            opened_at.append([span] if word == "if" else [])
        elif opened_at and word in _BRANCHES and opened_at[-1]:
            opened_at[-1].append(span)
        elif opened_at and word in ("endif", "endfor"):
            tags = opened_at.pop()
            tags += [span] if tags else []
            bodies = [Span(one.end, two.start) for one, two in pairwise(tags)]
            if all(_is_condition(text, body) for body in bodies):
                found.update(tags, bodies)
    return frozenset(found)


@lru_cache(8)
def macros(text: str) -> tuple[Span, ...]:
    """Where the macros of a file stand, with their tags; one that is not closed ends with the text."""
    found: list[Span] = []
    for match in _MACRO.finditer(text):
        if match["end"]:
            if found:
                found[-1] = Span(found[-1].start, match.end())
        else:
            found.append(Span(match.start(), len(text)))
    return tuple(found)


def is_silent_call(template: str) -> bool:
    """True of a `{{ }}` that brings no relation, column or alias with it."""
    return _SILENT_CALL.match(template) is not None


def _is_condition(text: str, body: Span) -> bool:
    if len(body) > _LONGEST_CONDITION:
        return False
    written = _COMMENT.sub("", _TAG.sub("", body.of(text)))
    if not _CONDITION.match(written):
        return False
    depth = 0
    for character in written:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _left_out(kind: str, bodies: list[Span], offset: int) -> list[Span]:
    """Which bodies of one block are left out."""
    kept = next((body for body in bodies if body.touches(offset)), None)
    if kind in _APART:
        return [] if kept else bodies
    return [body for body in bodies if body != (kept or bodies[0])]


def _assigns(word: str, rest: str) -> bool:
    """True of `{% set x = 1 %}`, which has no body."""
    return word == "set" and "=" in rest


def _if_something_is_left(text: str, found: tuple[Span, ...]) -> tuple[Span, ...]:
    """`found`, unless it is all there is: a file of macros is still worth reading."""
    if not found:
        return found
    rest, position = [], 0
    for span in found:
        rest.append(text[position : max(position, span.start)])
        position = max(position, span.end)
    rest.append(text[position:])
    left = _COMMENT.sub("", _TAG.sub("", "".join(rest)))
    return found if left.strip() else ()


def _named(match: re.Match[str]) -> Named | None:
    first, second = match["first"], match["second"]
    last = "second" if second else "first"
    name = Span(match.start(last) + 1, match.end(last) - 1)
    start, end = match.span("word")[0], match.end()
    inside = Span(start, end)
    if match["word"] == "source":
        return Named(inside, name, (first[1:-1], second[1:-1])) if second else None
    written = (second or first)[1:-1] + (f"_v{match['version']}" if match["version"] else "")
    return Named(inside, name, (written,), first[1:-1] if second else "")
