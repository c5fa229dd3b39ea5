"""Steps of the scan where relations stand: FROM, JOIN, and the targets of INSERT, UPDATE, DELETE."""

from __future__ import annotations

from sureql.syntax import layout as shapes
from sureql.syntax.context import Clause
from sureql.syntax.spots import Spot
from sureql.syntax.tokens import Kind
from sureql.syntax.vocabulary import words
from sureql.syntax.walk import Draft, Walk
from sureql.text.span import Span

# Words that can't be an alias without AS, nor a relation's name.
NOT_ALIASES = words(
    "FROM WHERE GROUP ORDER HAVING LIMIT UNION INTERSECT EXCEPT JOIN INNER CROSS NATURAL ON USING SET "
    "VALUES WHEN THEN ELSE END AND OR IN IS LIKE BETWEEN AS SELECT INTO RETURNING LEFT RIGHT FULL NOT "
    "FOR WITH LATERAL WINDOW OFFSET FETCH OUTER TABLESAMPLE DEFAULT ASC DESC CASE INDEXED"
)
_NOT_RELATIONS = NOT_ALIASES - words("LEFT RIGHT OFFSET WINDOW FULL INDEXED ASC DESC")
QUERY_WORDS = words(
    "SELECT WITH VALUES FROM TABLE INSERT UPDATE DELETE MERGE PIVOT SHOW DESCRIBE SUMMARIZE"
)
_JOIN_WORDS = words(
    "JOIN INNER LEFT RIGHT FULL CROSS NATURAL OUTER ASOF POSITIONAL SEMI ANTI STRAIGHT_JOIN GLOBAL "
    "ANY ALL APPLY"
)
_FIRST_JOIN_WORDS = _JOIN_WORDS - {"APPLY", "OUTER", "ANY", "ALL"}
_SAMPLES = words("FINAL SAMPLE PIVOT UNPIVOT MATCH_RECOGNIZE PARTITION NOLOCK")
_TYPOS = words("FORM FRMO FRM FOM FRON FROMM FRPM RFOM")
_AFTER_FROM = words("WHERE JOIN LEFT INNER")
_CONDITION_SIGNS = words(". = <> != < > <= >= IS IN LIKE ILIKE BETWEEN ~ -> ->> ::")
_IN_FROM = (Clause.FROM, Clause.JOIN, Clause.ON, Clause.USING, Clause.UPDATE, Clause.DELETE)


def relation(walk: Walk, index: int, sign: str) -> int:
    """Where a relation is expected."""
    layout = walk.layout
    token = layout.tokens[index]
    if sign == "LATERAL":
        walk.lateral = True
        return index + 1
    if sign == "ONLY" and layout.nameable(index + 1):
        return index + 1
    if sign == "TABLE" and walk.clause is not Clause.FROM and layout.nameable(index + 1):
        return index + 1  # TRUNCATE TABLE t, INSERT INTO TABLE t
    if sign in (shapes.STRING, shapes.PARAMETER):
        add(walk, Draft(None, token.start, token.end, walk.role, lateral=walk.lateral))
        return index + 1
    if not layout.nameable(index) or sign in _NOT_RELATIONS:
        if token.kind is Kind.WORD and sign in NOT_ALIASES:
            walk.spot = Spot.AFTER_RELATION  # The relation is missing.
            return after_relation(walk, index, sign)
        return index + 1
    path, after = layout.path(index, walk.end)
    if walk.at(after) == "." and walk.at(after + 1) == ".":
        if walk.at(after + 2) == shapes.NAME:  # T-SQL's `db..t`
            path, after = layout.path(after + 2, walk.end)
    elif walk.at(after) == ".":
        after += 1  # A half-typed `schema.`
    draft = Draft(path, token.start, layout.tokens[after - 1].end, walk.role, lateral=walk.lateral)
    if walk.at(after) == "(" and walk.clause is not Clause.INSERT:
        draft.function = True
    add(walk, draft)
    return after


def add(walk: Walk, draft: Draft) -> None:
    """A source was read."""
    walk.lateral = False
    walk.spot = Spot.AFTER_RELATION
    if draft.role == "target":
        walk.target = draft
        walk.column_target = draft.name
        walk.role = "from"
        if walk.clause is Clause.INSERT:
            walk.spot = Spot.AFTER_TARGET
            return
    walk.arm.sources.append(draft)


