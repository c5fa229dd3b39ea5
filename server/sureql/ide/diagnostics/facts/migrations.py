"""DDL as the rules about migrations read it: from tokens, because much of it has no tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.edits import TextEdit
from sureql.text.span import Span

Tokens = tuple[Token, ...]
_LIST_ENDS = ("CASCADE", "RESTRICT", "PURGE", "RESTART", "CONTINUE")
_NO_COLUMN = ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "LIKE", "NOT")
_AFTER_TYPE = frozenset(
    """CONSTRAINT NOT NULL CHECK DEFAULT GENERATED UNIQUE PRIMARY REFERENCES COLLATE COMPRESSION
    STORAGE DEFERRABLE INITIALLY USING""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name as the engine stores them, and where it stands."""

    parts: tuple[str, ...]
    span: Span

    @property
    def last(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as ADD COLUMN, CREATE TABLE or ALTER COLUMN … TYPE gives it.

    `rest` is what follows the type, `changed` tells the last of the three.
    """

    name: Name
    type: Tokens
    rest: Tokens
    changed: bool = False

    @property
    def type_words(self) -> str:
        """The type in lower case without size or brackets: `character varying`, `timestamp`."""
        words = []
        depth = 0
        for token in self.type:
            depth += token.text in ("(", "[")
            if not depth:
                words.append(token.text.lower())
            depth -= token.text in (")", "]")
        return " ".join(words).removeprefix("pg_catalog . ")

    @property
    def whole(self) -> Span:
        return Span(self.type[0].start, self.type[-1].end)


@dataclass(frozen=True, slots=True)
class Altered:
    """An ALTER TABLE: its table, what the catalog knows of it, and its actions.

    `later`: the catalog is read from this very file, so it knows what comes of the statement too.
    """

    table: Name
    relation: catalog.Relation | None
    actions: tuple[Tokens, ...]
    later: bool


# By identity of the context: a dozen rules ask for the same statement.
@lru_cache(maxsize=8)
def altered(context: Context) -> Altered | None:
    """The ALTER TABLE of a statement, None if it is something else.

    Also None where no rule has anything to say: the table is temporary or the file makes it above,
    or the migration is taken back.
    """
    tokens = context.tokens
    if len(tokens) < 4 or not tokens[1].is_word("TABLE") or context.around.undoes:
        return None
    table, place = name_at(tokens, skip(tokens, 2, "IF", "EXISTS", "ONLY"), context.dialect)
    if table is None or is_new(context, table):
        return None
    place = place + 1 if tokens[place : place + 1] and tokens[place].text == "*" else place
    actions = tuple(items(tokens[place:]))
    later = context.path in context.schema.sources
    return Altered(table, context.schema.find(table.parts), actions, later)


def is_new(context: Context, table: Name) -> bool:
    """True for a temporary table and for one that this file makes above: nobody uses it yet."""
    key = table.last.lower()
    if f"table {key}" in context.around.above or f"view {key}" in context.around.above:
        return True
    relation = context.schema.find(table.parts)
    return key.startswith("#") or (relation is not None and relation.kind == "temporary table")


def listed(context: Context, place: int) -> Iterator[Name]:
    """The names of a list that begins at a token: DROP TABLE a, b CASCADE."""
    tokens = context.tokens
    while place < len(tokens) and not tokens[place].is_word(*_LIST_ENDS):
        found, place = name_at(tokens, skip(tokens, place, "ONLY"), context.dialect)
        if found is None:
            return
        yield found
        if place >= len(tokens) or tokens[place].text != ",":
            return
        place += 1


def name_at(tokens: Sequence[Token], place: int, dialect: Dialect) -> tuple[Name | None, int]:
    """The name at a token, and the token behind it."""
    parts: list[str] = []
    start = place
    while place < len(tokens) and tokens[place].kind in (Kind.WORD, Kind.QUOTED):
        parts.append(dialect.normalize(tokens[place].text))
        place += 1
        if place + 1 >= len(tokens) or tokens[place].text != ".":
            break
        place += 1
    if not parts:
        return None, place
    return Name(tuple(parts), Span(tokens[start].start, tokens[place - 1].end)), place


def skip(tokens: Sequence[Token], place: int, *words: str) -> int:
    """The first token from `place` on that is none of `words`."""
    while place < len(tokens) and tokens[place].is_word(*words):
        place += 1
    return place


def begins(tokens: Sequence[Token], *words: str) -> bool:
    """True if `tokens` begin with these words or marks."""
    return [token.upper for token in tokens[: len(words)]] == list(words)


def find(tokens: Sequence[Token], *words: str) -> int:
    """Where these words or marks stand side by side outside all parentheses, else -1."""
    depth = 0
    for place, token in enumerate(tokens):
        if depth == 0 and begins(tokens[place : place + len(words)], *words):
            return place
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
    return -1


def items(tokens: Tokens) -> Iterator[Tokens]:
    """What stands between the commas outside all parentheses."""
    first = depth = 0
    for place, token in enumerate(tokens):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth == 0 and token.text == ",":
            yield tokens[first:place]
            first = place + 1
    yield tokens[first:]


