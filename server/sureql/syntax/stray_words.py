"""Words of queries that stand where none can: ELSE IF, AS AS, `AS first-name`, `! =`, DELETE … JOIN."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.syntax.habits import title
from sureql.syntax.problem import SyntaxProblem
from sureql.syntax.shape import Shape
from sureql.syntax.statement_parts import as_case
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_SPLIT = {("!", "="), ("<", "="), (">", "="), ("<", ">"), ("<>", "="), ("|", "|"), (":", ":")}
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_JOINS = frozenset({"JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "FULL", "NATURAL"})
_QUERY_STARTS = frozenset({"SELECT", "WITH", "VALUES", "RETURNING"})


def else_if(found: Shape) -> Iterator[SyntaxProblem]:
    """ELSE IF … THEN inside CASE."""
    for index in found.at("ELSE", "ELSEIF", "ELSIF"):
        token = found.tokens[index]
        word, last = found.word(index), index
        if word == "ELSE" and found.word(index + 1) == "IF":
            last = index + 1
        elif word == "ELSE":
            continue
        if not _meets_then(found, last + 1):
            continue
        span = Span(token.start, found.tokens[last].end)
        written = as_case(token, "WHEN")
        fix = (f"Change to {written}", span, written)
        yield SyntaxProblem(span, f"CASE has no {_words(found, index, last)}: use WHEN.", fix=fix)


def _words(found: Shape, first: int, last: int) -> str:
    """The keywords from one token to another, in upper case."""
    return " ".join(found.word(index) for index in range(first, last + 1))


def _meets_then(found: Shape, index: int) -> bool:
    level = found.opener[index - 1]
    for place in range(index, len(found.tokens)):
        if found.opener[place] < level:
            return False
        if found.opener[place] == level and found.word(place) in ("THEN", "WHEN", "CASE", "END"):
            return found.word(place) == "THEN"
    return False


def labels(found: Shape) -> Iterator[SyntaxProblem]:
    """What can't be a name after AS: another AS, a number, a name with `-` or `::` behind it."""
    for index in found.at("AS", first=1, behind=1):
        if not _in_query(found, index):
            continue
        token, after = found.tokens[index], found.tokens[index + 1]
        behind = found.tokens[index + 2] if index + 2 < len(found.tokens) else None
        if found.word(index - 1) == "AS":
            named = found.is_name(index + 1)
            if named and after.text.lower() not in found.dialect.reserved:
                gap = Span(token.start, after.start)
                yield SyntaxProblem(token.span, "One AS too many.", fix=("Remove AS", gap, ""))
        elif after.kind is Kind.NUMBER:
            span, touching = after.span, behind is not None and behind.start == after.end
            if touching and behind is not None and behind.kind is Kind.WORD:
                span = Span(after.start, behind.end)
            written = f'"{_text(found, index + 1, span)}"'
            message = "A name can't begin with a digit: put it in double quotes."
            yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))
        elif behind is not None and behind.kind is Kind.OPERATOR and found.is_name(index + 1):
            yield from _operated(found, index + 1)


def _text(found: Shape, index: int, span: Span) -> str:
    """The text of the tokens from `index` to the end of `span`, which touch each other."""
    text = ""
    while index < len(found.tokens) and found.tokens[index].end <= span.end:
        text += found.tokens[index].text
        index += 1
    return text


def _operated(found: Shape, index: int) -> Iterator[SyntaxProblem]:
    name, operator = found.tokens[index], found.tokens[index + 1]
    if name.upper == "U" and operator.text == "&" and name.end == operator.start:
        return  # U&"…"
    last = index
    while found.text(last + 1) == "-" and found.is_name(last + 2):
        if (
            found.tokens[last].end != found.tokens[last + 1].start
            or found.tokens[last + 1].end != found.tokens[last + 2].start
        ):
            break
        last += 2
    if last > index and name.kind is Kind.WORD:
        span = Span(name.start, found.tokens[last].end)
        written = f'"{_text(found, index, span)}"'
        message = "A name can't hold `-`: put it in double quotes."
        yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))
    else:
        message = f"`{operator.text}` can't follow the name after AS."
        yield SyntaxProblem(operator.span, message)


def _in_query(found: Shape, index: int) -> bool:
    """False within the parentheses of a call, such as CAST."""
    level = found.opener[index]
    return level < 0 or found.word(level + 1) in _QUERY_STARTS


