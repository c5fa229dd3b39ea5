"""A changed statement, which has to parse and to mean something before anybody looks at it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.mending import causes
from sureql.syntax import script
from sureql.text.edits import TextEdit, apply_edits

# Parameters that are known by their order alone: `?` and `%s`.
_POSITIONAL = re.compile(r"\?(?!\d)|%s")


def applied(context: Context, edits: Iterable[TextEdit]) -> Context | None:
    """The statement after `edits`. None if nothing changes, if it is no longer one statement that
    parses, if something is wrong with it that was not before, or if parameters that are told apart
    by their order alone would be moved or copied."""
    listed = tuple(edits)
    try:
        text = apply_edits(context.text, listed)
    except ValueError:
        return None
    if text == context.text or _moves_parameters(context.text, listed):
        return None
    if len(script.of(text, context.dialect).statements) != 1:
        return None
    after = causes.reread(context, text)
    tree: exp.Expr | None = after.tree if after is not None else None
    if after is None or not isinstance(tree, exp.Query):
        return None
    return None if _wrong(after) - _wrong(context) else after


def _moves_parameters(text: str, edits: tuple[TextEdit, ...]) -> bool:
    return any(
        _POSITIONAL.search(one.new_text) or _POSITIONAL.search(one.span.of(text)) for one in edits
    )


def _wrong(context: Context) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.span.of(context.text).lower()) for one in causes.of(context))
