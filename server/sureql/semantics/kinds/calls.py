"""Calls of functions: whether there is such a function, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA
from sqlglot import exp

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.catalog.builtins import signatures
from sureql.catalog.builtins.arities import UNLIMITED, Arity
from sureql.catalog.builtins.signatures import Routine
from sureql.semantics import sources
from sureql.semantics.kinds import arguments, coercion, extensions, naming, overloads
from sureql.text.span import Span

if TYPE_CHECKING:
    from sureql.semantics.kinds.expressions import Typing

_AGGREGATES = {"aggregate": "a", "window": "w"}
_OWN_WORDS: dict[type[exp.Expr], str] = {
    exp.Coalesce: "coalesce",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Nullif: "nullif",
    exp.GroupConcat: "string_agg",
    exp.Substring: "substring",
    exp.StrPosition: "position",
    exp.Trim: "trim",
}
_EMPTY = "`{}` needs an argument, or `*` for count."
# These are no routines, but their arguments are plain ones.
_WORDS_OF_GRAMMAR = {
    "coalesce": Arity(((1, UNLIMITED),)),
    "greatest": Arity(((1, UNLIMITED),)),
    "least": Arity(((1, UNLIMITED),)),
    "nullif": Arity(((2, 2),)),
}
# Words with a grammar of their own; they are no routines.
_GRAMMAR = frozenset(
    """coalesce greatest least nullif row array cast extract trim xmlelement xmlforest xmlpi xmlroot
    xmlparse xmlserialize xmltable xmlexists xmlconcat json_object json_array json_arrayagg
    json_objectagg json json_scalar json_serialize json_value json_query json_exists json_table
    grouping any all some exists in position substring overlay normalize collation treat values
    operator merge_action using interval precision""".split()  # noqa: SIM905
)


def builtin(name: str) -> tuple[Routine, ...]:
    """The overloads of one of PostgreSQL's own routines."""
    return signatures.postgres().routines(name)


def wrong_count(name: str, given: int) -> str:
    """What is wrong with a call of a built-in routine with that many arguments, '' if nothing."""
    word = _WORDS_OF_GRAMMAR.get(name)
    if word is not None:
        return "" if word.takes(given) else f"`{name}` takes {word.wanted}, {given} given."
    found = builtin(name)
    if not found or name in _GRAMMAR or extensions.brings(name):
        return ""
    if given == 0 and all(one.kind == "a" for one in found):
        return _EMPTY.format(name)
    return (
        ""
        if any(True for one in found for _ in overloads.readings(one, given))
        else (_miscounted(name, found, given))
    )


def of(typing: Typing, node: exp.Func) -> str:
    """What a call gives; reports a routine that isn't there or doesn't take the arguments."""
    call = arguments.of(node, typing.text)
    if call is None or typing.masked(call.name):
        for child in node.iter_expressions():
            if not isinstance(child, (exp.Query, exp.Identifier, exp.DataType)):
                typing.of(child)
        return ""
    kinds = [
        typing.of(argument.node) if argument.node is not None else argument.kind
        for argument in call.arguments
    ]
    name, space = _name(typing, node, call.name)
    word = _WORDS_OF_GRAMMAR.get(name) if not space else None
    if word is not None and not call.marked and not word.takes(len(kinds)):
        typing.report(call.name, "wrong-arguments", wrong_count(name, len(kinds)))
    if name in _GRAMMAR or not name:
        return ""
    if any(typing.masked(argument.span) for argument in call.arguments):
        kinds = ["" for _ in kinds]
    found, certain = _overloads(typing, name, space)
    if not found:
        if certain and naming.of(name, typing.schema) == "":
            _missing(typing, call.name, name)
        return naming.of(name, typing.schema) if len(kinds) == 1 else ""
    if certain:
        _classify(typing, node, call, found)
    if call.star:
        return _star(typing, call, name, found)
    if not kinds and certain and all(one.kind == "a" for one in found):
        typing.report(call.name, "wrong-arguments", _EMPTY.format(name))
        return ""
    if call.marked and "VARIADIC" in typing.text.upper():
        return ""
    choice = overloads.routine(found, kinds)
    if choice.fits:
        _literals(typing, call, kinds, choice)
        return choice.result
    if len(kinds) == 1 and (kind := naming.of(name, typing.schema)):
        return kind  # `date(x)` is a cast.
    if certain:
        _refuse(typing, call, name, found, kinds)
    return ""


def is_own_word(typing: Typing, node: exp.Expr) -> bool:
    """False for `nvl(a, b)`, which sqlglot takes for COALESCE: a call like any other here."""
    word = _OWN_WORDS.get(type(node))
    span = sources.span_of(node) if word else None
    return span is None or span.of(typing.text).lower() == word


def ordered(typing: Typing, node: exp.Expr, items: Sequence[exp.Expr]) -> str:
    """`percentile_cont(0.5) WITHIN GROUP (ORDER BY a)`: direct arguments, then ordered ones."""
    if not isinstance(node, exp.Func):
        return ""
    call = arguments.of(node, typing.text)
    if call is None or call.star:
        return ""
    name, space = _name(typing, node, call.name)
    found, certain = _overloads(typing, name, space)
    overloads_ = [one for one in found if one.kind == "o"]
    kinds = [
        *(typing.of(one.node) if one.node is not None else one.kind for one in call.arguments),
        *map(typing.of, items),
    ]
    choice = overloads.routine(overloads_, kinds)
    if found and certain and not choice.fits:
        _refuse(typing, call, name, overloads_ or found, kinds)
    return choice.result