def span(tokens: Sequence[Token]) -> Span:
    """From the first token to the last."""
    return Span(tokens[0].start, tokens[-1].end)


def concurrently(place: int) -> Fix:
    """Writes CONCURRENTLY behind an offset."""
    edit = TextEdit(Span(place, place), " CONCURRENTLY")
    return Fix("Add `CONCURRENTLY`", (edit,), "unsafe", True)


def not_valid(action: Tokens) -> Fix:
    """Appends NOT VALID to a constraint that is added."""
    end = action[-1].end
    return Fix("Add `NOT VALID`", (TextEdit(Span(end, end), " NOT VALID"),), "unsafe", True)


def added_column(action: Tokens, dialect: Dialect) -> Column | None:
    """The column that an action of ALTER TABLE adds."""
    if not begins(action, "ADD"):
        return None
    explicit = begins(action, "ADD", "COLUMN")
    if not explicit and len(action) > 1 and action[1].is_word(*_NO_COLUMN):
        return None
    return _column(action[skip(action, 1, "COLUMN", "IF", "NOT", "EXISTS") :], dialect)


def added_constraint(action: Tokens) -> Tokens:
    """The constraint that an action of ALTER TABLE adds to the table, without its name; else ()."""
    if begins(action, "ADD", "CONSTRAINT"):
        return action[3:]
    kinds = ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE")
    return action[1:] if begins(action, "ADD") and action[1:] and action[1].is_word(*kinds) else ()


def unchecked(constraint: Tokens) -> bool:
    """True if the rows that are there already are not looked at."""
    return find(constraint, "NOT", "VALID") >= 0 or find(constraint, "NOT", "ENFORCED") >= 0


def checked_at_once(context: Context, *words: str) -> Iterator[tuple[Name, Tokens, Tokens]]:
    """The constraints that begin with `words` and that an ALTER TABLE adds for the rows that are
    there already too: the table, the constraint, and the action that adds it."""
    found = altered(context)
    for action in found.actions if found is not None else ():
        constraint = added_constraint(action)
        if found is not None and begins(constraint, *words) and not unchecked(constraint):
            yield found.table, constraint, action


def keys_without_index(context: Context, *words: str) -> Iterator[tuple[Name, Tokens]]:
    """The keys that begin with `words` and that an ALTER TABLE adds, to the table or with a column,
    without an index that is there already: the table and the key."""
    found = altered(context)
    for action in found.actions if found is not None else ():
        key = added_constraint(action)
        if find(key, "USING", "INDEX") >= 0:
            continue
        column = added_column(action, context.dialect)
        if column is not None:
            place = find(column.rest, *words)
            key = column.rest[place:] if place >= 0 else ()
        if found is not None and begins(key, *words):
            yield found.table, key


def altered_column(action: Tokens, dialect: Dialect) -> tuple[Name, Tokens] | None:
    """The column that ALTER COLUMN changes, and what it says about it."""
    if not begins(action, "ALTER") or begins(action, "ALTER", "CONSTRAINT"):
        return None
    name, place = name_at(action, skip(action, 1, "COLUMN"), dialect)
    return (name, action[place:]) if name is not None else None


def retyped_column(action: Tokens, dialect: Dialect) -> Column | None:
    """The column whose type an action of ALTER TABLE changes."""
    found = altered_column(action, dialect)
    if found is None:
        return None
    name, rest = found
    rest = rest[2:] if begins(rest, "SET", "DATA") else rest
    if not begins(rest, "TYPE") or len(rest) < 2:
        return None
    end = _type_end(rest, 1)
    return Column(name, rest[1:end], rest[end:], True) if end > 1 else None


@lru_cache(maxsize=8)
def columns(context: Context) -> tuple[Column, ...]:
    """The columns that CREATE TABLE or ALTER TABLE define or give another type."""
    tokens, dialect = context.tokens, context.dialect
    place = next((at for at, token in enumerate(tokens[:5]) if token.is_word("TABLE")), 0)
    name, place = name_at(tokens, skip(tokens, place + 1, "IF", "NOT", "EXISTS", "ONLY"), dialect)
    if name is None or place >= len(tokens):
        return ()
    found: list[Column | None] = []
    if begins(tokens, "ALTER"):
        for action in items(tokens[place:]):
            found += [added_column(action, dialect), retyped_column(action, dialect)]
    elif tokens[place].text == "(":
        inner = tokens[place + 1 :]
        close = find(inner, ")")
        for item in items(inner[:close] if close >= 0 else inner):
            if item and not item[0].is_word(*_NO_COLUMN):
                found.append(_column(item, dialect))
    return tuple(column for column in found if column is not None)


def _column(tokens: Tokens, dialect: Dialect) -> Column | None:
    name, place = name_at(tokens, 0, dialect)
    end = _type_end(tokens, place)
    if name is None or end == place:
        return None
    return Column(name, tokens[place:end], tokens[end:])


def _type_end(tokens: Tokens, place: int) -> int:
    """The token behind the type that begins at a token."""
    depth = 0
    while place < len(tokens):
        token = tokens[place]
        if depth == 0 and token.is_word(*_AFTER_TYPE):
            break
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        place += 1
    return place