def after_relation(walk: Walk, index: int, sign: str) -> int:
    """After a relation: its alias, or a word that goes on with it."""
    if sign == "AS":
        walk.spot = Spot.RELATION_ALIAS
        return index + 1
    if sign == "TABLESAMPLE":
        return index + 2
    if sign in _SAMPLES or (sign == "WITH" and walk.at(index + 1) in ("ORDINALITY", "(")):
        return index + (2 if sign == "WITH" and walk.at(index + 1) != "(" else 1)
    if sign == "FOR" and walk.at(index + 1) in ("SYSTEM_TIME", "TIMESTAMP", "VERSION"):
        return _past_time_travel(walk, index)
    if sign == "INDEXED" and walk.at(index + 1) == "BY":
        return index + 3
    if sign in ("FOR", "INDEXED", "NOT", "USE", "FORCE"):
        return index + (2 if walk.at(index + 1) in ("INDEXED", "INDEX") else 1)
    if sign in NOT_ALIASES or not walk.layout.nameable(index):
        return index + 1
    if _begins_condition(walk, index):
        clause = Clause.ON if walk.clause is Clause.JOIN and walk.joins else Clause.WHERE
        walk.begin(index, clause, Spot.OPERAND, 0)
        return index
    if _begins_relation(walk, index):
        walk.spot = Spot.RELATION
        return index
    if walk.spot is not Spot.AFTER_RELATION:
        return index + 1
    return relation_alias(walk, index, sign)


def _past_time_travel(walk: Walk, index: int) -> int:
    """The index after `FOR SYSTEM_TIME AS OF <expression>`."""
    while index < walk.end and walk.at(index) not in ("OF", ",", ")"):
        index += 1
    index += 2
    return walk.layout.past(index, walk.end) if walk.at(index) == "(" else index


def _begins_condition(walk: Walk, index: int) -> bool:
    """True if WHERE or ON is missing: `FROM t id = 1`, `JOIN u t.id = u.id`."""
    if walk.clause not in (Clause.FROM, Clause.JOIN) or index == walk.stop:
        return False
    return walk.at(index + 1) in _CONDITION_SIGNS


def _begins_relation(walk: Walk, index: int) -> bool:
    """True if a comma is missing before a relation on a line of its own."""
    if walk.clause is not Clause.FROM or index == walk.stop:
        return False
    if walk.at(index + 1) in ("ON", "USING") and walk.joins == 0 and walk.verb != "MERGE":
        return True
    tokens = walk.layout.tokens
    gap = walk.layout.text[tokens[index - 1].end : tokens[index].start]
    if "\n" not in gap or walk.at(index + 1) == "(":
        return False
    return walk.spot is Spot.AFTER_RELATION_ALIAS or walk.at(index + 1) == ","


def relation_alias(walk: Walk, index: int, sign: str) -> int:
    """The alias itself."""
    token = walk.layout.tokens[index]
    draft = _last(walk)
    walk.spot = Spot.AFTER_RELATION_ALIAS
    if walk.verb == "INSERT" and walk.clause is Clause.INSERT:
        draft = walk.target
        walk.spot = Spot.AFTER_TARGET
    if draft is not None and walk.layout.nameable(index):
        draft.alias = walk.layout.dialect.normalize(token.text)
        draft.alias_span = token.span
        draft.end = token.end
    return index + 1


def _last(walk: Walk) -> Draft | None:
    return walk.arm.sources[-1] if walk.arm.sources else walk.target


def alias_columns(walk: Walk, opened: int, after: int) -> None:
    """The names in `AS x(a, b)` or `AS (a int, b text)`."""
    draft = _last(walk)
    if draft is None:
        return
    names: list[str] = []
    position = opened + 1
    closing = walk.layout.close(opened, walk.end)
    fresh = True
    while position < closing:
        sign = walk.at(position)
        if fresh and walk.layout.nameable(position):
            names.append(walk.layout.dialect.normalize(walk.layout.tokens[position].text))
            fresh = False
        elif sign == ",":
            fresh = True
        elif sign == "(":
            position = walk.layout.past(position, closing) - 1
        position += 1
    draft.columns = tuple(names)
    draft.end = walk.layout.tokens[after - 1].end


