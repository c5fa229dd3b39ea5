"""Replaces templates by text of the same length that the parser takes.

Parameters that the dialect's parser takes as they are (`?`, `:p`, `@p`, PostgreSQL's `$1`) stay.
Other parameters, sqlc's among them, become `:xxx`. What stands for a name or an operand (`{{ x }}`, `${x}`,
`#{x}`, `{x}`, a parameter after FROM) becomes an identifier; everything else in braces becomes blanks, and so does what
Jinja keeps apart from the query (`jinja.apart`). Each changed place is a hole: nothing is known about
what will stand there, except that the identifier for `{{ ref('x') }}` tells the relation (`text.stand_in`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from sureql.syntax import jinja, keywords, lexer
from sureql.syntax.dialects import Dialect
from sureql.text import stand_in
from sureql.text.span import Span

_ANY = re.compile(r"sqlc\.|\\[ie]|\{[{%#\w}]|[$#]\{|%s|%\(|%\w+%|:['\"]|\?\d|[$:]\w")
_NATIVE_DOLLARS = frozenset({"postgres", "redshift", "duckdb", "snowflake", "spark", "databricks"})
_BEFORE_NAME = frozenset(
    """FROM JOIN INTO UPDATE TABLE VIEW ONLY OVERWRITE COLUMN INDEX CONSTRAINT SCHEMA DATABASE SEQUENCE
    TRIGGER FUNCTION PROCEDURE TYPE ROLE USER REFERENCES""".split()  # noqa: SIM905
)
_BRANCH = re.compile(r"^[ \t]*+\\(?P<word>if|elif|else|endif)\b[^\n]*+", re.MULTILINE)
_PATTERNS = frozenset({"LIKE", "ILIKE", "TO", "GLOB", "RLIKE", "REGEXP"})
_NAME_BEFORE = re.compile(r"(?:[\w$]|\"[^\"\n]*\"|`[^`\n]*`|\.)+\Z")
_NAME_AFTER = re.compile(r"(?:[\w$]|\.(?=[\w\"`{$])|\"[^\"\n]*\"(?=\.|\s)|`[^`\n]*`)+")
_CLAUSE = re.compile(
    r"(?:FROM|WHERE|ORDER|GROUP|LEFT|INNER|JOIN|SET|VALUES|AND|OR|ON|LIMIT|UNION|HAVING|RETURNING)\b(?!\.)",
    re.IGNORECASE,
)
# What a program puts in: `{name}` and `{0}` of str.format, `%name%`.
_FORMATTED = r"(?<![\w}])\{(?:[^\W\d]\w*|\d*)\}|%[^\W\d]\w*%(?!\w)"
_QUERY = "SELECT*FROM "
_COMMENTS = ("--", "/*", "#", "//")
_OPENS_QUERY = re.compile(r"\b(?:AS|FROM|JOIN|LATERAL|EXISTS)\s*\(\s*\Z", re.IGNORECASE)


def mask(text: str, dialect: Dialect, offset: int = -1) -> tuple[str, tuple[Span, ...]]:
    """`text` with templates replaced, of the same length, and the replaced places.

    Of several branches the one with `offset` is left, else the first.
    """
    if not _ANY.search(text):
        return text, ()
    silent = jinja.silent(text) if "{%" in text or "{#" in text else frozenset()
    apart = jinja.apart(text, offset) if "{%" in text else ()
    if dialect.script == "psql" and "\\" in text:
        apart += _branches(text)
    names = jinja.assigned(text) if "{%" in text else {}
    text, apart = _without(text, apart, silent)
    out: list[str] = []
    holes = list(apart)
    position = seen = 0
    before = ""  # The code before the match: a comment between says nothing of what follows.
    for match in _pattern(dialect).finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        written = match[0]
        before = (before + text[seen:start])[-300:]
        seen = end
        if kind is None and written.startswith(_COMMENTS):
            continue
        replaced = None
        if kind == "quoted":
            if "{{" in written or "${" in written:
                holes.append(Span(start, end))
        elif kind is not None and kind != "tag":
            replaced = _replacement(kind, written, before, text[end : end + 1], dialect)
            if Span(start, end) in silent:
                replaced = _blank(written, stand_in.NOTHING)
            elif replaced and names and not replaced.strip("_"):
                replaced = jinja.by_name(written, names) or replaced
        before += written if replaced is None else replaced
        if replaced is None:
            continue
        out += [text[position:start], replaced]
        position = end
        if replaced[0] == "_" and len(replaced) > 1 and _CLAUSE.match(text, end):
            # What is put right before a clause ends before it, whatever it is.
            out[-1] = replaced[:-1] + " "
            holes.append(Span(start, end))
            continue
        is_name = replaced[0] == "_" or replaced.startswith(_QUERY) or stand_in.parts(replaced)
        holes.append(_whole_name(text, start, end) if is_name else Span(start, end))
    if not holes:
        return text, ()
    out.append(text[position:])
    return "".join(out), tuple(sorted(holes))


def _without(
    text: str, parts: tuple[Span, ...], silent: frozenset[Span]
) -> tuple[str, tuple[Span, ...]]:
    """`text` with blanks in place of `parts`, and those of them that lie in no other."""
    outer: list[Span] = []
    out: list[str] = []
    position = 0
    for span in sorted(parts):
        if not outer or not outer[-1].covers(span):
            outer.append(span)
            start = max(span.start, position)
            fill = stand_in.NOTHING if span in silent else " "
            out += [text[position:start], _blank(text[start : span.end], fill)]
            position = max(span.end, position)
    return "".join((*out, text[position:])), tuple(span for span in outer if len(span))


def _branches(text: str) -> tuple[Span, ...]:
    """What is not read of psql's branches inside of a statement: their lines, and all but the first."""
    found: list[Span] = []
    other: re.Match[str] | None = None  # Where the second branch begins.
    inner = 0
    for match in _BRANCH.finditer(text):
        word = match["word"]
        if other is None and word in ("elif", "else"):
            other, inner = match, 0
        elif other is None:
            found.append(Span(*match.span()))
        elif word == "if":
            inner += 1
        elif word == "endif" and inner:
            inner -= 1
        elif word == "endif":
            found.append(Span(other.start(), match.end()))
            other = None
    return tuple(found)


