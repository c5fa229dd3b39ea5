"""Where conditions stand in a statement, and how to add or take away one in the user's own layout."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.syntax import parse
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_LONGEST = 96
"""Characters of a line that is made of what stood in several."""
_MOST_BRACKETS = 4
_LEFT = ("AND", "OR", "WHERE", "HAVING", "ON", "WHEN", "QUALIFY", ",", "(")
_RIGHT = (
    *("AND", "OR", ")", ",", ";", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH"),
    *("UNION", "EXCEPT", "INTERSECT", "WINDOW", "QUALIFY", "FOR", "THEN", "RETURNING", "JOIN"),
    *("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "ASOF"),
)


def word(context: Context, keywords: str) -> str:
    """Keywords in the case that the statement's first one has."""
    first = context.tokens[0].text if context.tokens else ""
    return keywords.lower() if first.islower() else keywords


def decides(node: exp.Expr) -> bool:
    """True for a condition where NULL does the same as false, on its own as in AND and OR around
    it: it keeps or drops rows, or chooses an arm of a CASE."""
    inner, above = node, node.parent
    while isinstance(above, (exp.And, exp.Or, exp.Paren)):
        inner, above = above, above.parent
    if isinstance(above, (exp.Where, exp.Having)):
        return True
    if isinstance(above, exp.Join):
        return above.args.get("on") is inner
    if isinstance(above, exp.If) and isinstance(above.parent, exp.Case):
        return above.this is inner and above.parent.this is None and not _names(above.parent)
    return False


def _names(node: exp.Expr) -> bool:
    """True if the text of an expression is what some engines call a column of the result."""
    while isinstance(node, exp.Expr) and not isinstance(node.parent, (exp.Select, exp.Alias)):
        if node.parent is None or isinstance(node, exp.Query):
            return False
        node = node.parent
    select = node.parent
    return isinstance(select, exp.Select) and any(node is one for one in select.expressions)


def condition(context: Context, node: exp.Expr) -> Span | None:
    """The text of one part of AND or OR, or of a whole condition, keywords at its ends included.
    None if it is not certain that the text says all of the condition."""
    span = places.whole(context, node)
    for _ in range(_MOST_BRACKETS):
        found = _ends(context, node, span) if span is not None else None
        if found is None or _says(context, found, node):
            return found
        # What is around parentheses may belong to it: `NOT (a OR b)`, `(a = b) IS NULL`.
        opening = places.previous(context, found.start)
        closing = places.next_to(context, found.end)
        if opening is None or closing is None or (opening.text, closing.text) != ("(", ")"):
            return None
        span = Span(opening.start, closing.end)
    return None


def _says(context: Context, span: Span, node: exp.Expr) -> bool:
    """True if the text at `span`, read as a condition, is `node`."""
    tree = parse.parse(f"SELECT 1 WHERE {span.of(context.masked)}", context.dialect).tree
    where = tree.args.get("where") if isinstance(tree, exp.Select) else None
    return where is not None and where.this == node


def _ends(context: Context, node: exp.Expr, span: Span) -> Span | None:
    """`span` with the words at its ends, up to what joins conditions."""
    first, last = places.index(context, span.start), places.index(context, span.end)
    while first and context.tokens[first - 1].upper not in _LEFT:
        first -= 1
    if first and context.tokens[first - 1].upper == "WHEN" and node.find(exp.Case) is not None:
        return None  # Which CASE the word belongs to is not clear.
    while last < len(context.tokens) and context.tokens[last].upper not in _RIGHT:
        last += 1
    return Span(context.tokens[first].start, context.tokens[last - 1].end)


def replaced(context: Context, node: exp.Expr, text: str) -> Iterator[TextEdit]:
    """The edit that puts `text` in place of a condition; none if a comment would be lost."""
    span = condition(context, node)
    if span is not None and not commented(context, span):
        yield TextEdit(span, text)


def grouped(node: exp.Expr, text: str) -> str:
    """`text`, some parts joined by AND, in parentheses if OR or NOT around it would read it wrongly."""
    return f"({text})" if isinstance(node.parent, (exp.Or, exp.Not)) else text


