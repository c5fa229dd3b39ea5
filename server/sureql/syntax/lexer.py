"""Turns SQL text into tokens. Never raises: what it cannot place becomes an operator token.

One compiled pattern per dialect does the work; nested comments are the only thing a pattern
can't follow. Unclosed strings, quoted names and comments run to the end of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sureql.syntax import keywords
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

_CACHED_TEXT = 200_000  # Longer texts are not kept: a few of them would fill the memory.

# Longest first, because the first that matches wins.
_OPERATORS = r"""
    !~~* <<-> ->> #>> ||/ !~* !~~ <=> @-@ -|- <<| |>> &<| |&> ?-| ?|| <-> <#> %>> <<% ~~* <= >= <> !=
    == || :: := => -> #> #- ~* !~ ~~ ~= << >> && |/ ?| ?& ?- ?# ** // !< !> &< &> <^ >^ ## <% %> += -=
    *= /= %= |= ^@
"""
_AT_OPERATORS = "@@@ @> <@ @? @@"

_KINDS = {
    "word": Kind.WORD,
    "quoted": Kind.QUOTED,
    "string": Kind.STRING,
    "number": Kind.NUMBER,
    "parameter": Kind.PARAMETER,
    "unsure": Kind.PARAMETER,
    "operator": Kind.OPERATOR,
    "punctuation": Kind.PUNCTUATION,
    "comment": Kind.COMMENT,
    "nested": Kind.COMMENT,
}
# None of these holds its own opening mark: an unclosed one costs no search to the end of the text.
SQLC_PARAMETER = r"sqlc\.(?:n?arg|slice)[ \t]*\([^()\n]*\)"
"""A parameter as the code generator sqlc writes it."""
TEMPLATE_EXPRESSION = r"\{\{(?>(?:[^{}]++|\}(?!\})|\{(?!\{))*)\}\}"
TEMPLATE_BLOCK = r"\{%(?>(?:[^%{]++|%(?!\})|\{(?!%))*)%\}|\{#(?>(?:[^#{]++|#(?!\})|\{(?!#))*)#\}"
_NESTING = re.compile(r"/\*|\*/")


def tokens(text: str, dialect: Dialect) -> tuple[Token, ...]:
    """All tokens of `text`, comments included, in order. Cached by text and dialect."""
    if len(text) > _CACHED_TEXT:
        return _scan(text, dialect)
    return _tokens(text, dialect)


def code(text: str, dialect: Dialect) -> tuple[Token, ...]:
    """The tokens of `text` without comments. Cached by text and dialect."""
    if len(text) > _CACHED_TEXT:
        return _without_comments(_scan(text, dialect))
    return _code(text, dialect)


def pattern_of_quotes(dialect: Dialect) -> str:
    """A pattern for one quoted identifier of the dialect, closed or running to the end.

    Here and below a group without a name matches only if the closing mark is missing.
    """
    parts = []
    for quote in dialect.quotes:
        closing = "]" if quote == "[" else quote
        mark = re.escape(closing)
        parts.append(rf"{re.escape(quote)}(?>(?:[^{mark}]++|{mark}{mark})*)(?:{mark}|(\Z))")
    return "|".join(parts)


def pattern_of_strings(dialect: Dialect) -> str:
    """A pattern for one string literal of the dialect, closed or running to the end."""
    escaped = r"(?>(?:[^'\\]++|''|\\[\s\S])*)(?:'|\\?(\Z))"
    plain = escaped if dialect.backslash_escapes else r"(?>(?:[^']++|'')*)(?:'|(\Z))"
    parts = []
    if dialect.triple_quoted_strings:
        parts += [r"[rRbB]{0,2}'''[\s\S]*?(?:'''|(\Z))", r'[rRbB]{0,2}"""[\s\S]*?(?:"""|(\Z))']
        raw = r"(?>(?:[^'\n\\]++|\\.)*)(?:'|(\Z)|(?=\n))"
        parts += [rf"[rRbB]{{1,2}}'{raw}", r"[rRbB]{1,2}" + f'"{raw}'.replace("'", '"')]
    parts.append(r"[eE]'" + (escaped if dialect.escape_strings else plain))
    parts.append(rf"(?:[nNxXbBrR]|[uU]&)?'{plain}")
    if dialect.double_quoted_strings:
        parts.append('"' + plain.replace("'", '"'))
    if dialect.dollar_quotes:
        parts.append(r"\$(?P<tag>(?:[^\W\d]\w*+)?)\$[\s\S]*?(?:\$(?P=tag)\$|(\Z))")
    return "|".join(parts)


def pattern_of_comments(dialect: Dialect) -> str:
    """A pattern for one comment that does not nest; `{% … %}` and `{# … #}` count as comments."""
    dashes = r"--(?=\s|\Z)" if dialect.name == "mysql" else "--"
    parts = [rf"{dashes}[^\n\r]*+", TEMPLATE_BLOCK]
    if dialect.hash_comments:
        parts.append(r"#(?!\{)[^\n\r]*+")
    if dialect.slash_comments:
        parts.append(r"//[^\n\r]*+")
    if not dialect.nested_comments:
        parts.append(r"/\*[\s\S]*?(?:\*/|(\Z))")
    return "|".join(parts)


def end_of_nested(text: str, start: int) -> int:
    """Where the nesting comment that begins at `start` ends; -1 if it is not closed."""
    depth = 0
    for match in _NESTING.finditer(text, start):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return -1


@lru_cache(maxsize=32)
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    marks = re.escape(dialect.word_marks)
    # "Not a blank and not ASCII, or an ASCII letter, digit or underscore" as one negated class;
    # the byte order mark is a blank.
    first = r"[^\s\ufeff\x00-\x40\x5b-\x5e\x60\x7b-\x7f]"
    rest = r"(?:[^\s\ufeff\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]|[" + marks + r"])"
    if "#" in dialect.word_marks and dialect.name == "tsql":
        first = rf"(?:{first}|\#{{1,2}}(?={first}))"
    operators = (_AT_OPERATORS if dialect.at_operators else "") + _OPERATORS
    variable = r"@@?[^\W\d][\w$]*+"
    parameters = [
        SQLC_PARAMETER,
        TEMPLATE_EXPRESSION,
        r"[$#]\{[^{}\n]*\}",
        r"\$\d++",
        r"\$[^\W\d]\w*+",
        r"\?\d++",
        r"(?<![\w:\])\"'\[]):(?:[^\W\d]\w*+|'\w*'|\"\w*\""
        + (r"|\d++" if _numbered(dialect) else "")
        + ")",
    ]
    unsure = [r"\?(?![|&#-])", r"%s\b", r"%\(\w*\)s"]
    (unsure if dialect.at_operators else parameters).append(variable)
    prefixes = r"(?:[nNxXbBrR]|[uU]&|[eE])'" + (
        r"|[rRbB]{1,2}['\"]" if dialect.triple_quoted_strings else ""
    )
    groups = [
        ("word", f"(?!{prefixes}|{SQLC_PARAMETER}){first}{rest}*+"),
        ("comment", pattern_of_comments(dialect)),
        *([("nested", r"/\*")] if dialect.nested_comments else []),
        ("string", pattern_of_strings(dialect)),
        ("quoted", pattern_of_quotes(dialect)),
        (
            "number",
            r"0[xX][0-9a-fA-F_]++|0[bB][01_]++(?!\w)|0[oO][0-7_]++(?!\w)"
            r"|(?:\d[\d_]*+(?:\.(?!\.)[\d_]*+)?|\.\d[\d_]*+)(?:[eE][+-]?\d++)?",
        ),
        ("parameter", "|".join(parameters)),
        ("unsure", "|".join(unsure)),
        ("operator", "|".join(map(re.escape, operators.split())) + r"|[^\s\ufeff()\[\]{},;.]"),
        ("punctuation", r"[()\[\]{},;.]"),
    ]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups))


def _numbered(dialect: Dialect) -> bool:
    return dialect.name in ("oracle", "snowflake")


def _scan(text: str, dialect: Dialect) -> tuple[Token, ...]:
    out: list[Token] = []
    append = out.append
    pattern = _pattern(dialect)
    search = pattern.search
    # The groups without a name match where the text ends before the closing mark.
    unclosed = set(range(1, pattern.groups + 1)) - set(pattern.groupindex.values())
    size = len(text)
    position = 0
    previous: Token | None = None
    while match := search(text, position):
        group = match.lastgroup or "operator"
        kind = _KINDS[group]
        start, end = match.span()
        closed = True
        if group == "nested":
            end = end_of_nested(text, start)
            if end < 0:
                end, closed = size, False
        elif group == "unsure" and previous is not None and _ends_operand(previous):
            # After an operand `?`, `%` and `@` are operators: `data ? 'key'`, `5 %s`.
            kind = Kind.OPERATOR
            end = start + 1
        elif end == size and kind in (Kind.STRING, Kind.QUOTED, Kind.COMMENT):
            closed = all(match.start(index) < 0 for index in unclosed)
        written = text[start:end]
        token = Token(kind, start, end, written, written.upper(), closed)
        append(token)
        if kind is not Kind.COMMENT:
            previous = token
        position = end
    return tuple(out)


def _ends_operand(token: Token) -> bool:
    if token.kind is Kind.WORD:
        return token.upper not in keywords.BEFORE_OPERAND
    if token.kind is Kind.PUNCTUATION:
        return token.text in ")]}"
    return token.kind is not Kind.OPERATOR


def _without_comments(found: tuple[Token, ...]) -> tuple[Token, ...]:
    return tuple(token for token in found if token.kind is not Kind.COMMENT)


@lru_cache(maxsize=512)
def _tokens(text: str, dialect: Dialect) -> tuple[Token, ...]:
    return _scan(text, dialect)


@lru_cache(maxsize=512)
def _code(text: str, dialect: Dialect) -> tuple[Token, ...]:
    return _without_comments(_tokens(text, dialect))
