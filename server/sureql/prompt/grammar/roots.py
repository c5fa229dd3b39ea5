"""Which part of the grammar stands at the cursor, by what is expected there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sureql.catalog.model import Function
from sureql.prompt.grammar import changes, clauses, derive, families, relations, whole
from sureql.prompt.grammar.clauses import Query
from sureql.prompt.grammar.families import ANY, NUMBER, TEXT, TIME
from sureql.prompt.grammar.here import Here, Place, sources
from sureql.prompt.grammar.model import (
    Node,
    Rules,
    either,
    listed,
    names,
    seq,
)
from sureql.prompt.grammar.terms import Terms
from sureql.syntax.cursor import Clause, Expect
from sureql.syntax.tokens import Kind, Token

_CONDITIONS = (Clause.WHERE, Clause.ON, Clause.HAVING, Clause.QUALIFY)
_SIGNS = ("=", "<>", "!=", "<", ">", "<=", ">=")
_AGGREGATES = ("sum", "avg")
_ORDERED = (NUMBER, TEXT, TIME, ANY)
_MOST_TABLES = 5
_FACING = frozenset(
    (*_SIGNS, *["+", "-", "*", "/", "||", "%", "IN", "LIKE", "ILIKE", "IS", "BETWEEN", "NOT"])
)
_NAMED = frozenset(("AS", "DESC", "ASC", "NULLS"))
_FRESH = ("WHERE", "AND", "OR", "ON", "NOT", "(", "HAVING")
_ARITHMETIC = ("+", "-", "*", "/")
_ANYWHERE = (*_FRESH, "SELECT", ",", "=", "<", ">", "BY", "THEN", "ELSE")
_OPERANDS = (Kind.STRING, Kind.NUMBER, Kind.PARAMETER, Kind.QUOTED)
_FOLLOWING = (
    _FACING | _NAMED | relations.CLAUSE_WORDS | {"FROM", "AND", "OR", "THEN", "ELSE", "END", "WHEN"}
)
_SETS = frozenset(("UNION", "INTERSECT", "EXCEPT"))


def of(here: Here, rules: Rules) -> Node | None:
    """The unit at the cursor, without the blanks before it; None where nothing can be said."""
    terms = Terms(here, rules, _clear(here))
    expect = here.context.expect
    following = here.after[0] if here.after else None
    if following is not None and not _may_follow(here, following):
        return None
    if following is not None and following.upper in _FACING and expect is Expect.EXPRESSION:
        return _facing(here, terms)
    if (
        following is not None
        and following.upper in _FACING | _NAMED
        and expect is not Expect.RELATION
    ):
        return None if following.upper in _FACING else _one(here, terms)
    if expect is Expect.STATEMENT:
        return _start(here, rules)
    if expect is Expect.RELATION:
        return _relation(here, rules)
    if expect is Expect.COLUMN:
        return changes.columns(here, terms)
    if expect is Expect.EXPRESSION:
        return _expression(here, terms)
    if expect is Expect.OPERATOR:
        return _after_operand(here, terms)
    if expect is Expect.AFTER_RELATION:
        return clauses.following(terms, Query(here), here.context.keywords)
    if expect is Expect.KEYWORD:
        return _keyword(here, terms)
    return None


def _clear(here: Here) -> tuple[Place, ...]:
    """The columns in scope; only with their sources while a table is missing that may have them too."""
    if not here.last or len(sources(here.context, here.visible)) < 2 or not relations.wanted(here):
        return here.columns
    found = []
    for place in here.columns:
        qualified = tuple(text for text in place.written if "." in text)
        found.append(replace(place, written=qualified) if qualified else place)
    return tuple(found)


def _may_follow(here: Here, token: Token) -> bool:
    """True if a whole unit may stand before `token`."""
    if token.text in (".", "[", "::") or token.kind in _OPERANDS:
        return False
    if token.text == "(":
        return False
    if token.kind is Kind.WORD and token.upper not in _FOLLOWING:
        # An alias.
        return here.context.expect is Expect.RELATION
    return True


def _facing(here: Here, terms: Terms) -> Node | None:
    """A column to be compared with what stands behind the cursor."""
    if here.context.clause not in _CONDITIONS or here.previous() not in _FRESH:
        return None
    sign = here.next
    other = here.after[1] if len(here.after) > 1 else None
    if sign == "IS":
        return terms.column()
    if sign in ("LIKE", "ILIKE"):
        return terms.column(TEXT)
    if sign not in _SIGNS or other is None:
        return None
    if other.kind is Kind.NUMBER:
        return terms.column(NUMBER)
    if other.kind is Kind.STRING:
        return terms.column(TEXT)
    place = _place(here)
    return terms.column(place.family) if place is not None else None


def _one(here: Here, terms: Terms) -> Node | None:
    """One item before its alias or direction."""
    query = Query(here)
    if here.context.expect is not Expect.EXPRESSION or here.context.call is not None:
        return None
    if here.context.clause is Clause.ORDER_BY and here.previous() in ("BY", ","):
        return clauses.order_key(terms, query)
    if here.context.clause is Clause.SELECT and here.previous() in ("SELECT", ",", "DISTINCT"):
        return clauses.one(terms, query) if not _counted(here) else None
    return None


def _start(here: Here, rules: Rules) -> Node | None:
    if not here.last or here.before:
        return None
    return seq(here.word("SELECT "), _anything(here, rules))


def _anything(here: Here, rules: Rules) -> Node | None:
    tables = list(relations.index(here.schema, here.dialect).values())
    found = whole.likely(tables, here.text[: here.context.word.start])[:_MOST_TABLES]
    return whole.select(here, rules, found, joins=False)


def _relation(here: Here, rules: Rules) -> Node | None:
    clause = here.context.clause
    if here.context.qualifier is not None or (clause is Clause.INSERT and not here.last):
        return None
    if clause is Clause.JOIN:
        return relations.joined(here, rules)
    return relations.tables(here, relations.clause_of_tables(clause))


def _expression(here: Here, terms: Terms) -> Node | None:
    context = here.context
    clause = context.clause
    previous = here.previous()
    if context.call is not None:
        return _argument(here, terms)
    if clause in (Clause.VALUES, Clause.SET):
        return changes.row(here, terms, None)
    if context.compared is not None:
        return _compared(here, terms)
    query = Query(here)
    if clause in (Clause.SELECT, Clause.RETURNING) and previous not in (*_ARITHMETIC, "WHEN"):
        if previous not in ("SELECT", ",", "DISTINCT", "ALL", "RETURNING"):
            return None
        if not sources(context, here.visible):
            return _unread(here, terms.rules)
        if _counted(here) or not here.columns:
            return None
        return clauses.items(terms, query) if clause is Clause.SELECT else listed(terms.column(), 4)
    if clause in (Clause.GROUP_BY, Clause.ORDER_BY):
        if previous not in ("BY", ","):
            return None
        if clause is Clause.GROUP_BY:
            return clauses.group(terms, query) if previous == "BY" else None
        return clauses.order(terms, query)
    if previous in _ARITHMETIC:
        return _reckoned(here, terms)
    if previous == "WHEN":
        return terms.predicate()
    if clause is Clause.WINDOW and previous == "BY":
        return listed(terms.comparable(), 2)
    if clause is Clause.HAVING and previous in _SIGNS:
        return terms.rule("whole", families.WHOLE, True) if here.previous(2) == ")" else None
    # Behind a qualifier the scan names no keywords.
    if clause in _CONDITIONS and ("EXISTS" in context.keywords or context.qualifier is not None):
        return _condition(here, terms)
    return None


def _unread(here: Here, rules: Rules) -> Node | None:
    """A select list whose tables are not known yet, with them."""
    if here.after or here.context.frame.parent is not None or here.begun.endswith("."):
        return None
    if len(here.before) == 1 and here.previous() == "SELECT":
        return _anything(here, rules)
    if here.previous() != "," or here.before[0].upper != "SELECT" or any(Query(here).aggregated):
        return None
    fitting = relations.with_all_named(here)
    return whole.more(here, rules, whole.likely(fitting, here.text)[:_MOST_TABLES])


def _reckoned(here: Here, terms: Terms) -> Node | None:
    """The other side of `price * `."""
    place = _before(replace(here, before=here.before[:-1]), _ANYWHERE)
    number = place is not None and place.family == NUMBER
    if not number and (len(here.before) < 2 or here.before[-2].kind is not Kind.NUMBER):
        return None
    return either(terms.column(NUMBER), terms.literal(NUMBER))


def _counted(here: Here) -> bool:
    """True if the number of items is given by what stands elsewhere."""
    if here.context.statement_kind == "INSERT" and here.context.clause is Clause.SELECT:
        return True
    if any(token.upper in _SETS for token in (*here.before, *here.after)):
        return True
    return here.context.frame.parent is not None and here.context.clause is Clause.SELECT


def _condition(here: Here, terms: Terms) -> Node | None:
    clause = here.context.clause
    if clause is Clause.HAVING:
        return terms.having()
    if here.previous() not in _FRESH:
        return None
    if clause is Clause.ON:
        linked = relations.conditions(terms)
        return linked if here.previous() == "ON" and linked else either(linked, terms.predicate())
    return terms.predicate()


def _argument(here: Here, terms: Terms) -> Node | None:
    call = here.context.call
    if call is None or here.previous() not in ("(", "DISTINCT", ","):
        return None
    name = call.name.parts[-1].lower()
    overloads = terms.functions.get(name, ())
    if not overloads or not here.columns:
        return None
    closes = here.next != ")" and all(len(one.arguments) == call.index + 1 for one in overloads)
    closes = closes and not any(one.variadic for one in overloads)
    inner: Node | None = None
    if name == "count":
        star = "*" if here.previous() == "(" and not here.begun else None
        inner, closes = either(star, terms.comparable()), here.next != ")"
    elif name in ("min", "max") and call.index == 0:
        ordered = [family for family in _ORDERED if family in terms.by_family]
        inner, closes = (terms.column(*ordered) if ordered else None), here.next != ")"
    else:
        inner = _typed_argument(here, terms, overloads, call.index)
        closes = closes or (name in _AGGREGATES and here.next != ")")
    return seq(inner, ")") if closes else inner


def _typed_argument(
    here: Here, terms: Terms, overloads: Sequence[Function], index: int
) -> Node | None:
    """A column that every overload takes as this argument."""
    wanted = {one.arguments[index] for one in overloads if index < len(one.arguments)}
    found = {families.of(one, here.dialect) if one else ANY for one in wanted}
    if wanted and wanted == {""}:
        return terms.comparable() if index == 0 else None
    kept = sorted(family for family in found if family in (NUMBER, TEXT, TIME))
    if len(kept) != len(found) or not all(family in terms.by_family for family in kept):
        return None
    return terms.column(*kept) if kept else None


def _compared(here: Here, terms: Terms) -> Node | None:
    place = _place(here)
    if place is None:
        return None
    previous = here.previous()
    literal = terms.literal(place.family, place.values)
    if previous in ("IN", "IS", "NOT"):
        return None
    if previous in ("LIKE", "ILIKE"):
        return terms.rule("pattern", families.PATTERNS, True) if place.family == TEXT else None
    if (previous in ("(", ",") and "SELECT" in here.context.keywords) or previous == ",":
        several = listed(literal, 3)
        return several if here.next == ")" else seq(several, ")")
    if previous == "BETWEEN":
        return seq(literal, here.word(" AND "), literal) if here.next != "AND" else literal
    if previous == "AND":
        return literal
    return terms.operand(place.family, place.values) if previous in _SIGNS else None


def _place(here: Here) -> Place | None:
    """The column in scope that the cursor's operand or operator belongs to."""
    path = here.context.compared
    if path is None:
        return None
    name = path.parts[-1].lower()
    source = path.parts[-2].lower() if len(path.parts) > 1 else ""
    for place in here.columns:
        if place.name.lower() == name and source in ("", place.source.lower()):
            return place
    return None


