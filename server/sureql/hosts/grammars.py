"""Host languages as data: one folder of `grammars` for each, found in a checkout and in a wheel.

`injections.scm` says where SQL stands in a language. Its first comments are settings, one a line:

    ; grammar: tree_sitter_python.language     what gives the tree-sitter language
    ; inherits: javascript                     another folder whose settings and queries hold too
    ; shown as: Python                         what it is called
    ; ids: python                              what editors call it
    ; files: .py .pyi                          how its files' names end
    ; blocks: module block                     nodes that hold statements or members, one after the other
    ; scopes: function_definition              nodes with variables of their own
    ; takes sql: execute executemany           callees whose argument is SQL, by their last word
    ; may take sql: text raw                   those whose argument may be: it must look like SQL
    ; tags: sql                                tags of templates that hold SQL
    ; string: [rR](\"{3}|'{3}|\"|')  lines     how literals begin, see `string` below

A setting may stand more than once. `string` is a regular expression without spaces that matches how
a literal begins; the first that matches holds. The literal ends with the expression's first group,
or with `closes=` (where `\\1` is that group). Then, by spaces:

    lines            it may hold line breaks
    escapes=python   the family of its escape sequences, see `quoting.py`
    hole={,}         what begins and ends an expression inside it
    doubled={}       characters that are written twice to mean themselves once
    strips           the indentation that all its lines share is no part of it
    names=\\$\\w+      an expression inside it that the grammar does not tell from text

The queries capture, and nothing else counts:

    @literal         one string literal, quotes and all
    @hole            an expression inside a literal, with the marks around it; `@expression` in it names it.
                     Of more than one in a match, all from the first to the last is the expression
    @join            literals and expressions that are joined: its named children, in order, or those of
                     `@list`, or each `@part`; with the text of the literal `@between` between them. With
                     `(#set! line)` a line break follows each but the first
    @empty           an expression that means a text without anything in it
    @group @text     an expression that means the text in it: parentheses, `"…".trim()`. With
                     `(#set! marks printf)` or `(#set! marks braces)`, `%s` or `{}` in it are holes;
                     with `(#set! marks margin)`, white space and `|` before a line are no part of it
    @opening @body   a heredoc's first word, which `string` tells how to read, and its text, which stands
                     elsewhere and ends with a node; paired in order
    @callee @sql     a call and the argument that may be SQL; `(#set! strong)` if it always is,
                     whatever the callee; `(#set! marks …)` as above
    @tag @sql        a tagged template
    @name @value     a variable and what it is given
    @grows @more     a variable, and the text that is put behind its own; with `(#set! line)` and a line break.
                     Without `@more`, `@grows` is a join that begins with the variable and is a statement

A literal that no call takes is SQL if it parses and names a known table. `/* sql */`, `# language=sql`
before a literal and `--sql` inside it need no query.

`nearby.scm`, which a folder may have, finds what is told of the code around SQL, see `prompt/sources/host.py`.
It has no settings; what a language inherits holds for it too.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from tree_sitter import Language, Query, QueryError

INJECTIONS = "injections.scm"
NEARBY = "nearby.scm"
_UNTOLD = frozenset({"", "plaintext", "text", "json"})
_SETTING = re.compile(r"^; ([a-z ]+): (\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write a literal: `opening` matches its beginning, `closes` is what ends it."""

    opening: re.Pattern[str]
    closes: str
    lines: bool
    escapes: str
    hole: tuple[str, str] | None
    doubled: str
    strips: bool
    names: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """A host language that can be read. `heredocs` says that texts may stand elsewhere than what they are
    for."""

    name: str
    shown: str
    language: Language
    query: Query
    blocks: frozenset[str]
    scopes: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    tags: frozenset[str]
    styles: tuple[Style, ...]
    heredocs: bool


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The languages that have a folder, whether or not their grammar is installed."""
    folder = _folder()
    if folder is None:
        return ()
    return tuple(sorted(one.name for one in folder.iterdir() if one.joinpath(INJECTIONS).is_file()))


@lru_cache(maxsize=256)
def named(language_id: str, ending: str) -> str:
    """The language that editors call `language_id`, or whose files end so if they do not tell; '' if there
    is none. A cell of a notebook has the notebook's file, and a language of its own."""
    for setting, said in (
        ("ids", language_id),
        ("files", "" if language_id not in _UNTOLD else ending),
    ):
        for name in names():
            if said and said in settings(name, INJECTIONS).get(setting, "").split():
                return name
    return ""