def _replacement(
    kind: str, written: str, before: str, following: str, dialect: Dialect
) -> str | None:
    """What takes the place of a template, None if it stays as it is."""
    if kind == "block":
        return _blank(written)
    if kind == "literal":
        inside = written[1:-1].replace("'", "_")
        return f"'{inside}'" if re.search(r"\{\{[^}]*'", written) else None
    last = _last(before)
    word = last.upper() if last[:1].isalpha() or last[:1] == "_" else ""
    names = word in _BEFORE_NAME or following == "." or before[-1:] == "."
    names |= following == "(" and written[0] == ":"  # The name of a function, in psql.
    if written[0] == "%" and last and not _operand_follows(last, word):
        return None  # The remainder operator.
    if written[0] == written[-1] == "%" and (not word or word in _PATTERNS):
        return None  # A pattern without its quotes.
    if kind == "parameter":
        if names:
            return _identifier(written)
        native = written[0] == ":" and written[1] not in "'\""
        native |= written[0] == "$" and dialect.name in _NATIVE_DOLLARS
        if native or written == "?":
            return None
        return ":" + "x" * (len(written) - 1)
    edge = before[-1:]
    glued = edge.isalnum() or (edge != "" and edge in "._")
    if not glued and not names and (not last or not _operand_follows(last, word)):
        return _blank(written, stand_in.NOTHING if jinja.is_silent_call(written) else " ")
    if len(written) > len(_QUERY) and _OPENS_QUERY.search(before):
        return _QUERY + _identifier(written[len(_QUERY) :])
    return _identifier(written)


def _last(code: str) -> str:
    """The last word or sign of some code, '' if there is none. Backwards: a pattern would try every
    character of the code as its beginning."""
    end = len(code.rstrip())
    start = end
    while start and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    while start < end and code[start].isdigit():
        start += 1  # No word begins with a digit.
    return code[start:end] or code[max(0, end - 1) : end]


def _operand_follows(last: str, word: str) -> bool:
    if word:
        return word in keywords.BEFORE_OPERAND
    return last not in ")]}'\"`;" and not last.isdigit()


def _identifier(written: str) -> str:
    return jinja.relation(written) or "_" * len(written)


def _blank(written: str, blank: str = " ") -> str:
    return "".join(character if character in "\r\n" else blank for character in written)


def _whole_name(text: str, start: int, end: int) -> Span:
    """The dotted name that a template at `start:end` is a part of: none of it is known."""
    near = text[max(0, start - 1) : start]
    touches = near.isalnum() or near in ("_", "$", ".", '"', "`")
    before = _NAME_BEFORE.search(text, max(0, start - 200), start) if touches else None
    after = _NAME_AFTER.match(text, end, end + 200)
    return Span(before.start() if before else start, after.end() if after else end)


@lru_cache(maxsize=32)
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    nested = "" if not dialect.nested_comments else r"|/\*[\s\S]*?\*/"
    comments = lexer.pattern_of_comments(dialect).replace(f"|{lexer.TEMPLATE_BLOCK}", "")
    operators = r"|@>|<@|\?[|&#-]|::|:=" if dialect.at_operators else r"|::|:="
    # A template in a literal may hold quotes of its own: `'{{ var('start') }}'`.
    literal = rf"'(?>(?:[^'{{]|''|\{{(?!\{{))*)(?>(?:{lexer.TEMPLATE_EXPRESSION}(?>(?:[^'{{]|''|\{{(?!\{{))*))+)'"
    return re.compile(
        rf"(?P<literal>{literal})"
        rf"|(?:{comments}{nested}|{lexer.pattern_of_strings(dialect)}{operators})"
        rf"|(?P<quoted>{lexer.pattern_of_quotes(dialect)})"
        rf"|(?P<block>{lexer.TEMPLATE_BLOCK})"
        rf"|(?P<expression>{lexer.TEMPLATE_EXPRESSION}|[$#]\{{[^{{}}\n]*\}}|{_FORMATTED}|\bsqlc\.embed[ \t]*\([^()\n]*\))"
        rf"|(?P<parameter>\b{lexer.SQLC_PARAMETER}"
        r"|%s\b|%\(\w+\)s|\$(?:\d+|[^\W\d]\w*)|\?\d*"
        r"|(?<![\w:\])\"'\[]):(?:[^\W\d]\w*|'\w*'|\"\w*\"))"
    )
