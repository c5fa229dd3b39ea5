"""Finds where statements begin and end.

One pattern per dialect runs over a whole statement and stops only where something has to be
decided: a terminator, a string of several lines, a dollar quote, a script command. The bodies of
triggers, functions and procedures keep their semicolons.

An unclosed quote swallows the rest of the file by the engines' rules, which would leave a user who
is typing a string without any help below it. So a quoted text of several lines is cut, and its
statement with it, at the first line that ends in `;` (or is followed by a blank line) with a new
statement below, provided the quote is certainly wrong: nothing closes it, or what closes it looks
like the beginning of another string (`= '`, `'abc`). The same holds for dollar quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement at `start:end`; the next one is sought from `after`.

    `looked` is the furthest offset that the decision depended on where that is past `after`.
    `plain` says that the scan is in its initial state again (no DELIMITER in force).
    """

    start: int
    end: int
    after: int
    kind: str
    terminated: bool
    looked: int = 0
    plain: bool = True


_ROUTINES = frozenset(
    f"{verb} {thing}"
    for verb in ("CREATE", "ALTER")
    for thing in ("TRIGGER", "FUNCTION", "PROCEDURE", "PROC", "EVENT", "PACKAGE", "TYPE")
)
_VERBS = frozenset({"CREATE", "ALTER", "DROP"})
_MODIFIERS = frozenset(
    """OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE MATERIALIZED RECURSIVE EXTERNAL FOREIGN
    VIRTUAL CONSTRAINT SECURE TRANSIENT VOLATILE DYNAMIC EDITIONABLE NONEDITIONABLE AGGREGATE
    CLUSTERED NONCLUSTERED FULLTEXT SPATIAL PERSISTENT HYBRID""".split()  # noqa: SIM905
)
_STATEMENT = (
    r"(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|MERGE|TRUNCATE|COPY|GRANT|REVOKE|SET|BEGIN"
    r"|COMMIT|ROLLBACK|EXPLAIN|COMMENT|PRAGMA|DO|CALL|USE|SHOW|ANALYZE|VACUUM|VALUES|DECLARE|EXEC)\b"
)
# Files of named queries (aiosql, yesql, sqlc and their like) need no semicolons.
_NAMED = r"(?<![^\n])--[ \t]*+name[ \t]*+:"
_NAME = re.compile(_NAMED)
_REMARKS = re.compile(r"(?>(?:\s*+--[^\n]*+)*)")
_NEXT = re.compile(rf"\s*+{_STATEMENT}", re.IGNORECASE)
# Blanks are taken as a whole: a thousand empty lines are looked at once and not from each of them.
_BREAK = re.compile(
    r"(?P<end>;)[ \t]*+(?:--[^\n]*+)?\r?\n\s*+|(?P<last>;)\s*+\Z|\n(?P<blank>[ \t]*+\r?\n)?\s*+"
)
_BEGINNING = re.compile(rf"--|/\*|\\|{_STATEMENT}", re.IGNORECASE)
_OPENS_STRING = re.compile(
    r"(?:[=(,<>|~]|\b(?:LIKE|ILIKE|IN|AND|OR|VALUES|SELECT|THEN|ELSE|WHEN|NOT|SET|DEFAULT|BETWEEN))"
    r"[ \t]*\Z",
    re.IGNORECASE,
)
_OPENS_BODY = re.compile(r"\b(?:AS|DO)\s*\Z", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d]\w*")
_GAP = re.compile(r"[\s\ufeff;]*+")
_BLANKS = re.compile(r"[\s\ufeff]*+")
_NEW_DDL = re.compile(r"\s*\n(?:CREATE|ALTER|DROP)\b", re.IGNORECASE)
_GO = re.compile(r"[ \t]*GO(?:[ \t]+\d+)?[ \t]*(?:--[^\n]*)?\r?(?=\n|\Z)", re.IGNORECASE)
_SLASH = re.compile(r"[ \t]*/[ \t]*\r?(?=\n|\Z)")
_DELIMITER = re.compile(r"[ \t]*DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_DOT_COMMAND = re.compile(r"\.[a-z]\w*(?=\s|\Z)[^\n]*\n?")
_LINE_COMMANDS = {"go": _GO, "slash": _SLASH, "delimiter": _DELIMITER}
_STDIN = re.compile(r"\bFROM\s+STDIN\b", re.IGNORECASE)
_END_OF_DATA = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n?")
_BRANCH = re.compile(r"\\(?:if|elif|else|endif)\b")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*+)?\$")
_AFTER_END = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})


