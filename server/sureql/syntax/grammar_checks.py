"""What sqlglot takes and PostgreSQL, SQLite or DuckDB refuse, and plain mistakes of any dialect.

Each check is certain by itself: a finding is an error in the real engine, whatever sqlglot says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sureql.syntax import clause_order, shape
from sureql.syntax.dialects import Dialect
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_QUERIES = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "REPLACE", "FROM"})
_CHECKED = frozenset({"postgres", "sqlite", "duckdb", "redshift"})
_NO_TRAILING_COMMA = frozenset({"postgres", "sqlite", "redshift", "mysql", "oracle", "tsql"})

# Words that are reserved wherever they are listed here, so that they can't be names.
_ENDS_CLAUSE = frozenset(
    "FROM WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT RETURNING".split()  # noqa: SIM905
)
_JOINS = frozenset({"JOIN", "ON", "USING"})
_CONNECTORS = frozenset({"AND", "OR"})
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!=", "||"})

_MISSING = {
    "FROM": "a table name",
    "JOIN": "a table name",
    "INTO": "a table name",
    "WHERE": "a condition",
    "HAVING": "a condition",
    "ON": "a condition",
    "AND": "a condition",
    "OR": "a condition",
    "NOT": "a condition",
    "BY": "an expression",
    "LIMIT": "a number of rows",
    "SET": "an assignment",
    "VALUES": "a row in parentheses",
    "UNION": "a query",
    "INTERSECT": "a query",
    "EXCEPT": "a query",
    "LIKE": "a pattern",
    "ILIKE": "a pattern",
    "THEN": "an expression",
    "ELSE": "an expression",
    "WHEN": "a condition",
    "RETURNING": "an expression",
    "SELECT": "an expression",
    "DISTINCT": "an expression",
    "BETWEEN": "an expression",
}


def find(tokens: tuple[Token, ...], last: Token, dialect: Dialect) -> SyntaxProblem | None:
    """The first certain problem of a statement's `tokens` (`last` may be a comment)."""
    if not last.closed:
        return _unclosed(last)
    found = shape.of(tokens, dialect)
    problem = _parentheses(found)
    if problem is not None:
        return problem
    problems = list(_double_commas(found))
    if _is_query(found) and dialect.name in _CHECKED:
        for check in _CHECKS:
            problems += check(found)
    return min(problems, key=lambda problem: problem.span.start, default=None)


def _unclosed(token: Token) -> SyntaxProblem:
    line = token.text.splitlines()[0] if token.text else ""
    span = Span(token.start, token.start + max(len(line), 1))
    if token.kind is Kind.COMMENT:
        return SyntaxProblem(span, "This comment is not closed: `*/` is missing.")
    if token.kind is Kind.QUOTED:
        closing = "]" if token.text[0] == "[" else token.text[0]
        return SyntaxProblem(span, f"This quoted name is not closed: `{closing}` is missing.")
    if token.text.startswith("$"):
        mark = token.text[: token.text.find("$", 1) + 1]
        return SyntaxProblem(span, f"This text is not closed: `{mark}` is missing.")
    return SyntaxProblem(span, "This string is not closed: its closing quote is missing.")


def _parentheses(found: Shape) -> SyntaxProblem | None:
    for index, token in enumerate(found.tokens):
        if token.kind is not Kind.PUNCTUATION or found.partner[index] >= 0:
            continue
        if token.text in ")]}":
            return SyntaxProblem(token.span, f"This `{token.text}` closes nothing.")
        if token.text in "([{":
            closing = {"(": ")", "[": "]", "{": "}"}[token.text]
            return SyntaxProblem(
                token.span, f"This `{token.text}` is not closed: `{closing}` is missing."
            )
    return None


def _is_query(found: Shape) -> bool:
    index = 0
    while found.text(index) == "(":
        index += 1
    if found.word(index) == "EXPLAIN":
        return False
    return found.word(index) in _QUERIES


def _double_commas(found: Shape) -> Iterator[SyntaxProblem]:
    for index in range(1, len(found.tokens)):
        if found.text(index) == "," and found.text(index - 1) == ",":
            span = found.tokens[index].span
            yield SyntaxProblem(span, "One comma too many.", fix=("Remove the comma", span, ""))