@lru_cache
def of(name: str) -> Grammar | None:
    """A language by its folder; None if there is none or its tree-sitter grammar is not installed."""
    found = compiled(name, INJECTIONS)
    if found is None:
        return None
    language, query = found
    said = settings(name, INJECTIONS)
    words = {key: frozenset(value.split()) for key, value in said.items()}
    return Grammar(
        name,
        said.get("shown as", name),
        language,
        query,
        words.get("blocks", frozenset()),
        words.get("scopes", frozenset()),
        words.get("takes sql", frozenset()),
        words.get("may take sql", frozenset()),
        words.get("tags", frozenset()),
        tuple(_style(one) for one in said.get("string", "").splitlines()),
        any(query.capture_name(one) == "body" for one in range(query.capture_count)),
    )


# Queries are kept for good: to free one crashes the process while others are in use (tree-sitter 0.26).
@cache
def compiled(name: str, file: str) -> tuple[Language, Query] | None:
    """The tree-sitter language of a folder, and the queries of one of its files; None if one is missing."""
    try:
        module, _, function = settings(name, INJECTIONS)["grammar"].rpartition(".")
        language = Language(getattr(importlib.import_module(module), function)())
        queries = [text for _, text in _chain(name, file)]
        if not queries:
            return None
        if scopes := settings(name, file).get("scopes"):
            queries.append(
                f"[{' '.join(f'({one})' for one in scopes.split())}] @scope (ERROR) @error"
            )
        return language, Query(language, "\n".join(queries))
    except (KeyError, OSError, ImportError, AttributeError, ValueError, QueryError):
        return None


@lru_cache
def settings(name: str, file: str) -> dict[str, str]:
    """The settings of one file of a folder. What it inherits comes after its own; a setting that stands
    more than once has one line for each, and its own words, if it has any, go before inherited ones."""
    found: dict[str, str] = {}
    for where, text in _chain(name, file):
        for key, value in _SETTING.findall(text):
            if key in ("grammar", "shown as", "ids", "files"):
                if where == name:
                    found[key] = value
            else:
                found[key] = f"{found[key]}\n{value}" if key in found else value
    return found


def _chain(name: str, file: str) -> Iterator[tuple[str, str]]:
    """A file of a folder and of those that it inherits, its own first. Not every folder has each file; who
    inherits from whom stands in `injections.scm`."""
    folder, seen = _folder(), set[str]()
    while folder is not None and name and name not in seen:
        seen.add(name)
        text = folder.joinpath(name).joinpath(INJECTIONS).read_text(encoding="utf-8")
        inherits = re.search(r"^; inherits: (\S+)$", text, re.MULTILINE)
        if file != INJECTIONS:
            other = folder.joinpath(name).joinpath(file)
            text = other.read_text(encoding="utf-8") if other.is_file() else ""
        if text:
            yield name, text
        name = inherits[1] if inherits else ""


def _folder() -> Traversable | None:
    """Where the languages are: inside the package if it was built into a wheel, else at the root of the
    checkout that holds it."""
    packaged = resources.files("sureql").joinpath("grammars")
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).parents[3] / "grammars"
    return checkout if checkout.is_dir() else None


def _style(line: str) -> Style:
    opening, *rest = line.split()
    said = dict(one.partition("=")[::2] for one in rest)
    begins, _, ends = said.get("hole", "").partition(",")
    return Style(
        re.compile(opening),
        said.get("closes", r"\1"),
        "lines" in said,
        said.get("escapes", ""),
        (begins, ends) if begins else None,
        said.get("doubled", ""),
        "strips" in said,
        re.compile(said["names"]) if "names" in said else None,
    )