def _name(typing: Typing, node: exp.Func, span: Span) -> tuple[str, str]:
    """The folded name and the schema written before it."""
    written = span.of(typing.text)
    name = written[1:-1] if written.startswith('"') else typing.dialect.normalize(written)
    parent = node.parent
    if isinstance(parent, exp.Dot) and parent.expression is node:
        before = parent.this
        if not isinstance(before, exp.Identifier):
            return "", ""
        return name, sources.name_of(before, typing.dialect)
    return name, ""


def _overloads(typing: Typing, name: str, space: str) -> tuple[list[Routine], bool]:
    """The overloads of that name and whether these are certainly all."""
    schema = typing.schema
    own = list(builtin(name)) if space in ("", "pg_catalog") else []
    if space == "pg_catalog":
        return own, True
    # sqlc.arg(name) is a parameter of a code generator.
    if space in ("information_schema", "sqlc") or space.startswith("pg_"):
        return own, False
    users = schema.functions([space, name] if space else [name])
    own += [_routine(one, schema) for one in users]
    if extensions.brings(name):
        return own, False
    closed = schema.closed_for([space, name] if space else [name])
    return own, closed and "*" not in schema.operators


def _routine(one: catalog.Function, schema: catalog.Catalog) -> Routine:
    kinds = tuple(naming.of(text, schema) if text else "" for text in one.arguments)
    returns = naming.of(one.returns, schema) if one.returns and one.kind != "table" else ""
    return Routine(
        returns=returns,
        arguments=kinds,
        kind=_AGGREGATES.get(one.kind, ""),
        variadic=one.variadic,
        defaults=max(0, len(kinds) - one.required - one.variadic),
    )


def _classify(
    typing: Typing, node: exp.Func, call: arguments.Call, found: Sequence[Routine]
) -> None:
    """Remember what all overloads of a name have in common."""
    roles = {one.kind for one in found}
    if roles == {"w", "o"}:  # rank() and its kin are either.
        roles = {"o" if isinstance(node.parent, exp.WithinGroup) else "w"}
    if len(roles) == 1:
        typing.roles[id(node)] = roles.pop()
    if all(one.rows for one in found):
        typing.rows.add(id(node))
    if call.marked:
        typing.marked.add(id(node))


def _star(typing: Typing, call: arguments.Call, name: str, found: Sequence[Routine]) -> str:
    fitting = [one for one in found if not one.arguments or one.variadic]
    if any(one.kind == "a" for one in fitting):
        return fitting[0].returns
    if not fitting:
        message = f"`{name}` needs an argument, `*` is for count."
        typing.report(call.name, "wrong-arguments", message)
    return ""


def _literals(
    typing: Typing, call: arguments.Call, kinds: Sequence[str], choice: overloads.Choice
) -> None:
    """Literals that are taken as the kind the routine declares."""
    if choice.candidate is None or "unknown" not in kinds:
        return
    declared = list(choice.candidate.arguments)
    bound = coercion.polymorphic(list(kinds), declared) or {}
    for argument, kind, wanted in zip(call.arguments, kinds, declared, strict=False):
        if kind == "unknown" and argument.node is not None:
            typing.accept(argument.node, bound.get(wanted, wanted))


def _missing(typing: Typing, span: Span, name: str) -> None:
    known = [*signatures.postgres().lines, *_users(typing.schema)]
    close = [one for one in known if abs(len(one) - len(name)) <= 2]
    scored = sorted(
        (OSA.distance(name, one.lower()), one.startswith(("_", "pg_")), one) for one in close
    )
    most = 1 if len(name) < 5 else 2
    names = tuple(one for distance, _, one in scored if distance <= most)[:3]
    typing.report(span, "unknown-function", f"No function `{name}` is known.", names)


def _users(schema: catalog.Catalog) -> list[str]:
    return [name for space in schema.schemas.values() for name in space.functions]


def _refuse(
    typing: Typing,
    call: arguments.Call,
    name: str,
    found: Sequence[Routine],
    kinds: Sequence[str],
) -> None:
    counts = sorted({count for one in found for count in _counts(one)})
    open_ = any(one.variadic for one in found)
    if len(kinds) not in counts and not (open_ and len(kinds) > max(counts)):
        message = _miscounted(name, found, len(kinds))
    elif "cast" in typing.schema.operators:
        return
    else:
        listed = ", ".join(naming.label(kind) if kind else "…" for kind in kinds)
        message = f"`{name}` does not take ({listed})."
    typing.report(call.name, "wrong-arguments", message)


def _miscounted(name: str, found: Sequence[Routine], given: int) -> str:
    counts = sorted({count for one in found for count in _counts(one)})
    wanted = _listed(counts) + (" or more" if any(one.variadic for one in found) else "")
    many = "argument" if wanted == "1" else "arguments"
    told = f"`{name}` takes {wanted} {many}, {given} given"
    most = float("inf") if any(one.variadic for one in found) else max(counts, default=0)
    signature = signature_of(name, "postgres", min(counts, default=0), most)
    return f"{told}: {signature}." if signature else f"{told}."


def signature_of(name: str, dialect: str, least: float, most: float) -> str:
    """How a built-in function is called, to be shown; '' if there are more ways than one."""
    found = builtins.functions(dialect).get(name, ())
    if len(found) != 1:
        return ""
    one = found[0]
    listed = one.required, float("inf") if one.variadic else len(one.arguments)
    return f"`{one.signature}`" if listed == (least, most) else ""


def _counts(one: Routine) -> range:
    return range(len(one.arguments) - one.defaults, len(one.arguments) + 1)


def _listed(counts: Sequence[int]) -> str:
    if not counts or counts == [0]:
        return "no"
    if len(counts) == 1:
        return str(counts[0])
    if counts == list(range(counts[0], counts[-1] + 1)):
        return f"{counts[0]} to {counts[-1]}"
    return f"{', '.join(map(str, counts[:-1]))} or {counts[-1]}"
