"""Which of PostgreSQL's refusals hold for the real database too.

The shadow may lack what the catalog does not know, and a driver may send what our parameters
stand for in another way. Then a refusal says nothing about the statement, and it is not passed on.
What an error is about is read from its code, its place and the server's function that raised it,
never from its message, which may be translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.oracle import statements
from sureql.oracle.postgres import extension_names, type_names
from sureql.oracle.postgres.link import Refusal
from sureql.oracle.postgres.shadow import Fit
from sureql.oracle.postgres.type_names import BUILT_IN, words
from sureql.syntax import dialects
from sureql.syntax.tokens import Kind, Token

_RULES = dialects.get("postgres")
# Syntax and names, data (constants are read while parsing), features that do not exist, schemas.
_CLASSES = ("42", "22", "0A", "3F")
_GRAMMAR = frozenset(("scanner_yyerror", "base_yyerror"))
_UNTRUSTED_CODES = frozenset(
    (
        "42501",  # Rights: ours are not the user's.
        "42P08",  # Parameters: a driver may send types or paste values.
        "42P18",
        "42P02",
        "42P21",  # Collations are not in the shadow.
        "42P22",
    )
)
# An extension may have operators of other names for the built-in types.
_OPERATORS = words(
    """
    = <> != < > <= >= + - * / || ~ !~ ~* !~* ~~ -> ->> #> #>> @> <@ ? ?| ?& && ^
    IN LIKE ILIKE NOT BETWEEN SIMILAR ANY ALL SOME CASE WHEN
    """
)
_ODD = frozenset("~!@#%^&|`?")
_ARRAY_OPERATORS = words("+ - # & |")
# Which of `1/2/99` is the year is a setting; a year of four digits in front always is one.
_DEPENDS_ON_STYLE = re.compile(r"'(?!\s*\d{4}-)[^']*\d")
_CONVERTERS = "reg"  # regclassin, regtypein … look a name up that stands in a string.


@dataclass(frozen=True, slots=True)
class Question:
    """A statement that was refused, and what is known about what it mentions."""

    catalog: catalog.Catalog
    tokens: tuple[Token, ...]
    names: frozenset[str]
    fit: Fit
    live: bool = False


def holds(refusal: Refusal, asked: Question) -> bool:
    """True if the user's database would refuse the statement as well."""
    code = refusal.code
    if not code.startswith(_CLASSES) or code in _UNTRUSTED_CODES:
        return False
    here = _token_at(asked.tokens, refusal.position - 1)
    if refusal.source in _GRAMMAR:
        return here is None or here.kind is not Kind.PARAMETER or _ends_operand(asked.tokens, here)
    if here is not None and here.kind is Kind.STRING and refusal.source.startswith(_CONVERTERS):
        return False
    chain = _name_at(asked.tokens, here)
    if asked.live and _catalog_knows(chain, asked):
        return False  # Made by an earlier statement of the file: the database does not have it yet.
    if code == "42P01":
        return _relation_is_missing(refusal, chain, asked)
    if code in ("42712", "42702"):
        return True
    if asked.fit.incomplete:
        return False
    if code == "42703" and refusal.source in ("errorMissingColumn", "checkInsertTargets"):
        return True
    return not is_vague(asked) and _is_known_enough(refusal, here, chain, asked)


def is_vague(asked: Question) -> bool:
    """True if a column whose type is not the real one may take part in the statement."""
    if not asked.fit.vague:
        return False
    if asked.fit.vague & asked.names or asked.tokens[0].is_word("INSERT", "MERGE"):
        return True
    return statements.may_read(asked.tokens, _RULES, asked.fit.vague)


def _is_known_enough(
    refusal: Refusal, here: Token | None, chain: tuple[str, ...], asked: Question
) -> bool:
    # Would the catalog know it if it were otherwise?
    code, source = refusal.code, refusal.source
    if code == "42883":
        return _call_is_wrong(refusal, here, chain, asked)
    if code == "42704":
        return _object_is_missing(source, chain, asked)
    if code == "3F000":
        return asked.live or (asked.catalog.closed and not _is_schema(chain, asked.catalog))
    if code == "42725":
        return not any(token.kind is Kind.PARAMETER for token in asked.tokens)
    if code == "0A000":
        return len(chain) < 3  # The scratch database has another name than the user's.
    if code == "42809":
        return not asked.catalog.functions(chain)  # It may be a window function.
    if code == "42846":
        target = _type_after(asked.tokens, here)
        return not target or asked.catalog.find(target) is None
    if code in ("22007", "22008"):
        return here is None or not _DEPENDS_ON_STYLE.match(here.text)
    if source == "enum_in":
        return asked.live or _all_closed(asked.catalog)
    return True


def _relation_is_missing(refusal: Refusal, chain: tuple[str, ...], asked: Question) -> bool:
    if refusal.source == "errorMissingRTE":
        return True
    if not chain:
        return False
    if asked.live:
        return True
    return asked.catalog.find(chain) is None and asked.catalog.closed_for(chain)


