"""What is known of a place before any source is asked."""

from __future__ import annotations

from sureql.prompt import hidden, windows
from sureql.prompt.model import Place
from sureql.prompt.piece import Here
from sureql.syntax import cursor, lexer, templates, vocabulary
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

_CLAUSES = vocabulary.words(
    """
    SELECT FROM WHERE JOIN ON USING GROUP HAVING ORDER LIMIT SET VALUES INTO INSERT UPDATE DELETE
    MERGE UNION INTERSECT EXCEPT RETURNING WITH QUALIFY WINDOW CREATE ALTER DROP REFERENCES
    """
)


def at(place: Place, wish: str = "") -> Here:
    """`wish`: the words that say what is wanted, where there are any."""
    snapshot = place.snapshot
    script = snapshot.script
    statement = script.at(place.offset)
    start, end = min(statement.start, place.offset), max(statement.end, place.offset)
    written = snapshot.text[start:end]
    masked, _ = templates.mask(written, script.dialect)
    offset = place.offset - start
    found = hidden.of(place.hidden, snapshot.catalog_at(statement))
    return Here(
        statement=statement,
        text=written,
        masked=masked,
        context=cursor.at(masked, offset, script.dialect),
        schema=found.schema,
        dialect=script.dialect,
        window=windows.around(script, place.offset, found.named_in),
        settled=wish or settled(written, offset, script.dialect),
        hidden=found,
        asked=bool(wish),
    )


def settled(text: str, offset: int, dialect: Dialect) -> str:
    """The statement `text` without the clause that is being written at `offset`."""
    clause = 0
    for token in lexer.tokens(text[:offset], dialect):
        if token.kind is Kind.COMMENT:
            if token.end < offset:
                clause = token.end
        elif token.upper in _CLAUSES and token.end < offset:
            clause = token.start
    return text[:clause] + text[offset:]