def _trailing_commas(found: Shape) -> Iterator[SyntaxProblem]:
    if found.dialect.name not in _NO_TRAILING_COMMA:
        return
    for index, token in enumerate(found.tokens):
        if token.text != "," or token.kind is not Kind.PUNCTUATION:
            continue
        word = found.word(index + 1)
        if found.ends(index + 1) or (word in _ENDS_CLAUSE | _JOINS and word != "USING"):
            if found.text(index + 1) == "]" and found.dialect.name == "sqlite":
                continue
            before = f" before {word}" if word else ""
            yield SyntaxProblem(
                token.span,
                f"Nothing follows this comma{before}.",
                fix=("Remove the comma", token.span, ""),
            )


def _missing_operands(found: Shape) -> Iterator[SyntaxProblem]:
    """A keyword or comparison with nothing after it."""
    for index, token in enumerate(found.tokens):
        word = found.word(index)
        wanted = _MISSING.get(word) if word else None
        if wanted is None:
            continue
        if index and found.word(index - 1) == "AS":
            continue  # A label: `SELECT a AS set`.
        if not _acts(found, index, word):
            continue
        following = found.word(index + 1)
        if not (found.ends(index + 1) or found.text(index + 1) == "," or _stops(word, following)):
            continue
        if word == "VALUES" and found.opener[index] >= 0 and found.ends(index + 1):
            continue  # ON DUPLICATE KEY … VALUES(x), or a column of that name.
        phrase = _phrase(found, index)
        yield SyntaxProblem(token.span, f"Expected {wanted} after {phrase}.")


def _acts(found: Shape, index: int, word: str) -> bool:
    """False where the word may be a name, or stands alone by right."""
    name = found.dialect.name
    before = found.word(index - 1)
    if word == "BY":
        return before in ("GROUP", "ORDER", "PARTITION")
    if word == "SELECT":
        return name not in ("postgres", "redshift")  # SELECT FROM t is valid there.
    if word in (
        "SET",
        "VALUES",
        "INTO",
        "THEN",
        "WHEN",
        "ELSE",
        "BETWEEN",
        "RETURNING",
        "DISTINCT",
    ):
        return _reserved(found, word)
    if word == "ON":
        return before not in ("REPLACE",)
    if word in ("LIKE", "ILIKE"):
        return _reserved(found, word) and found.text(index + 1) != "ANY"
    return True


def _reserved(found: Shape, word: str) -> bool:
    return word.lower() in found.dialect.reserved and (
        word not in ("VALUES", "BETWEEN") or found.dialect.name == "sqlite"
    )


def _stops(word: str, following: str) -> bool:
    """True if `following` can't begin what must follow `word`."""
    if following in _ENDS_CLAUSE:
        return True
    if following in _JOINS:
        return word not in ("SELECT",)
    if word in ("AND", "OR", "NOT", "WHERE", "HAVING", "ON"):
        return following in _CONNECTORS
    return False


def _phrase(found: Shape, index: int) -> str:
    word = found.word(index)
    if word == "BY":
        return f"{found.word(index - 1)} BY"
    return word


def _comparisons(found: Shape) -> Iterator[SyntaxProblem]:
    if any(word == "OPERATOR" for word in found.words):
        return
    for index, token in enumerate(found.tokens):
        if token.kind is not Kind.OPERATOR or token.text not in _COMPARISONS:
            continue
        following = found.tokens[index + 1] if index + 1 < len(found.tokens) else None
        nothing = (
            found.ends(index + 1)
            or found.text(index + 1) == ","
            or found.word(index + 1) in _ENDS_CLAUSE | _CONNECTORS
            or (following is not None and following.text in _COMPARISONS)
        )
        if nothing:
            yield SyntaxProblem(token.span, f"Expected a value after `{token.text}`.")


def _cases(found: Shape) -> Iterator[SyntaxProblem]:
    """CASE without END, within one pair of parentheses."""
    open_cases: dict[int, list[int]] = {}
    for index in range(len(found.tokens)):
        word = found.word(index)
        if word not in ("CASE", "END") or found.word(index - 1) == "AS":
            continue
        stack = open_cases.setdefault(found.opener[index], [])
        if word == "CASE":
            stack.append(index)
        elif stack:
            stack.pop()
    for stack in open_cases.values():
        for index in stack:
            yield SyntaxProblem(found.tokens[index].span, "This CASE has no END.")