def split(text: str, dialect: Dialect, start: int = 0) -> Iterator[Piece]:
    """The statements of `text` from `start` on, which is where a statement may begin."""
    position, delimiter = start, ";"
    size = len(text)
    while True:
        position, delimiter = _skip_gap(text, position, delimiter, dialect)
        if position >= size:
            return
        piece = _one(text, position, delimiter, dialect)
        if piece.end > piece.start:
            yield piece
        position = max(piece.after, position + 1)


def kind_of(text: str, start: int, dialect: Dialect) -> str:
    """The first keyword(s) of the statement at `start` in upper case, modifiers left out."""
    match = _head(dialect).match(text, start)
    if match is None:
        return ""
    first = match["word"].upper()
    if first not in _VERBS:
        return first
    for word in _WORDS.finditer(text, match.end(), match.end() + 200):
        upper = word[0].upper()
        if upper not in _MODIFIERS:
            return f"{first} {upper}"
    return first


def _one(text: str, start: int, delimiter: str, dialect: Dialect) -> Piece:
    """The statement that begins at `start`."""
    kind = kind_of(text, start, dialect)
    if not kind and dialect.script == "dot" and (command := _dot_command(text, start, dialect)):
        # The comments above a shell command are a statement of their own.
        return Piece(start, command.start(), command.end(), "", True)
    routine = kind in _ROUTINES
    body = _body(dialect, delimiter)
    plain = delimiter == ";"
    size = len(text)
    position = segment = counted = start
    depth = balance = 0
    begun = -1
    while True:
        match = body.match(text, position)
        position = match.end() if match else position
        if position >= size:
            return Piece(start, size, size, kind, False, 0, plain)
        if text.startswith(delimiter, position):
            after = position + len(delimiter)
            if routine and plain:
                depth = _depth(text[segment:position], dialect, depth)
                segment = after
                if _keeps(text, after, depth, dialect):
                    position = after
                    continue
            if kind == "COPY" and dialect.script == "psql":
                return _copy(text, start, position, after)
            return Piece(start, position, after, kind, True, 0, plain)
        mark = text[position]
        if mark == "\\":
            line = _LINE.match(text, position)
            begun = begun if begun >= 0 else _after_remarks(text, start, dialect)
            if begun < position and _BRANCH.match(text, position):
                position = line.end() if line else size
                continue
            return Piece(start, position, line.end() if line else size, kind, True, 0, plain)
        if mark == "\n":
            return Piece(start, position, position + 1, kind, True, 0, plain)
        if mark == "-":
            remarks = _REMARKS.match(text, position)
            after = remarks.end() if remarks else size
            begun = begun if begun >= 0 else _after_remarks(text, start, dialect)
            balance += text.count("(", counted, position) - text.count(")", counted, position)
            counted = position
            # In a file whose queries have no names it is a remark like any other.
            named = begun < position and balance == 0 and _NAME.search(text, start, begun)
            if named and (following := _NEXT.match(text, after)):
                return Piece(start, position, position, kind, False, following.end(), plain)
            position = after
            continue
        if mark == "/":
            end = lexer.end_of_nested(text, position)
            position = size if end < 0 else end
            continue
        end, closed = _quoted(text, position, dialect)
        cut = _cut(text, position, end, closed)
        if cut is not None:
            looked = size if not closed else end + 1
            if cut["end"] or cut["last"]:
                mark_at = cut.start("end") if cut["end"] else cut.start("last")
                return Piece(start, mark_at, mark_at + 1, kind, True, looked, plain)
            return Piece(start, cut.end(), cut.end(), kind, False, looked, plain)
        position = max(end, position + 1)


def _after_remarks(text: str, start: int, dialect: Dialect) -> int:
    """Where the blanks and comments end that begin at `start`."""
    remarks = _leading(dialect).match(text, start)
    return remarks.end() if remarks else start


