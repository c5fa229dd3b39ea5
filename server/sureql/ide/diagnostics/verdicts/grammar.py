"""Virtual repairs of the grammar: what a slip of the finger may have broken where a parser stops."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from sureql.ide.diagnostics.verdicts import units
from sureql.ide.diagnostics.verdicts.repairs import Repair
from sureql.ide.diagnostics.verdicts.units import Text
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_KEYWORDS = """SELECT FROM WHERE GROUP ORDER BY HAVING JOIN INNER LEFT RIGHT OUTER FULL CROSS NATURAL ON AND OR
    NOT IN AS LIMIT OFFSET UNION ALL INTERSECT EXCEPT DISTINCT BETWEEN LIKE IS NULL CASE WHEN THEN ELSE
    END EXISTS ASC DESC WITH INSERT INTO VALUES UPDATE SET DELETE USING RETURNING OVER PARTITION
    INTERVAL CAST FILTER RECURSIVE""".split()  # noqa: SIM905
_BACK = 4
_NOTHING = " (SELECT NULL AS sureql) AS sureql"
# What may follow a last word, and the sources that are not known then.
_AT_END: dict[str, tuple[str, tuple[str, ...]]] = {
    "FROM": (_NOTHING, ("",)),
    "JOIN": (_NOTHING + " ON (1 = 1)", ("",)),
    ",": (_NOTHING, ("",)),
    "GROUP": (" BY CAST(NULL AS text)", ()),
    "ORDER": (" BY 1", ()),
    "BY": (" CAST(NULL AS text)", ()),
}
_ENDS = frozenset("SELECT FROM WHERE GROUP ORDER HAVING LIMIT UNION ON JOIN".split())  # noqa: SIM905


def repairs(found: Text, index: int) -> Iterator[Repair]:
    """Repairs for a text whose parser stopped at the token `index`, the likeliest first.

    `what` of each is the span at fault, what to say, and the title of the fix, '' if the repair is
    a mere guess.
    """
    yield from _unclosed(found)
    yield from _listed(found, index)
    yield from _misspelt(found, index)
    yield from _doubled(found, index)
    yield from _missing(found, index)
    yield from _removed(found, index)
    yield from _cut(found, index)


def _unclosed(found: Text) -> Iterator[Repair]:
    last = found.tokens[-1]
    if last.closed:
        return
    quote = last.text[-1] if last.text[0] not in "'\"`[" else last.text[0]
    quote = {"[": "]"}.get(last.text[0], quote if quote in "'\"`" else "'")
    message = f"The quote is not closed: add `{quote}`."
    ends = [last.start + len(word) for word in _prefixes(last.text)]
    for end in dict.fromkeys(ends):
        what = (Span(last.start, min(end, last.end)), message, f"Add `{quote}`")
        yield Repair((TextEdit(Span(end, end), quote),), what=what)


def _listed(found: Text, index: int) -> Iterator[Repair]:
    """The name in what is no name in the column list of INSERT."""
    level = index if found.tokens[index].text == "(" else found.opener[index]
    while level >= 0 and units.clause(found, level) != "INTO":
        level = found.opener[level]
    if level < 0 or level not in found.closer:
        return
    for first, last in units.items(found, level + 1, found.closer[level], level):
        names = [
            at
            for at in range(first, last + 1)
            if found.is_name(at) and found.upper(at + 1) not in ("(", ".")
        ]
        if first < last and names:
            span, name = found.span(first, last), found.tokens[names[0]].text
            what = (span, "Only names of columns can be listed here.", f"Change to `{name}`")
            yield Repair((TextEdit(span, name),), what=what, likely=True)


def _prefixes(text: str) -> Iterator[str]:
    """Where the closing quote may have been meant: after the first word, at the line's end."""
    inner = text[1:]
    words = inner.split()
    if words:
        at = text.index(words[0], 1) + len(words[0])
        word = text[:at]
        yield word.rstrip(",);")
        yield word
    yield text.split("\n")[0].rstrip().rstrip(";,)")
    yield text.split("\n")[0].rstrip()
    yield text.rstrip()