def starts_join(walk: Walk, index: int, sign: str) -> bool:
    """True if the word at `index` begins a JOIN here."""
    if sign not in _FIRST_JOIN_WORDS and not (sign == "OUTER" and walk.at(index + 1) == "APPLY"):
        return False
    if walk.clause not in _IN_FROM and walk.clause is not Clause.WHERE:
        return False
    if walk.clause is Clause.WHERE and walk.at(index + 1) not in _JOIN_WORDS and sign != "JOIN":
        return False
    following = walk.at(index + 1)
    if sign in ("JOIN", "STRAIGHT_JOIN"):
        return True
    if following in _JOIN_WORDS and index + 1 < walk.end:
        return following != "ALL" and following != "ANY"
    # `LEFT` and nothing yet: the user is about to type JOIN.
    if walk.spot in (Spot.AFTER_RELATION, Spot.AFTER_RELATION_ALIAS, Spot.AFTER_USING):
        return sign in ("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL") and following != "("
    return walk.spot is Spot.AFTER_OPERAND and index + 1 == walk.stop and following != "("


def join(walk: Walk, index: int, sign: str) -> int:
    """The keywords of a JOIN."""
    start = index
    crossing = False
    while walk.at(index) in _JOIN_WORDS and not (index == walk.stop and index > start):
        word = walk.at(index)
        crossing = crossing or word in ("CROSS", "NATURAL", "POSITIONAL", "APPLY")
        index += 1
        if word in ("JOIN", "STRAIGHT_JOIN", "APPLY"):
            break
    words = " ".join(walk.layout.shape[start:index])
    walk.begin(start, Clause.JOIN, Spot.RELATION, index - start)
    walk.role = "join"
    walk.lateral = words.endswith("APPLY")
    if not words.endswith(("JOIN", "APPLY")):
        walk.spot = Spot.JOIN_WORD
        walk.words = (words,)
    elif not crossing:
        walk.joins += 1
    return index


def join_word(walk: Walk, index: int, sign: str) -> int:
    """After LEFT, INNER … when something other than JOIN follows."""
    if sign in ("JOIN", "APPLY"):
        clause, first, _ = walk.arm.clauses[-1]
        walk.arm.clauses[-1] = (clause, first, index + 1)
        walk.joins += 1
        walk.spot = Spot.RELATION
        return index + 1
    if sign in _JOIN_WORDS:
        walk.words = (f"{walk.words[0]} {sign}",)
        return index + 1
    walk.spot = Spot.RELATION
    return relation(walk, index, sign)


def is_group(walk: Walk, opened: int) -> bool:
    """True if a parenthesis in FROM holds joined relations rather than a query."""
    position = opened
    closing = walk.layout.close(opened, walk.end)
    while position < closing and walk.at(position) == "(":
        position += 1
    if position >= closing or position == walk.stop == opened + 1:
        return False
    return walk.at(position) not in QUERY_WORDS and walk.at(position) != shapes.END


def derived(walk: Walk, opened: int, after: int) -> None:
    """A derived table was read (or its parenthesis at least opened)."""
    tokens = walk.layout.tokens
    start = tokens[opened].start
    closing = walk.layout.close(opened, walk.end)
    size = len(walk.layout.text)
    inner = tokens[closing].start if closing < len(tokens) else size
    end = tokens[after - 1].end if after > opened + 1 else inner
    body = Span(tokens[opened].end, max(tokens[opened].end, inner))
    draft = Draft(None, start, max(end, body.end), walk.role, body=body, lateral=walk.lateral)
    add(walk, draft)


def missing_from(walk: Walk, index: int, sign: str) -> int | None:
    """How many tokens stand for a FROM that is misspelt (1) or missing (0); None if it isn't."""
    if walk.clause is not Clause.SELECT or index == walk.stop:
        return None
    typo = sign in _TYPOS and walk.layout.nameable(index + 1)
    tokens = walk.layout.tokens
    gap = walk.layout.text[tokens[index - 1].end : tokens[index].start]
    soon = walk.at(index + 1) in _AFTER_FROM or walk.at(index + 2) in _AFTER_FROM
    if not typo and not soon and "\n" not in gap:
        return None
    position = index
    while position < walk.end:
        found = walk.at(position)
        if found == "FROM":
            return None
        if found in _AFTER_FROM:
            return int(typo)
        position = walk.layout.past(position, walk.end) if found == "(" else position + 1
    return 1 if typo else None