def _phrases(found: Shape) -> Iterator[SyntaxProblem]:
    """Words that must be followed by another one."""
    for index, token in enumerate(found.tokens):
        word = found.word(index)
        following = found.word(index + 1)
        before = found.word(index - 1)
        if word in ("GROUP", "ORDER") and following != "BY" and before not in ("AS", "WITHIN"):
            if found.text(index - 1) in (".",) or found.text(index + 1) in (".", ")", ","):
                continue
            if word == "GROUP" and before == "WITHIN":
                continue
            yield SyntaxProblem(
                token.span,
                f"Expected BY after {word}.",
                fix=(f"Change to {word} BY", token.span, f"{_as_case(token, word + ' BY')}"),
            )
        elif word == "WITH" and index == 0:
            yield from _with(found)


def _with(found: Shape) -> Iterator[SyntaxProblem]:
    index = 2 if found.word(1) == "RECURSIVE" else 1
    body = found.word(index + 2)
    if found.text(index + 1) == "(" and body in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
        name = found.tokens[index]
        yield SyntaxProblem(
            name.span,
            f"Expected AS after {name.text}.",
            fix=("Add AS", Span(name.end, name.end), " AS"),
        )


def _starts(found: Shape) -> Iterator[SyntaxProblem]:
    """INSERT without INTO, DELETE without FROM, UPDATE without SET."""
    tokens = found.tokens
    first = found.word(0)
    named = len(tokens) > 1 and tokens[1].kind in (Kind.WORD, Kind.QUOTED)
    if first == "DELETE" and named and found.word(1) != "FROM":
        yield _add_after(tokens[0], "FROM")
    elif first == "INSERT" and named and found.word(1) not in ("INTO", "OR", "OVERWRITE"):
        yield _add_after(tokens[0], "INTO")
    elif first == "UPDATE" and len(tokens) > 2:
        top = [found.word(i) for i in range(len(tokens)) if found.opener[i] < 0]
        if "SET" not in top:
            where = next((w for w in ("WHERE", "FROM", "RETURNING") if w in top), "")
            index = found.words.index(where) if where else len(tokens) - 1
            yield SyntaxProblem(
                tokens[index].span,
                "Expected SET before this." if where else "Expected SET after the table of UPDATE.",
            )


def _add_after(token: Token, word: str) -> SyntaxProblem:
    text = _as_case(token, word)
    fix = (f"Add {word}", Span(token.end, token.end), f" {text}")
    return SyntaxProblem(token.span, f"Expected {word} after {token.upper}.", fix=fix)


def _as_case(token: Token, word: str) -> str:
    return word.lower() if token.text.islower() else word


def _values(found: Shape) -> Iterator[SyntaxProblem]:
    if found.word(0) != "INSERT":
        return
    for index, token in enumerate(found.tokens):
        if found.word(index) != "VALUES" or found.opener[index] >= 0:
            continue
        if index + 1 < len(found.tokens) and found.text(index + 1) != "(":
            yield SyntaxProblem(token.span, "Expected a row in parentheses after VALUES.")
        elif found.text(index + 1) == "(" and found.text(index + 2) == ")":
            yield SyntaxProblem(
                Span(found.tokens[index + 1].start, found.tokens[index + 2].end),
                "A row of VALUES can't be empty.",
            )


def _limits(found: Shape) -> Iterator[SyntaxProblem]:
    if found.dialect.name == "sqlite":
        return
    for index, token in enumerate(found.tokens):
        if (
            found.word(index) == "LIMIT"
            and index + 3 < len(found.tokens)
            and found.tokens[index + 1].kind is Kind.NUMBER
            and found.text(index + 2) == ","
            and found.tokens[index + 3].kind is Kind.NUMBER
        ):
            skipped, count = found.text(index + 1), found.text(index + 3)
            span = Span(token.start, found.tokens[index + 3].end)
            written = f"{_as_case(token, 'LIMIT')} {count} {_as_case(token, 'OFFSET')} {skipped}"
            yield SyntaxProblem(
                span,
                "LIMIT takes one number here: write LIMIT … OFFSET ….",
                fix=(f"Change to {written}", span, written),
            )


_CHECKS: tuple[Callable[[Shape], Iterator[SyntaxProblem]], ...] = (
    _trailing_commas,
    _missing_operands,
    _comparisons,
    _cases,
    _phrases,
    _starts,
    _values,
    _limits,
    clause_order.find,
)