def following(context: Context, span: Span, text: str) -> TextEdit:
    """The edit that adds a part after the one at `span`: on a line of its own if that one has one."""
    joint = _joint(context, span)
    line = context.text.rfind("\n", 0, span.end) + 1
    if joint == " " and line and span.end - line + len(text) > _LONGEST:
        joint = _under(context, span) or joint
    return TextEdit(Span(span.end, span.end), f"{joint}{word(context, 'AND')} {text}")


def joined(context: Context, span: Span, parts: list[str]) -> str:
    """Parts to stand at `span`, joined by AND as the ones around it are."""
    return f"{_joint(context, span)}{word(context, 'AND')} ".join(parts)


def _joint(context: Context, span: Span) -> str:
    """What stands between a part and the next AND: a blank, or a new line with its indentation."""
    before = places.previous(context, span.start)
    if before is None:
        return " "
    line = context.text.rfind("\n", 0, before.start) + 1
    indent = context.text[line : before.start]
    if before.upper == "AND" and not indent.strip() and line:
        return "\n" + indent
    gap = context.text[before.end : span.start]
    if "\n" in gap:
        return gap[gap.rfind("\n") :]
    after = places.next_to(context, span.end)
    if after is not None and after.upper == "AND":
        gap = context.text[span.end : after.start]
        return gap[gap.rfind("\n") :] if not gap.strip() and "\n" in gap else " "
    return " "


def _under(context: Context, span: Span) -> str:
    """A new line below the WHERE or HAVING that begins the line of the part at `span`, '' if none
    does."""
    opening = places.previous(context, span.start)
    if opening is None or opening.upper not in ("WHERE", "HAVING"):
        return ""
    line = context.text.rfind("\n", 0, opening.start) + 1
    indent = context.text[line : opening.start]
    return f"\n{indent}  " if line and not indent.strip() else ""


def broken(context: Context, at: int, clauses: list[str]) -> str:
    """A query from its clauses, to stand in parentheses whose first one is at `at`: in one line, or
    where that would be long in a statement of several lines, each clause in a line of its own."""
    line = context.text.rfind("\n", 0, at) + 1
    text = " ".join(clauses)
    if "\n" not in context.text.strip() or len(text) + at - line <= _LONGEST:
        return text
    return ("\n" + " " * (at + 1 - line)).join(clauses)


def listed(context: Context, span: Span, words: str, parts: list[str]) -> str:
    """Parts joined by `words` in parentheses, to stand after AND behind `span`; in several lines
    where one would be long and the conditions around it have lines of their own."""
    text = f"({f' {words} '.join(parts)})"
    joint = _joint(context, span)
    if joint == " " or len(text) + len(joint) <= _LONGEST:
        return text
    return f"({f'{joint}     {words} '.join(parts)})"


def dropped(context: Context, span: Span) -> TextEdit | None:
    """The edit that takes away the part at `span` with its AND, or the whole WHERE or HAVING; None
    if it is part of something else, or if a comment would be lost."""
    before, after = places.previous(context, span.start), places.next_to(context, span.end)
    if before is not None and before.upper == "AND":
        gone = places.deleted(context, Span(before.start, span.end))
    elif after is not None and after.upper == "AND":
        following = places.next_to(context, after.end)
        gone = Span(span.start, following.start if following is not None else after.end)
    elif before is not None and before.upper in ("WHERE", "HAVING"):
        if after is not None and after.upper in ("OR", "AND"):
            return None
        gone = places.deleted(context, Span(before.start, span.end))
    else:
        return None
    return None if commented(context, gone) else TextEdit(gone, "")


def commented(context: Context, span: Span) -> bool:
    """True if a comment stands in `span`, or a template: neither may be lost."""
    at = span.start
    for token in context.tokens[places.index(context, span.start) :]:
        if token.start >= span.end:
            break
        if context.text[at : token.start].strip():
            return True
        at = token.end
    return bool(context.text[at : span.end].strip()) or context.hidden(span)


def text(context: Context, node: exp.Expr | None) -> str:
    """A name or expression as it is written, '' if its place is not known."""
    span = places.whole(context, node)
    return span.of(context.text) if span is not None else ""
