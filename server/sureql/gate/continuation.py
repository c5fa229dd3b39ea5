"""The shortest continuations of an unfinished statement: what "a valid prefix" is measured with.

A prefix is valid if one of its continuations is a statement. Closing what is open (`closing`) makes
it parse. Names whose relation is still to come (`SELECT name FROM <|>`) make it resolve once the
relation is supplied, and columns beside aggregates once they are grouped by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from sureql.catalog import model as catalog
from sureql.gate import closing, grouping, levels, names, supply
from sureql.gate.closing import Part
from sureql.gate.ends import Filler
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token

MOST_MEMBERS = 5
_OPERANDS = (
    ("NULL", ""),
    ("NULL", " IS NULL"),
    ("1", ""),
    ("1", " IS NULL"),
    ("'x'", ""),
    ("(SELECT NULL)", ""),
    ("INTERVAL '1' DAY", ""),
    ("DATE '2000-01-01'", ""),
)


def continuations(text: str, dialect: Dialect, schema: catalog.Catalog) -> Iterator[str]:
    """Whole statements that begin with `text` (masked), likeliest to be valid first."""
    tokens = lexer.code(text, dialect)
    if not tokens:
        yield text + "\nSELECT 1"
        return
    text = _closed(text, dialect)
    seen: set[str] = set()
    begun = [(each, lexer.code(each, dialect)) for each in _begun(text, dialect, schema)]
    # A name at the end is mostly a column, alone or as a condition; other readings come later.
    tries = [(filling, begun[0]) for filling in _OPERANDS[:2]]
    tries += [(filling, each) for filling in _OPERANDS for each in begun]
    for (operand, predicate), (each, code) in tries:
        for member in _members(code, schema, dialect):
            parts = closing.parts(code, Filler(operand, predicate, member), schema, dialect)
            for whole in _filled(each, code, parts, schema, dialect):
                tail = whole[len(each) :]
                # Not everything can be made an integer, but everything a text.
                for typed in (whole, each + tail.replace(" integer)", " text)")):
                    if typed not in seen:
                        seen.add(typed)
                        yield typed


def _begun(text: str, dialect: Dialect, schema: catalog.Catalog) -> Iterator[str]:
    # A name at the end may be a column, or the beginning of a qualified name or of a call.
    yield text
    tokens = lexer.code(text, dialect)
    last = tokens[-1]
    relation = len(tokens) > 1 and tokens[-2].is_word("FROM", "JOIN", "INTO", "UPDATE", "TABLE")
    if last.kind in (Kind.WORD, Kind.QUOTED) and last.end == len(text.rstrip()):
        plain = last.kind is Kind.QUOTED or last.upper not in levels.RESERVED
        if plain and (not relation or schema.schema(dialect.normalize(last.text))):
            yield text + "."
        if last.kind is Kind.WORD and names.is_usual_function(last, schema):
            yield text + "("
        if last.is_word("DATE", "TIMESTAMP", "TIME"):
            yield text + " '2000-01-01'"
    if last.text == ")" and _calls_window(tokens):
        yield text + " OVER ()"
    if _first_argument(tokens):
        yield from (text + ", " + rest for rest in _same_call(text, tokens))
        yield text + ", 1"
        yield text + ", 1, 1"


def _first_argument(tokens: Sequence[Token]) -> bool:
    # True behind a call's first argument, a name: there may have to be more of them.
    at = len(tokens) - 1
    while at > 1 and tokens[at - 1].text == ".":
        at -= 2
    if at < 2 or tokens[at - 1].text != "(" or tokens[-1].kind not in (Kind.WORD, Kind.QUOTED):
        return False
    called = tokens[at - 2]
    return called.kind is Kind.WORD and called.upper not in levels.RESERVED


def _same_call(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    # The other arguments of a call that began like the one at the end: it may have to be the same.
    call = tuple(token.upper for token in tokens[-3:])
    for index in range(len(tokens) - 6):
        if tuple(token.upper for token in tokens[index : index + 3]) != call:
            continue
        if tokens[index + 3].text == ",":
            rest = text[tokens[index + 3].end :]
            yield rest[: rest.find(")")].strip()
            return


def _calls_window(tokens: Sequence[Token]) -> bool:
    depth = 0
    for index in range(len(tokens) - 1, 0, -1):
        depth += (tokens[index].text == ")") - (tokens[index].text == "(")
        if depth == 0:
            return tokens[index - 1].is_word(*closing.WINDOW_FUNCTIONS)
    return False


def _filled(
    text: str,
    tokens: Sequence[Token],
    parts: list[Part],
    schema: catalog.Catalog,
    dialect: Dialect,
) -> Iterator[str]:
    grouped = grouping.groups(tokens, parts, dialect)
    plain = _assembled(text, grouping.regrouped(parts, grouped), grouped)
    extra = supply.sources(plain, len(text), parts, schema, dialect)
    if extra:
        both = {depth: extra.get(depth, "") + grouped.get(depth, "") for depth in extra | grouped}
        found = _assembled(text, grouping.regrouped(parts, grouped), both)
        more = supply.columns(found, len(text), parts, schema, dialect)
        if more:
            both = {depth: more.get(depth, "") + both.get(depth, "") for depth in more | both}
            yield _assembled(text, grouping.regrouped(parts, grouped), both)
        yield found
    yield plain
    if grouped:
        yield _assembled(text, parts, extra)
    for more in (
        supply.local_sources(tokens, parts, schema, dialect),
        supply.derived(plain, len(text), parts, schema, dialect),
    ):
        if more:
            both = {depth: more.get(depth, "") + grouped.get(depth, "") for depth in more | grouped}
            yield _assembled(text, grouping.regrouped(parts, grouped), both)


def _assembled(text: str, parts: Sequence[Part], extra: dict[int, str]) -> str:
    tail = (part.piece + extra.get(depth, "") + part.closer for depth, part in enumerate(parts))
    return text + "".join(tail)


def _closed(text: str, dialect: Dialect) -> str:
    # The text with its unclosed string, quoted name or comment closed.
    last = lexer.tokens(text, dialect)[-1]
    if last.closed:
        # A line comment would swallow what follows.
        return text + "\n" if last.kind is Kind.COMMENT and last.end == len(text) else text
    if last.kind is Kind.COMMENT:
        return text + ("\n" if last.text.startswith(("--", "#")) else " */")
    if last.kind is Kind.QUOTED:
        return text + ("]" if last.text[0] == "[" else last.text[0])
    if "$" in last.text[:1]:
        return text + last.text[: last.text.index("$", 1) + 1]
    return text + "'"


def _members(tokens: Sequence[Token], schema: catalog.Catalog, dialect: Dialect) -> tuple[str, ...]:
    # What may stand after `name.` at the end of the text.
    if len(tokens) < 2 or tokens[-1].text != ".":
        return ("x1",)
    qualifier = dialect.normalize(tokens[-2].text)
    if found := schema.schema(qualifier):
        first = next(iter(found.relations.values()), None)
        return (dialect.write(first.name),) if first else ("x1",)
    relation = supply.aliases(tokens, schema, dialect).get(schema.key(qualifier))
    relation = relation or schema.find([qualifier])
    if relation is None or not relation.columns:
        # Of a derived table or CTE: its columns are named somewhere in the text.
        named = [token.text for token in tokens if token.kind in (Kind.WORD, Kind.QUOTED)]
        plain = (name for name in named if name.upper() not in levels.RESERVED)
        return ("*", *islice(dict.fromkeys(plain), MOST_MEMBERS))
    return (dialect.write(relation.columns[0].name), "*")
