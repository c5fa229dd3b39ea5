"""UNION removes duplicate rows.

What:
    Finds UNION without ALL, except in a recursive CTE, where it ends the recursion.

Why:
    The engine sorts or hashes all rows to find duplicates. If there are none, or if they are
    wanted, UNION ALL gives the same sooner; and duplicates within one of the two queries vanish as
    well.

Example:
    SELECT city FROM customer UNION SELECT billing_city FROM invoice

Use instead:
    SELECT city FROM customer UNION ALL SELECT billing_city FROM invoice
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import places
from sureql.ide.diagnostics.rule import Finding, Rule
from sureql.ide.model import Fix
from sureql.text.edits import TextEdit
from sureql.text.span import Span


def check(context: Context) -> Iterator[Finding]:
    for node in context.all(exp.Union):
        if not node.args.get("distinct") or _recursive(node):
            continue
        right = places.whole(context, node.expression)
        word = places.before(context, right.start, "UNION") if right is not None else None
        following = places.next_to(context, word.end) if word is not None else None
        if word is None or following is None or following.is_word("DISTINCT"):
            continue
        edit = TextEdit(Span(word.end, word.end), " all" if word.text.islower() else " ALL")
        fix = Fix("Change to UNION ALL", (edit,), "unsafe")
        message = "UNION looks for duplicates: use UNION ALL if there are none or they are wanted."
        yield Finding(word.span, message, (fix,))


def _recursive(node: exp.Expr) -> bool:
    """True for the body of a CTE that reads itself."""
    above = node.parent
    while isinstance(above, (exp.SetOperation, exp.Subquery)):
        above = above.parent
    if not isinstance(above, exp.CTE):
        return False
    name = above.alias.lower()
    return any(table.name.lower() == name for table in node.find_all(exp.Table))


RULE = Rule("performance", "hint", check, fix="unsafe")