def _skip_gap(text: str, position: int, delimiter: str, dialect: Dialect) -> tuple[int, str]:
    """Past blanks, empty statements and script commands, and the delimiter then in force."""
    gap = _GAP if delimiter == ";" else _BLANKS
    command = _LINE_COMMANDS.get(dialect.script)
    while True:
        before = position
        match = gap.match(text, position)
        position = match.end() if match else position
        if dialect.script == "psql" and text.startswith("\\", position):
            line = _LINE.match(text, position)
            position = line.end() if line else position + 1
        elif dialect.script == "dot" and (shell := _dot_command(text, position, dialect)):
            position = shell.end() if shell.start() == position else position
        elif command and (found := command.match(text, position)) and _begins_line(text, position):
            position = found.end()
            if command is _DELIMITER:
                delimiter = found[1]
                gap = _GAP if delimiter == ";" else _BLANKS
        elif delimiter != ";" and text.startswith(delimiter, position):
            position += len(delimiter)
        if position == before:
            return position, delimiter


def _dot_command(text: str, position: int, dialect: Dialect) -> re.Match[str] | None:
    """The shell command (`.mode csv`) that follows blanks and comments at `position`."""
    blanks = _leading(dialect).match(text, position)
    found = _DOT_COMMAND.match(text, blanks.end() if blanks else position)
    return found if found and _begins_line(text, found.start()) else None


def _begins_line(text: str, position: int) -> bool:
    return not text[text.rfind("\n", 0, position) + 1 : position].strip()


def _keeps(text: str, after: int, depth: int, dialect: Dialect) -> bool:
    """True if the `;` before `after` stands inside a routine's body."""
    if dialect.script in ("go", "slash"):
        return True
    # A new definition at the beginning of a line ends a body whose END is still to be typed.
    return depth > 0 and _NEW_DDL.match(text, after) is None


def _depth(segment: str, dialect: Dialect, depth: int) -> int:
    """How many BEGIN and CASE are open after `segment`."""
    words = [token.upper for token in lexer.code(segment, dialect) if token.kind is Kind.WORD]
    atomic_only = dialect.script == "psql"
    index = 0
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        opens = word == "BEGIN" and (not atomic_only or following == "ATOMIC")
        if opens or (word == "CASE" and depth):
            depth += 1
        elif word == "END" and depth and following not in _AFTER_END:
            depth -= 1
            index += following == "CASE"
        index += 1
    return depth


def _copy(text: str, start: int, end: int, after: int) -> Piece:
    """A COPY statement; the data block that pg_dump writes below it belongs to no statement."""
    if not _STDIN.search(text, start, end):
        return Piece(start, end, after, "COPY", True)
    data = _END_OF_DATA.search(text, after)
    if data is None:
        return Piece(start, end, after, "COPY", True, len(text))
    return Piece(start, end, data.end(), "COPY", True)


def _quoted(text: str, start: int, dialect: Dialect) -> tuple[int, bool]:
    """Where the quoted text at `start` ends, and whether it is closed."""
    escape = text[start] == "'" and dialect.escape_strings and _escape_prefix(text, start)
    pattern = _quote(dialect)
    match = pattern.match(text, start - 1 if escape else start)
    if match is None:
        return start + 1, True
    unclosed = set(range(1, pattern.groups + 1)) - set(pattern.groupindex.values())
    return match.end(), all(match.start(index) < 0 for index in unclosed)


def _escape_prefix(text: str, start: int) -> bool:
    prefix = text[max(0, start - 2) : start]
    return prefix[-1:] in ("e", "E") and not (len(prefix) == 2 and _is_word(prefix[0]))


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_$"


def _cut(text: str, start: int, end: int, closed: bool) -> re.Match[str] | None:
    """Where to end the statement of the quoted text at `start:end` if its quote is wrong."""
    if closed and "\n" not in text[start:end]:
        return None
    if closed and not _suspicious(text, start, end):
        return None
    for found in _BREAK.finditer(text, start + 1, end):
        if found["last"]:
            return found
        if (found["end"] or found["blank"]) and _BEGINNING.match(text, found.end(), end):
            return found
    return None