def _misspelt(found: Text, index: int) -> Iterator[Repair]:
    scored = []
    for at in range(max(0, index - _BACK), min(index + 2, len(found.tokens))):
        token = found.tokens[at]
        if token.kind is not Kind.WORD or token.upper in _KEYWORDS or len(token.text) < 2:
            continue
        if found.upper(at - 1) == "." or found.upper(at + 1) == ".":
            continue
        for word in _KEYWORDS:
            allowed = 1 if len(word) < 5 else 2
            slips = OSA.distance(token.upper, word, score_cutoff=allowed)
            if slips <= allowed and len(word) > 1:
                scored.append((slips + (len(word) < 4), abs(index - at), at, word))
    for slips, _, at, word in sorted(scored)[:8]:
        token = found.tokens[at]
        written = word if not token.text.islower() else word.lower()
        message = f"`{token.text}` is not expected here: perhaps `{word}`?"
        what = (token.span, message, f"Change to `{written}`")
        yield Repair((TextEdit(token.span, written),), what=what, likely=slips == 1)


def _doubled(found: Text, index: int) -> Iterator[Repair]:
    token = found.tokens[index]
    before = found.tokens[index - 1] if index else None
    if (before is not None and before.text == "," and token.text in (",", ")")) or (
        before is not None and before.text == "," and found.upper(index) in _ENDS
    ):
        at = token if token.text == "," else before
        what = (at.span, "There is a comma too many.", "Remove the comma")
        yield Repair((TextEdit(at.span, ""),), what=what, likely=True)
    if before is not None and before.upper == token.upper and token.text not in "()":
        what = (token.span, f"`{token.text}` stands here twice.", f"Remove `{token.text}`")
        yield Repair((TextEdit(token.span, ""),), what=what)


def _missing(found: Text, index: int) -> Iterator[Repair]:
    token = found.tokens[index]
    at_end = Span(found.tokens[-1].end, found.tokens[-1].end)
    start = Span(token.start, token.start)
    last = found.upper(len(found.tokens) - 1)
    if last in _AT_END:
        text, lost = _AT_END[last]
        yield Repair((TextEdit(at_end, text),), lost=lost)
    unclosed = [
        i for i, one in enumerate(found.tokens) if one.text == "(" and i not in found.closer
    ]
    if unclosed:
        opening = found.tokens[unclosed[-1]]
        what = (opening.span, "The parenthesis is not closed: add `)`.", "Add `)`")
        yield Repair((TextEdit(start, ") "),), what=what)
        yield Repair((TextEdit(at_end, ")"),), what=what)
        for i in range(index - 1, unclosed[-1] + 1, -1):
            end = found.tokens[i].end
            if found.upper(i + 1) in units.HEADS | {"AS", ","} or i == index - 1:
                yield Repair((TextEdit(Span(end, end), ")"),), what=what)
    if token.text == ")" and found.opener[index] < 0 and index not in found.closer.values():
        what = (token.span, "There is no `(` for this.", "Remove `)`")
        yield Repair((TextEdit(token.span, ""),), what=what)
    for word in (
        "BY",
        ",",
        "AS",
        "AND",
        "FROM",
        "=",
        "ON",
        "IN",
        "(",
        "THEN",
        "END",
        "SET",
        "INTO",
    ):
        what = (token.span, f"`{word}` is missing before `{token.text}`.", f"Add `{word}`")
        yield Repair((TextEdit(start, f" {word} "),), what=what)
    if any(one.is_word("CASE") and i not in found.closer for i, one in enumerate(found.tokens)):
        what = (token.span, "`END` is missing.", "Add `END`")
        yield Repair((TextEdit(at_end, " END"),), what=what)
    if found.upper(index - 1) in ("FROM", "JOIN", ","):
        yield Repair((TextEdit(start, _NOTHING + " "),), lost=("",))
    for text in (" NULL ", " ON (1 = 1) ", " x "):
        yield Repair((TextEdit(start, text),))
    for text in (" NULL", " ON (1 = 1)"):
        yield Repair((TextEdit(at_end, text),))


def _removed(found: Text, index: int) -> Iterator[Repair]:
    for at in (index, index - 1, index + 1, index - 2):
        if 0 <= at < len(found.tokens):
            token = found.tokens[at]
            what = (token.span, f"`{token.text}` is not expected here.", f"Remove `{token.text}`")
            yield Repair((TextEdit(token.span, ""),), what=what)


def _cut(found: Text, index: int) -> Iterator[Repair]:
    """Everything of this level from here to the next clause, and then to the end, goes."""
    level = found.opener[index]
    end = found.closer.get(level, len(found.tokens))
    stops = [
        at for at in range(index + 1, end) if found.opener[at] == level and found.upper(at) in _ENDS
    ]
    for stop in (*stops[:3], end):
        last = min(stop, len(found.tokens)) - 1
        if last >= index:
            yield Repair((TextEdit(found.span(index, last), " "),))