def _after_operand(here: Here, terms: Terms) -> Node | None:
    context = here.context
    query = Query(here)
    if context.clause in _CONDITIONS and "=" in context.keywords:
        if context.clause is Clause.HAVING:
            return None
        place = _before(here)
        tail = terms.tail(place.family, place.values) if place is not None else None
        return derive.after(tail, " ", terms.rules) if tail is not None else None
    keywords = context.keywords
    if context.clause is Clause.SELECT and not sources(context, here.visible):
        if here.previous() in _SIGNS or not here.last or _counted(here):
            return None
        keywords = tuple(word for word in keywords if word == "FROM")
    return clauses.following(terms, query, keywords)


def _before(here: Here, behind: tuple[str, ...] = _FRESH) -> Place | None:
    """The column right before the cursor, if it stands behind one of these words."""
    tokens = here.before
    if not tokens or tokens[-1].kind not in (Kind.WORD, Kind.QUOTED):
        return None
    name = here.dialect.normalize(tokens[-1].text).lower()
    source = ""
    rest = tokens[:-1]
    if len(tokens) > 2 and tokens[-2].text == ".":
        source = here.dialect.normalize(tokens[-3].text).lower()
        rest = tokens[:-3]
    if not rest or rest[-1].upper not in behind:
        return None
    found = [
        place
        for place in here.columns
        if place.name.lower() == name and source in ("", place.source.lower())
    ]
    return found[0] if found else None


def _keyword(here: Here, terms: Terms) -> Node | None:
    context, previous = here.context, here.previous()
    query = Query(here)
    if previous in ("IS", "NOT") and not here.last:
        return None
    if context.clause is Clause.LIMIT and previous in ("LIMIT", "OFFSET"):
        return clauses.limit()
    if previous == "GROUP":
        return seq(here.word("BY "), clauses.group(terms, query))
    if previous == "ORDER":
        return seq(here.word("BY "), clauses.order(terms, query))
    if previous in ("LEFT", "INNER", "RIGHT", "FULL", "OUTER"):
        return seq(here.word("JOIN "), relations.joined(here, terms.rules))
    if previous in ("IS", "NOT") and context.clause in _CONDITIONS:
        words = ["NULL"] if previous == "NOT" else ["NULL", "NOT NULL"]
        fits = [word for word in words if word.split()[0] in " ".join(context.keywords)]
        return names([here.word(word) for word in fits])
    keywords = context.keywords
    if context.clause is Clause.SELECT and not sources(context, here.visible):
        keywords = tuple(word for word in keywords if word == "FROM" and here.last)
    return clauses.following(terms, query, keywords)