def _suspicious(text: str, start: int, end: int) -> bool:
    """True if the mark that closes `start:end` looks like one that opens another quoted text."""
    mark = text[start]
    if mark == "'":
        following = text[end : end + 1]
        if following and _is_word(following):
            return True
        return _OPENS_STRING.search(text, max(start + 1, end - 40), end - 1) is not None
    if mark == "$":
        opening = _DOLLAR.match(text, start)
        width = len(opening[0]) if opening else 1
        return _OPENS_BODY.search(text, max(start + width, end - 40), end - width) is not None
    return True


@lru_cache(maxsize=64)
def _body(dialect: Dialect, delimiter: str) -> re.Pattern[str]:
    """A pattern that runs over a statement up to the next place where something is decided."""
    escaped = r"(?>(?:[^'\\\n]++|''|\\.)*)'"
    plain = escaped if dialect.backslash_escapes else r"(?>(?:[^'\n]++|'')*)'"
    special = {"'", "-", "/", "{", delimiter[0]}
    parts: list[str] = []
    if dialect.escape_strings:
        parts += [
            rf"(?<=[eE])(?<![\w$][eE])'{escaped}",
            rf"(?:(?<![eE])|(?<=[\w$][eE]))'{plain}",
        ]
    else:
        parts.append(f"'{plain}")
    if dialect.double_quoted_strings:
        special.add('"')
        parts.append('"' + plain.replace("'", '"'))
    for quote in dialect.quotes:
        special.add(quote)
        mark = re.escape("]" if quote == "[" else quote)
        parts.append(rf"{re.escape(quote)}(?>(?:[^{mark}\n]++|{mark}{mark})*){mark}")
    stop = "" if delimiter == ";" else f"(?!{re.escape(delimiter)})"
    if len(delimiter) > 1:
        parts.append(re.escape(delimiter[0]))
    if dialect.dollar_quotes:
        special.add("$")
        parts.append(r"\$(?!(?:[^\W\d]\w*+)?\$)|(?<=[\w$])\$")
    if dialect.script == "psql":
        special.add("\\")
    command = _LINE_COMMANDS.get(dialect.script)
    if command:
        special.add("\n")
        parts.append(rf"\n(?!(?i:{command.pattern}))")
    inner = r"/(?!\*)|" if dialect.nested_comments else "/|"
    dashes = r"--(?=\s|\Z)" if dialect.name == "mysql" else "--"
    parts += [
        rf"(?!{_NAMED}){dashes}" + (r"[^\n\r]*+" if not command else r"[^\n]*+"),
        rf"-(?!{dashes[1:]})",
        rf"/\*(?>(?:[^*/]++|\*(?!/)|{inner}(?!))*)\*/",
        rf"{lexer.TEMPLATE_EXPRESSION}|{lexer.TEMPLATE_BLOCK}|\{{",
        r"/(?!\*)" if dialect.nested_comments else r"/\*[\s\S]*\Z|/",
    ]
    if dialect.hash_comments:
        special.add("#")
        parts.append(r"#\{|#[^\n\r]*+")
    if dialect.slash_comments:
        parts.insert(0, r"//[^\n\r]*+")
    others = "".join(re.escape(character) for character in sorted(special))
    return re.compile(rf"(?>(?:[^{others}]++|{stop}(?:{'|'.join(parts)}))*)")


@lru_cache(maxsize=32)
def _quote(dialect: Dialect) -> re.Pattern[str]:
    return re.compile(f"{lexer.pattern_of_strings(dialect)}|{lexer.pattern_of_quotes(dialect)}")


@lru_cache(maxsize=32)
def _head(dialect: Dialect) -> re.Pattern[str]:
    """A statement's first word with all that may stand before it."""
    return re.compile(
        rf"(?>(?:{_leading(dialect).pattern}\()*){_leading(dialect).pattern}(?P<word>[^\W\d]\w*)"
    )


@lru_cache(maxsize=32)
def _leading(dialect: Dialect) -> re.Pattern[str]:
    """Blanks, comments and templates."""
    hashes = r"|#(?!\{)[^\n\r]*+" if dialect.hash_comments else ""
    return re.compile(
        r"(?>(?:[\s\ufeff]++|--[^\n\r]*+|/\*[\s\S]*?\*/|"
        rf"{lexer.TEMPLATE_EXPRESSION}|{lexer.TEMPLATE_BLOCK}{hashes})*)"
    )