def _call_is_wrong(
    refusal: Refusal, here: Token | None, chain: tuple[str, ...], asked: Question
) -> bool:
    # No function or operator takes these arguments.
    if refusal.source.startswith(("op_error", "make_op", "oper", "left_oper")) or not chain:
        if here is None or _operator_at(asked.tokens, here) not in _OPERATORS:
            return False
        return not (here.text in _ARRAY_OPERATORS and "[" in refusal.message)
    if asked.live:
        return True
    overloads, name = asked.catalog.functions(chain), chain[-1]
    if overloads and any(token.text in ("=>", ":=") for token in asked.tokens):
        return False  # The catalog does not know the arguments' names.
    if not _all_closed(asked.catalog) or _makes_a_range(name, asked.catalog):
        return False
    if any(_takes_rows(kind, asked.catalog) for found in overloads for kind in found.arguments):
        return False
    if overloads or name in builtins.functions("postgres"):
        return True
    if len(chain) > 1 and not _is_schema(chain[:1], asked.catalog):
        return False
    return not extension_names.is_function(name)


def _makes_a_range(name: str, known: catalog.Catalog) -> bool:
    # A range type brings a multirange type and functions of both names.
    kinds = (schema.types.get(known.key(name)) for schema in known.schemas.values())
    return name.endswith("multirange") or any(kind and kind.kind == "range" for kind in kinds)


def _takes_rows(kind: str, known: catalog.Catalog) -> bool:
    # Rows of tables that inherit from each other, or are of a type, stand in for one another.
    def of_rows(parts: tuple[str, ...]) -> str | None:
        enums = any(known.key(parts[-1]) in schema.enums for schema in known.schemas.values())
        return "text" if enums else None

    return type_names.written(kind, _RULES, of_rows, pseudo=True) is None


def _object_is_missing(source: str, chain: tuple[str, ...], asked: Question) -> bool:
    if source.startswith("transformWindow"):
        return True
    if not source.startswith("typename") or not chain:
        return False  # Collations, constraints, text search configurations, sampling methods.
    if asked.live:
        return True
    if not _all_closed(asked.catalog) or extension_names.is_type(chain[-1]):
        return False
    if _makes_a_range(chain[-1], asked.catalog):
        return False
    key = asked.catalog.key(chain[-1])
    where = [asked.catalog.schema(name) for name in chain[-2:-1] or asked.catalog.search_path]
    return not any(
        schema and (key in schema.types or key in schema.enums or schema.find(key))
        for schema in where
    )


def _operator_at(tokens: tuple[Token, ...], here: Token) -> str:
    # What PostgreSQL reads as one operator: it takes every sign that follows at once.
    written, end = here.upper, here.end
    for token in tokens[tokens.index(here) + 1 :]:
        if here.kind is not Kind.OPERATOR or token.kind is not Kind.OPERATOR or token.start != end:
            break
        written, end = written + token.upper, token.end
    # A sign at the end belongs to the operand, as in `a=-1`, unless the name could only be odd.
    return written if _ODD.intersection(written) else written.rstrip("+-") or written


def _ends_operand(tokens: tuple[Token, ...], here: Token) -> bool:
    # True if an operand stands right before: no value that a driver may paste here would do.
    before = tokens[tokens.index(here) - 1]
    if before.kind is Kind.WORD:
        return before.text.lower() not in BUILT_IN | _RULES.reserved
    return before.kind in (Kind.NUMBER, Kind.STRING, Kind.PARAMETER) or before.text == ")"


def _all_closed(schema: catalog.Catalog) -> bool:
    found = [schema.schema(name) for name in schema.search_path]
    return schema.closed and bool(found) and all(one is not None and one.closed for one in found)


def _is_schema(chain: tuple[str, ...], schema: catalog.Catalog) -> bool:
    return bool(chain) and schema.schema(chain[0]) is not None


def _catalog_knows(chain: tuple[str, ...], asked: Question) -> bool:
    if not chain:
        return False
    known = asked.catalog
    if known.find(chain) is not None or known.functions(chain) or known.schemas.get(chain[0]):
        return True
    key = known.key(chain[-1])
    mentioned = (known.find((name,)) for name in asked.names)
    return any(
        any(known.key(column.name) == key for column in relation.columns)
        for relation in mentioned
        if relation is not None
    ) or any(key in schema.enums or key in schema.types for schema in known.schemas.values())


def _token_at(tokens: tuple[Token, ...], offset: int) -> Token | None:
    return next((token for token in tokens if token.start <= offset < token.end), None)


def _type_after(tokens: tuple[Token, ...], here: Token | None) -> tuple[str, ...]:
    # The type of the cast that stands at a token: `here::type` or CAST(value AS type).
    for index, token in enumerate(tokens):
        if here and token.start >= here.start and (token.text == "::" or token.is_word("AS")):
            return _name_at(tokens, tokens[index + 1] if index + 1 < len(tokens) else None)
    return ()


def _name_at(tokens: tuple[Token, ...], here: Token | None) -> tuple[str, ...]:
    # The dotted name that begins at a token; () if none does.
    if here is None or here.kind not in (Kind.WORD, Kind.QUOTED):
        return ()
    index = tokens.index(here)
    parts = [_RULES.normalize(here.text)]
    while (
        index + 2 < len(tokens)
        and tokens[index + 1].text == "."
        and tokens[index + 2].kind in (Kind.WORD, Kind.QUOTED)
    ):
        index += 2
        parts.append(_RULES.normalize(tokens[index].text))
    return tuple(parts)
