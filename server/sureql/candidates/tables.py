"""Relations, CTEs, table functions and schemas where a relation is expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest
from math import log1p

from sureql.candidates import ask as asking
from sureql.candidates import functions, joins, match, objects, schema_index, table_score
from sureql.candidates.ask import Ask
from sureql.candidates.model import Candidate
from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.syntax.cursor import Clause

BASE = 2.0
_MOST = 400
_UNUSED_CTE, _USED_CTE, _OWN_CTE = 4.0, 0.8, 4.0
_WRITE_CLAUSES = frozenset({Clause.INSERT, Clause.UPDATE, Clause.DELETE, Clause.MERGE})
_NO_CTE = _WRITE_CLAUSES | {Clause.REFERENCES, Clause.CREATE, Clause.ALTER, Clause.DROP}


def at(ask: Ask) -> list[Candidate]:
    """Everything that may be named as a relation, with whole joins where they fit."""
    evidence = table_score.evidence(ask)
    scores = table_score.scores(ask, evidence)
    fitting = [
        (tier, score, name)
        for name, score in scores.items()
        if (tier := ask.tier(ask.index.relations[name].name))
        and objects.may_be(ask, ask.index.relations[name])
    ]
    relations = [_relation(ask, name, score) for _, score, name in nlargest(_MOST, fitting)]
    if not ask.index.complete:
        relations = list(_by_name(ask))
    found = [
        *relations,
        *_ctes(ask, evidence),
        *_schemas(ask),
    ]
    if ask.clause is Clause.JOIN and not ask.context.quote:
        found.extend(joins.at(ask, found))
    if ask.clause in (Clause.FROM, Clause.JOIN):
        found.extend(functions.of_kind(ask, "table", -2.0))
        found.extend(_system(ask))
    return found


def in_schema(ask: Ask, name: str) -> list[Candidate]:
    """The relations of one schema, without its name."""
    schema = ask.place.catalog.schema(name)
    scores = table_score.scores(ask) if ask.index.complete else {}
    system = schema is None
    if schema is None:
        schema = builtins.schemas(ask.place.dialect.name).get(name.lower())
    if schema is None:
        return []
    found = []
    if not ask.index.complete and not system:
        names = [key for key in schema.relations if ask.tier(key)]
        relations = [schema.relations[key] for key in names[:_MOST]]
    else:
        relations = [
            one
            for one in schema.relations.values()
            if ask.tier(one.name) and objects.may_be(ask, one)
        ]
    for relation in relations:
        score = BASE + scores.get(schema_index.key(relation), 0.0)
        found.append(_made(ask, relation, score, ""))
    if ask.clause is Clause.JOIN and not ask.context.quote:
        found.extend(joins.at(ask, found))
    return found


def _relation(ask: Ask, name: schema_index.RelationKey, score: float) -> Candidate:
    relation = ask.index.relations[name]
    if ask.clause in _WRITE_CLAUSES and relation.kind not in ("table", "temporary", "foreign"):
        score -= 3.0
    if ask.clause in (Clause.REFERENCES, Clause.CREATE) and "view" in relation.kind:
        score -= 3.0
    on_path = ask.place.catalog.find((relation.name,)) is relation
    qualifier = "" if on_path else f"{ask.place.dialect.write(relation.schema)}."
    return _made(ask, relation, BASE + score, qualifier)


def _made(ask: Ask, relation: catalog.Relation, score: float, qualifier: str) -> Candidate:
    kind = "view" if "view" in relation.kind else "table"
    written = relation.written or ask.place.dialect.write(relation.name)
    qualifier = "" if relation.written else qualifier
    made = asking.name(ask, kind, written, relation.name, score, qualifier)
    # Editors compare what is typed with labels too; only a namesake makes the schema needed there.
    namesake = bool(qualifier) and ask.place.catalog.find((relation.name,)) is not None
    facts = (relation.kind, relation.schema if qualifier else "", relation.comment)
    return replace(
        made,
        label=f"{qualifier}{relation.name}"
        if namesake and not ask.context.quote
        else relation.name,
        detail=" · ".join(fact for fact in facts if fact),
        relation=relation,
    )


def _by_name(ask: Ask) -> Iterator[Candidate]:
    """Of a huge catalog only the relations whose name fits are decoded, best fits first."""
    place = ask.place
    near = {source.relation.name.lower() for source in ask.scope.sources if source.relation}
    ranked = []
    past = place.history.relations
    for schema_name in place.catalog.schema_names():
        if schema_index.is_system(schema_name):
            continue
        for key in place.catalog.schemas[schema_name].relations:
            if tier := ask.tier(key):
                score = 0.8 * log1p(past.get(key.lower(), 0.0)) - 0.01 * len(key)
                exact = key.lower() == ask.matcher.typed
                ranked.append((tier + exact, score - (key.lower() in near), schema_name, key))
    ranked.sort(key=lambda one: (-one[0], -one[1], one[3]))
    for _, score, schema_name, key in ranked[:_MOST]:
        relation = place.catalog.schemas[schema_name].relations[key]
        on_path = any(place.catalog.key(name) == schema_name for name in place.catalog.search_path)
        qualifier = "" if on_path else f"{place.dialect.write(relation.schema)}."
        yield _made(ask, relation, BASE + score, qualifier)


def _ctes(ask: Ask, evidence: table_score.Evidence) -> Iterator[Candidate]:
    if ask.clause in _NO_CTE:
        return
    used = {
        mention.name for mention in ask.mentions if mention.clause in (Clause.FROM, Clause.JOIN)
    }
    own = _cte_around(ask)
    for order, cte in enumerate(ask.place.visible.ctes):
        if not ask.tier(cte.name):
            continue
        low = cte.name.lower()
        uses = sum(
            token.text.lower() == low
            for token in ask.tokens
            if token.start != ask.context.word.start
        )
        unused = uses < 2 and low not in used
        score = BASE + (_UNUSED_CTE if unused else _USED_CTE) + 0.1 * order
        if low == own:
            # A recursive CTE has to refer to itself once.
            score = BASE + (_USED_CTE if low in used else _OWN_CTE)
        names = {field.name.lower() for field in cte.fields}
        score += 3.0 * len(names & evidence.bare)
        for alias, group in evidence.groups.items():
            if alias == low:
                score += 5.0
            score += 1.2 * len(names & group) if group and group <= names else 0.0
        made = asking.name(ask, "cte", ask.place.dialect.write(cte.name), cte.name, score)
        shown = ", ".join(field.name for field in cte.fields[:6] if field.name)
        yield replace(made, detail=f"CTE ({shown})" if shown else "CTE")


def _cte_around(ask: Ask) -> str:
    """The CTE whose body the cursor is in, if it is recursive."""
    frame = ask.context.frame.parent
    while frame is not None:
        for cte in frame.ctes:
            if cte.body.touches(ask.context.offset):
                return cte.name.lower()
        frame = frame.parent
    return ""


def _schemas(ask: Ask) -> Iterator[Candidate]:
    path = {ask.place.catalog.key(name) for name in ask.place.catalog.search_path}
    for key in ask.place.catalog.schema_names():
        schema = ask.place.catalog.schemas[key]
        if key in path or schema_index.is_system(key) or not ask.tier(schema.name):
            continue
        made = asking.name(
            ask, "schema", ask.place.dialect.write(schema.name), schema.name, BASE - 0.6
        )
        yield replace(made, detail="schema")
    if ask.context.typed:
        for name in builtins.schemas(ask.place.dialect.name):
            if ask.tier(name) and name not in ask.place.catalog.schemas:
                made = asking.name(ask, "schema", name, name, BASE - 3.0)
                yield replace(made, detail="system schema")


def _system(ask: Ask) -> Iterator[Candidate]:
    """System relations that live beside the user's own, once their name has been begun."""
    if not ask.context.typed or ask.context.quote:
        return
    for relation in builtins.hidden(ask.place.dialect.name).values():
        if ask.tier(relation.name) == match.PREFIX:
            made = asking.name(ask, relation.kind, relation.name, relation.name, BASE - 3.0)
            yield replace(made, kind="table", detail="system table", relation=relation)
