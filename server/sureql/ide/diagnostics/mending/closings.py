"""Where a missing parenthesis or quote was probably meant to stand. Likeliest places first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sureql.catalog import builtins
from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.syntax import lexer, shape
from sureql.syntax.shape import Shape
from sureql.syntax.tokens import Kind, Token
from sureql.text.edits import TextEdit, apply_edits
from sureql.text.span import Span

_CLAUSES = frozenset(
    """FROM WHERE GROUP HAVING ORDER LIMIT OFFSET UNION INTERSECT EXCEPT RETURNING JOIN LEFT RIGHT FULL
    INNER CROSS ON SET VALUES WINDOW""".split()  # noqa: SIM905
)
_WORDS_INSIDE = frozenset(
    "EXTRACT TRIM SUBSTRING OVERLAY POSITION CAST TRY_CAST OVER FILTER WITHIN".split()  # noqa: SIM905
)
_ENDS_OPERAND = frozenset("AS AND OR THEN ELSE WHEN END ASC DESC IS IN LIKE BETWEEN OVER".split())  # noqa: SIM905
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_BEFORE_OPERAND = frozenset(
    "SELECT WHERE AND OR NOT ON HAVING BY THEN ELSE WHEN CASE FROM JOIN DISTINCT".split()  # noqa: SIM905
)
_LISTS = frozenset({"IN", "VALUES", "ANY", "SOME"})
_AFTER_QUERY = frozenset("AND OR GROUP ORDER LIMIT WHERE UNION ON".split())  # noqa: SIM905
_QUERIES = ("SELECT", "WITH", "VALUES")
_LIKE_CODE = re.compile(r"\b(?:AND|OR|FROM|WHERE|GROUP|ORDER|SELECT|THEN|LIMIT|AS)\b|[=;]", re.I)
_MOST_PLACES = 40
_NEARLY_AS_GOOD = 3
_MOST_WORDS = 8


def parenthesis(context: Context, problem: Problem) -> Iterator[Fix]:
    """Closes the parenthesis that is open at the problem, or one inside of it."""
    found = shape.of(context.tokens, context.dialect)
    at = _index(found, problem.span)
    if at < 0:
        return
    openings = [index for index in range(at, len(found.tokens)) if found.text(index) == "("]
    broken = [(place, index) for index in openings if (place := _breaks(found, index)) >= 0]
    places = [place for place, _ in reversed(broken)]
    likely = len(places[:1])
    for opening in [index for _, index in reversed(broken)] + [at]:
        places += _ends(found, opening)
    places.append(len(found.tokens))
    if broken:
        # A parenthesis further on would leave there what can't stand in a call or a list.
        places = [one for one in places if any(first < one <= last for last, first in broken)]
    for number, place in enumerate(list(dict.fromkeys(places))[:_MOST_PLACES]):
        end = found.tokens[place - 1].end
        before = found.text(place)[:30]
        title = f"Add `)` before {before}" if before else "Add `)` at the end"
        yield Fix(title, (TextEdit(Span(end, end), ")"),), "unsafe", number < max(1, likely))


def surplus(context: Context, problem: Problem) -> Iterator[Fix]:
    """For a `)` that closes nothing: removes one, or opens one where a call or a list lacks it."""
    found = shape.of(context.tokens, context.dialect)
    at = _index(found, problem.span)
    if at < 0:
        return
    lacking = list(_lacking(found, at))
    opened = found.text(at - 1) != ")" and bool(lacking)
    if opened:
        yield from (_open(found, place, number == 0) for number, place in enumerate(lacking[:3]))
    closing = [index for index in range(at, 0, -1) if found.text(index) == ")"]
    doubled = [index for index in closing if found.text(index - 1) == ")" and index != at]
    others = [index for index in closing if index not in doubled and index != at]
    for index in [at, *doubled[:5], *others[:3]]:
        edit = TextEdit(found.tokens[index].span, "")
        title = "Remove this `)`" if index == at else "Remove a `)`"
        yield Fix(title, (edit,), "unsafe", index == at and not opened)
    if found.text(at - 1) == ")":
        yield from (_open(found, place, False) for place in lacking[:3])
    yield from (_open(found, place, False) for place in _operands(found, at))


def _open(found: Shape, place: int, preferred: bool) -> Fix:
    token, before = found.tokens[place], found.tokens[place - 1]
    # A call has no blank before its parenthesis.
    call = _is_call(found, place) and before.upper not in _LISTS
    span = Span(before.end if call else token.start, token.start)
    return Fix(f"Add `(` before {token.text[:30]}", (TextEdit(span, "("),), "unsafe", preferred)


def quote(context: Context, problem: Problem) -> Iterator[Fix]:
    """Closes a string, or opens one, so that all strings look like text and not like code."""
    text = context.text
    mark = next((token.text[-1:] for token in context.tokens[-1:] if not token.closed), "'")
    mark = context.tokens[-1].text.lstrip("eEnNxXbBuU&")[:1] or mark
    if mark not in "'\"`":
        return
    tried: list[tuple[int, int, Fix]] = []
    marks = [at for at in range(len(text)) if text[at] == mark and not _in_comment(context, at)]
    for place in _quote_places(text, marks) if marks else ():
        edit = TextEdit(Span(place, place), mark)
        changed = apply_edits(text, [edit])
        tokens = lexer.code(changed, context.dialect)
        if not tokens or not tokens[-1].closed:
            continue
        fix = Fix(f"Add the missing `{mark}`", (edit,), "unsafe", True)
        tried.append((_codelike(tokens), place, fix))
    tried.sort(key=lambda one: (one[0], one[1]))
    for badness, _, fix in tried[:4]:
        if badness <= tried[0][0] + _NEARLY_AS_GOOD:
            yield replace(fix, preferred=badness == tried[0][0])
    opening = context.tokens[-1].start
    name = re.match(r"\w+", text[opening + 1 :]) if mark == '"' else None
    if name is not None and context.dialect.normalize(name[0]) != name[0]:
        # In quotes capitals make another name of it.
        edit = TextEdit(Span(opening, opening + 1), "")
        yield Fix(f"Remove the `{mark}`", (edit,), "unsafe", True)


def _index(found: Shape, span: Span) -> int:
    return next((at for at, token in enumerate(found.tokens) if token.start == span.start), -1)


def _inside(found: Shape, opening: int) -> range:
    closing = found.partner[opening]
    return range(opening + 1, closing if closing >= 0 else len(found.tokens))


def _is_call(found: Shape, opening: int) -> bool:
    return found.is_name(opening - 1) and found.word(opening - 1) not in (
        _BEFORE_OPERAND | _CLAUSES | _LISTS | {"AS", "ALL", "BETWEEN"}
    )


def _breaks(found: Shape, opening: int) -> int:
    """The first token in the parentheses at `opening` that can't stand in them, -1 if there is none."""
    before = found.word(opening - 1)
    if found.word(opening + 1) in _QUERIES or before in _WORDS_INSIDE:
        return -1
    call, listed = _is_call(found, opening), before in _LISTS
    mixed, cases, ordered = "", 0, False
    for index in _inside(found, opening):
        if found.opener[index] != opening:
            continue
        word = found.word(index)
        cases += (word == "CASE") - (word == "END")
        ordered = ordered or (word == "ORDER" and call)
        if word in _CLAUSES and not (word == "ORDER" and call):
            return index
        if word in ("AS", "OVER") or (word in ("ASC", "DESC") and not ordered):
            return index
        if (word in ("THEN", "ELSE") and not cases) or cases < 0:
            return index
        if cases:
            continue
        if call and index > opening + 1 and _two_operands(found, index):
            return index
        if listed and (word in ("AND", "OR") or found.text(index) in _COMPARISONS):
            # The operand before a comparison belongs to the next condition.
            return index
        if word in ("AND", "OR") and not call and found.word(index - 2) != "BETWEEN":
            if mixed and word != mixed:
                return index
            mixed = word
    return -1


