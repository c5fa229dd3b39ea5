"""Codes as the command line takes them: single ones, and categories of rules."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sureql.ide.diagnostics import pages, rulebook
from sureql.ports.errors import ConfigurationError

ERRORS = "errors"
"""The category of what is no rule: what an engine would refuse."""


def expanded(words: Iterable[str]) -> frozenset[str]:
    """The codes that `words` mean; each may hold several, separated by commas.

    Raises ConfigurationError for one that does not exist.
    """
    rules = rulebook.all_rules()
    categories: dict[str, set[str]] = {}
    for code, rule in rules.items():
        categories.setdefault(rule.category, set()).add(code)
    categories[ERRORS] = set(pages.all_pages()) - set(rules)
    known = {*pages.all_pages(), *categories}
    found: set[str] = set()
    for word in (part.strip() for given in words for part in given.split(",")):
        if word in categories:
            found |= categories[word]
        elif word in known or word.isupper():
            found.add(word)  # Codes in capitals are those of sqruff and sqlfluff.
        elif word:
            close = difflib.get_close_matches(word, sorted(known), n=1)
            hint = f" Did you mean `{close[0]}`?" if close else " `sureql rule` lists all."
            raise ConfigurationError(f"There is no rule `{word}`.{hint}")
    return frozenset(found)
