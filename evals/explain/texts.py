"""Whether the text of a step really says the facts that the step claims to state."""

from __future__ import annotations

import re

from sureql.ide.explain.model import Fact, Step

_NAME = re.compile(r"[^\s,|\[\]]+")
_LITERAL = re.compile(r"'((?:[^'])*)'|(?<![\w.'])(\d+(?:\.\d+)?)(?![\w'])")
_WORDS = {
    "<": ("less than", "before", "earlier"),
    "<=": ("at most", "earlier"),
    ">": ("more than", "after"),
    ">=": ("at least", "later"),
    "=": ("is", "equals", "are", "same"),
    "<>": ("not", "differs"),
    "like": ("starts with", "ends with", "contains", "matches", "is "),
    "in": ("one of", "is", "among"),
    "between": ("between",),
    "exists": ("there is a row",),
}  # fmt: skip
_NOT = {
    "<": ("at least", "later"),
    "<=": ("more than", "after"),
    ">": ("at most", "earlier"),
    ">=": ("less than", "before"),
    "=": ("not", "differs"),
    "<>": ("is", "equals"),
    "like": ("does not", "is not"),
    "ilike": ("does not", "is not"),
    "in": ("none of", "neither", "not"),
    "between": ("outside",),
    "exists": ("no row",),
    "is": ("not",),
}  # fmt: skip


def said(fact: Fact, step: Step) -> bool:
    """True if every name and literal of a fact stands in the step's text, and a word for its operator."""
    text = step.text.lower()
    fact = Fact(fact.kind, fact.value.lower())
    if fact.kind in ("filter", "having", "join") and _operated(fact) and not _operator(fact, text):
        return False
    body = fact.value
    if fact.kind == "set":
        return body in text
    if fact.kind == "distinct":
        return "distinct" in text and all(name in text for name in body.split()[1:])
    if fact.kind == "limit":
        number = body.removeprefix("offset ")
        return number in ("?", "1") or number in text
    if fact.kind == "order" and body.endswith(" desc") and "descending" not in text:
        return False
    return all(_in(name, text) for name in _named(fact))


def _operated(fact: Fact) -> bool:
    return fact.kind != "join" or fact.value.split(" ")[0] in (*_WORDS, "not")


def _operator(fact: Fact, text: str) -> bool:
    negated = fact.value.startswith("not ")
    word = fact.value.removeprefix("not ").split(" ")[0]
    wanted = (_NOT if negated else _WORDS).get(word)
    quoted = "holds" in text or "does not hold" in text
    # In OR and NOT (…) another level of words stands around it.
    around = "it is not so" in text
    return wanted is None or quoted or around or any(one in text for one in wanted)


def _named(fact: Fact) -> list[str]:
    """The names and literals that have to be in the text."""
    value = fact.value
    if fact.kind == "join" and not _operated(fact):
        if value.startswith("using "):
            return value.removeprefix("using ").split(", ")
        name = value.rpartition(" ")[2]
        return [] if " " not in value or name in ("comma", "cross", "inner", "left") else [name]
    if fact.kind in ("filter", "having", "join"):
        body = re.sub(r"^(not )?(\S+)( |$)", "", value.replace("is not ", "is ", 1))
        names, _, literals = body.partition(" [")
        if body.startswith("["):
            names, literals = "", body[1:]
        inner = literals.removesuffix("]")
        found = [one.strip() for one in names.split(",") if one.strip()]
        found += [(m[1] if m[1] is not None else m[2]).strip("%") for m in _LITERAL.finditer(inner)]
        return [one for one in found if one]
    if fact.kind == "order":
        names = value.removesuffix(" desc").removesuffix(" asc")
        return [] if names.isdigit() or names == "asc" else _split(names)
    return _split(value.replace(" | ", ", ").strip(" |"))


def _split(names: str) -> list[str]:
    return [one.strip() for one in names.split(",") if one.strip(" |")]


def _in(name: str, text: str) -> bool:
    if name in text or name.replace("'", "''") in text:
        return True
    bare = re.sub(r'[`"\[\]]', "", text)
    return name in bare or " ".join(name.split()) in bare