def _two_operands(found: Shape, index: int) -> bool:
    """True for `price total`: the second word names the call that should have ended."""
    before = found.tokens[index - 1]
    if not found.is_name(index) or found.word(index) in _CLAUSES | _ENDS_OPERAND | {"ESCAPE"}:
        return False
    if before.kind is Kind.WORD:
        return before.upper not in _BEFORE_OPERAND | _CLAUSES | _ENDS_OPERAND | {"INTERVAL", "DATE"}
    return before.kind in (Kind.QUOTED, Kind.NUMBER) or before.text == ")"


def _ends(found: Shape, opening: int) -> list[int]:
    """Places where the parentheses at `opening` may end, likeliest first."""
    query = found.word(opening + 1) in _QUERIES
    places: list[int] = []
    for index in _inside(found, opening):
        if found.opener[index] != opening or index == opening + 1:
            continue
        word, text = found.word(index), found.text(index)
        if query:
            if (word == "AS" and found.is_name(index + 1)) or word in _AFTER_QUERY:
                places.append(index)
        elif word in _CLAUSES or word in _ENDS_OPERAND or text in _COMPARISONS or text == ",":
            places.append(index)
    if query:
        aliases = [place for place in places if found.word(place) == "AS"]
        return aliases[-2:] + [place for place in reversed(places) if place not in aliases][:6]
    single = [place for place in places if found.text(place) != ","]
    commas = [place for place in places if found.text(place) == ","]
    return single[:3] + list(reversed(commas))[:3] + single[3:6]


def _lacking(found: Shape, closing: int) -> Iterator[int]:
    """Tokens before `closing` that certainly lack a parenthesis before them, last first."""
    level = found.opener[closing]
    for index in range(closing - 1, level + 1, -1):
        if found.opener[index] != level or found.text(index) in ("(", ")"):
            continue
        before, word = found.word(index - 1), found.word(index)
        if word in ("SELECT", "WITH"):
            if before in (*_LISTS, "EXISTS", "FROM", "JOIN", "AS") or (
                found.text(index - 1) in (*_COMPARISONS, ",")
            ):
                yield index
        elif before in (*_LISTS, "EXISTS", "OVER", "USING") or _adjacent(found, index):
            yield index
    # `(SELECT avg price) FROM t)`: the parenthesis that it took belongs to another one.
    functions = builtins.functions(found.dialect.name)
    for index in range(closing - 1, 1, -1):
        before = found.tokens[index - 1].text.lower()
        if found.opener[index] != level and before in functions and _adjacent(found, index):
            yield index