def split_operators(found: Shape) -> Iterator[SyntaxProblem]:
    """`! =` and `> =`: one operator in two parts."""
    if "OPERATOR" in found.words:
        return
    for index in range(1, len(found.tokens)):
        first, second = found.tokens[index - 1], found.tokens[index]
        if first.kind is not Kind.OPERATOR or second.kind is not Kind.OPERATOR:
            continue
        apart = first.end < second.start
        if not apart or (first.text, second.text) not in _SPLIT:
            continue
        if found.word(index - 2) == "USING":
            continue
        if first.text == "!" and index > 1 and found.tokens[index - 2].end == first.start:
            continue  # `5! = 120` in DuckDB.
        written = "<>" if first.text == "<>" else first.text + second.text
        span = Span(first.start, second.end)
        message = f"An operator can't be split: write `{written}`."
        close = second.start - first.end < 3  # What is longer may be a comment.
        fix = (f"Change to {written}", span, written) if close else None
        yield SyntaxProblem(span, message, fix=fix)


def conjunctions(found: Shape) -> Iterator[SyntaxProblem]:
    """`a = 1 && b = 2`: comparisons linked as in C."""
    if found.dialect.name not in ("postgres", "sqlite"):
        return
    for index, token in enumerate(found.tokens):
        if token.text != "&&" or token.kind is not Kind.OPERATOR:
            continue
        if _compares(found, index, -1) and _compares(found, index, 1):
            written = "AND"
            fix = (f"Change to {written}", token.span, written)
            message = f"{title(found.dialect)} links conditions with AND, not `&&`."
            yield SyntaxProblem(token.span, message, fix=fix)


def _compares(found: Shape, index: int, step: int) -> bool:
    """True if a comparison stands on one side of the operator at `index`, in the same condition."""
    level, place = found.opener[index], index + step
    while 0 <= place < len(found.tokens) and found.opener[place] >= level:
        if found.opener[place] == level:
            if found.text(place) in _COMPARISONS:
                return True
            if found.tokens[place].kind is Kind.PUNCTUATION and found.text(place) in ("(", ")"):
                if found.partner[place] < 0 or found.partner[place] == level:
                    return False
            elif found.text(place) == "," or found.words[place] in _ENDS:
                return False
        place += step
    return False


_ENDS = frozenset(
    """AND OR NOT WHERE ON HAVING WHEN THEN ELSE END SELECT FROM GROUP ORDER LIMIT UNION CASE IN
    BETWEEN""".split()  # noqa: SIM905
)


def deletes(found: Shape) -> Iterator[SyntaxProblem]:
    """DELETE FROM t JOIN …, DELETE t FROM …."""
    if found.word(0) != "DELETE":
        return
    engine = title(found.dialect)
    advice = "a sub-query in WHERE" if found.dialect.name == "sqlite" else "USING and WHERE"
    if found.is_name(1) and found.word(2) == "FROM" and found.word(1) != "FROM":
        target = found.tokens[1]
        gap = Span(target.start, found.tokens[2].start)
        message = f"{engine} has no name between DELETE and FROM."
        yield SyntaxProblem(target.span, message, fix=(f"Remove {target.text}", gap, ""))
    for index in range(3, min(len(found.tokens), 10)):
        word = found.word(index)
        if word in ("USING", "WHERE", "RETURNING") or found.opener[index] >= 0:
            return
        if word in _JOINS and "JOIN" in (word, found.word(index + 1), found.word(index + 2)):
            message = f"{engine} has no JOIN in DELETE: use {advice}."
            yield SyntaxProblem(found.tokens[index].span, message)
            return


def null_tests(found: Shape) -> Iterator[SyntaxProblem]:
    """`IS NOT 'x'` and `IS 5`, which only SQLite knows; `IS = NULL`."""
    if found.dialect.name == "sqlite":
        return
    for index in found.at("IS", first=1, behind=1):
        if found.word(index - 1) == "AS" or found.stops(index - 1):
            continue
        negated = found.word(index + 1) == "NOT"
        place = index + 1 + negated
        value = found.tokens[place] if place < len(found.tokens) else None
        if value is None:
            continue
        if value.text in ("=", "<>", "!=") and found.word(place + 1) == "NULL":
            span = Span(found.tokens[index].start, found.tokens[place + 1].end)
            negated = negated or value.text != "="
            written = as_case(found.tokens[index], "IS NOT NULL" if negated else "IS NULL")
            message = f"Write {written.upper()} without `{value.text}`."
            yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))
        elif value.kind in (Kind.STRING, Kind.NUMBER) and found.text(place)[0] in "'0123456789":
            span = Span(found.tokens[index].start, found.tokens[place - 1].end)
            written = "<>" if negated else "="
            message = f"{title(found.dialect)} compares values with `{written}`: IS is for NULL."
            yield SyntaxProblem(span, message, fix=(f"Change to {written}", span, written))


CHECKS = (else_if, labels, split_operators, conjunctions, deletes, null_tests)