def _operands(found: Shape, closing: int) -> Iterator[int]:
    """Tokens before `closing` that begin an operand, last first."""
    level = found.opener[closing]
    for index in range(closing - 1, level + 1, -1):
        if found.opener[index] != level or found.text(index) in ("(", ")"):
            continue
        if found.word(index - 1) in _BEFORE_OPERAND or (
            found.text(index - 1) in (*_COMPARISONS, "+", "-", "*", "/")
        ):
            yield index


def _adjacent(found: Shape, index: int) -> bool:
    """True if a word that may be a function's name stands right before another operand."""
    before, token = found.tokens[index - 1], found.tokens[index]
    if before.kind is not Kind.WORD or before.upper in _BEFORE_OPERAND | _CLAUSES | _ENDS_OPERAND:
        return False
    if token.text == "*":
        # `count *)`, but `price * 2)` multiplies.
        return found.stops(index + 1)
    if token.kind in (Kind.STRING, Kind.NUMBER, Kind.PARAMETER):
        return True
    return token.kind in (Kind.WORD, Kind.QUOTED) and found.word(index) not in (
        _CLAUSES | _ENDS_OPERAND | {"BY", "NOT"}
    )


def _quote_places(text: str, marks: list[int]) -> list[int]:
    """Offsets where a mark may be missing: behind an opening one on its line, before a word.

    Only the first string that is no string can lack its mark, or the last one.
    """
    number = next(
        (at for at in range(0, len(marks), 2) if _is_suspicious(text, marks, at)),
        (len(marks) - 1) // 2 * 2,
    )
    mark = marks[number]
    line = text.find("\n", mark)
    stop = min(
        line if line >= 0 else len(text),
        marks[number + 1] if number + 1 < len(marks) else len(text),
        mark + 300,
    )
    ends = re.finditer(r"(?<=\S)(?=\s|[),;]|\Z)", text[mark + 1 : stop])
    places = [mark + 1 + match.start() for match in ends][:_MOST_PLACES]
    if stop in (line, len(text)):
        places.append(stop)
    start = max(text.rfind("\n", 0, mark), marks[number - 1] if number else 0)
    words = re.finditer(r"(?<![\w%])(?=[\w%])", text[start + 1 : mark])
    return places + [start + 1 + match.start() for match in words][-_MOST_WORDS:]


def _is_suspicious(text: str, marks: list[int], number: int) -> bool:
    """True if what the marks at `number` and behind it enclose is rather code than text."""
    mark = marks[number]
    end = marks[number + 1] if number + 1 < len(marks) else len(text)
    around = text[mark - 1 : mark] + text[end + 1 : end + 2]
    inner = text[mark + 1 : end]
    return bool("\n" in inner or _LIKE_CODE.search(inner) or re.search(r"\w", around))


def _codelike(tokens: tuple[Token, ...]) -> int:
    """How much the strings among `tokens` look like code that they swallowed."""
    bad = 0
    for index, token in enumerate(tokens):
        if token.kind not in (Kind.STRING, Kind.QUOTED):
            continue
        inner = token.text.strip("'\"`")
        bad += 4 * len(_LIKE_CODE.findall(inner)) + 3 * ("\n" in inner)
        bad += 2 * (inner != inner.strip()) + 2 * inner.count("(") + 2 * (")" in inner)
        bad += 3 * (token.kind is Kind.QUOTED and " " in inner)
        bad += 2 * inner.count(",") + 3 * (token.text[0] in "'\"" and not inner)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is not None and following.start == token.end and following.kind is Kind.WORD:
            bad += 6
        before = tokens[index - 1] if index else None
        if before is not None and before.kind in (Kind.NUMBER, Kind.STRING):
            bad += 4
        if before is not None and before.end == token.start and before.text in ("-", "/", ":"):
            bad += 4  # The middle of a date or a time.
        if (
            before is not None
            and before.kind is Kind.WORD
            and before.upper
            not in (
                _BEFORE_OPERAND
                | {"LIKE", "ILIKE", "IN", "AS", "INTERVAL", "DATE", "TIMESTAMP", "RETURN"}
            )
        ):
            bad += 3
        if (
            following is not None
            and following.kind is Kind.WORD
            and following.upper not in (_CLAUSES | _ENDS_OPERAND)
        ):
            bad += 3
    return bad


def _in_comment(context: Context, offset: int) -> bool:
    return any(
        token.kind is Kind.COMMENT and token.start <= offset < token.end
        for token in lexer.tokens(context.masked, context.dialect)
    )
