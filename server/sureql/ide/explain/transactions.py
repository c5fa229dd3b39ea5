"""Transactions, rights, procedures, loading and maintenance."""

from __future__ import annotations

from collections.abc import Callable

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.explain import locks, quoting
from sureql.ide.explain.model import Explanation, Step
from sureql.ide.explain.wording import code, listed, sentence, sentences
from sureql.text.span import Span

_LOCK_MODES = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE ROW EXCLUSIVE",
    "ACCESS EXCLUSIVE", "SHARE", "EXCLUSIVE",
)  # fmt: skip


def _begin(context: Context, words: list[str]) -> Explanation | None:
    if words[0] == "START" and words[1:2] != ["TRANSACTION"]:
        return None
    notes = ["what follows is kept or undone as a whole, with COMMIT or ROLLBACK"]
    upper = " ".join(token.upper for token in context.tokens)
    for level in ("SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED"):
        if f"ISOLATION LEVEL {level}" in upper:
            notes.append(f"its isolation level is {level}")
    if "READ ONLY" in upper:
        notes.append("it may only read")
    if context.dialect.name == "sqlite" and words[1:2] in (["IMMEDIATE"], ["EXCLUSIVE"]):
        notes.append("it takes the right to write at once, and fails if another connection has it")
    return _plain("begins a transaction", notes)


def _commit(context: Context, words: list[str]) -> Explanation | None:
    notes = ["others see the changes from now on, and its locks are free", "it cannot be undone"]
    return _plain("ends the transaction and keeps all of its changes", notes)


def _rollback(context: Context, words: list[str]) -> Explanation | None:
    if "TO" in words:
        name = context.tokens[len(context.tokens) - 1].text
        return _plain(
            f"undoes everything since the savepoint {code(name)}", ["the transaction goes on"]
        )
    return _plain("ends the transaction and undoes all of its changes", [])


def _savepoint(context: Context, words: list[str]) -> Explanation | None:
    name = code(context.tokens[-1].text)
    if words[0] == "RELEASE":
        return _plain(f"forgets the savepoint {name}", ["its changes stay in the transaction"])
    return _plain(f"marks a place, {name}, to which the transaction can be rolled back", [])


def _grant(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    given = words[0] == "GRANT"
    word = "TO" if given else "FROM"
    if word not in upper:
        return None
    end = upper.index(word)
    on = upper.index("ON") if "ON" in upper[:end] else end
    start = 4 if not given and upper[1:4] == ["GRANT", "OPTION", "FOR"] else 1
    what = _between(context, start, on)
    target = f" on {code(_between(context, on + 1, end))}" if on < end else ""
    rest = next(
        (
            i
            for i in range(end + 1, len(upper))
            if upper[i] in ("WITH", "CASCADE", "GRANTED", "RESTRICT")
        ),
        len(upper),
    )
    who = code(_between(context, end + 1, rest))
    verb = ("gives", "to") if given else ("takes", "away from")
    notes = []
    if "OPTION" in upper:
        notes.append(
            "they may pass it on to others (WITH GRANT OPTION)"
            if given
            else "only the right to pass it on is taken"
        )
    if "CASCADE" in upper:
        notes.append("whoever got it from them loses it too (CASCADE)")
    if upper[end + 1 : end + 2] == ["PUBLIC"]:
        notes.append("PUBLIC is every role, also those made later")
    undo = f"{'REVOKE takes it back' if given else 'GRANT gives it back'}."
    if context.dialect.name == "postgres":
        undo = sentences([undo, "inside a transaction it can be rolled back until COMMIT"])
    return _plain(f"{verb[0]} {code(what)}{target} {verb[1]} {who}", notes, undo)


def _call(context: Context, words: list[str]) -> Explanation | None:
    rest = _between(context, 1, len(context.tokens))
    notes = ["what it does is not in this statement"]
    return _plain(f"runs the procedure {code(rest)}", notes)


def _do(context: Context, words: list[str]) -> Explanation | None:
    if context.dialect.name != "postgres":
        return None
    notes = ["what the block does is not explained", "inside a transaction it can be rolled back"]
    return _plain("runs a block of procedural code once, without a name", notes)


def _vacuum(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    dialect = context.dialect.name
    if dialect == "sqlite" and "INTO" in upper:
        where = code(_between(context, upper.index("INTO") + 1, len(upper)))
        text = f"writes a copy of the database, without its gaps, to {where}"
        return _plain(text, ["the database itself stays as it is"])
    if dialect == "sqlite":
        text = "writes the whole database file anew, without its gaps"
        undo = "No other connection can write meanwhile. It cannot run inside a transaction."
        return _plain(text, [], undo)
    if dialect != "postgres":
        return None
    if "FULL" in upper:
        text = "writes the table anew and gives the free space back to the system"
        undo = locks.alone(locks.mode("ACCESS EXCLUSIVE", "the table", "until it is done"))
        return _plain(text, ["it needs space for a second copy meanwhile"], undo)
    text = "makes the space of deleted rows usable again"
    analyzed = ["it also counts values for the planner"] if "ANALYZE" in upper else []
    undo = locks.alone(locks.mode("SHARE UPDATE EXCLUSIVE", "the table"))
    return _plain(text, analyzed, undo)


def _analyze(context: Context, words: list[str]) -> Explanation | None:
    return _plain(
        "counts values in tables, so that the planner estimates better", ["no row changes"]
    )


def _reindex(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    what = code(_between(context, 1, len(context.tokens)))
    undo = ""
    if context.dialect.name == "postgres" and "CONCURRENTLY" in upper:
        undo = locks.alone("others can go on reading and writing")
    elif context.dialect.name == "postgres":
        undo = sentences(
            ["nobody can write to the table meanwhile, nor read through the index that is rebuilt"]
        )
    which = f"indexes anew ({what})" if len(context.tokens) > 1 else "all indexes anew"
    return _plain(f"builds {which}", [], undo)


def _refresh(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    place = migrations.skip(context.tokens, 1, "MATERIALIZED", "VIEW", "CONCURRENTLY")
    name, _ = migrations.name_at(context.tokens, place, context.dialect)
    if name is None:
        return None
    shown = code(quoting.spoken(context, name.span))
    level = "EXCLUSIVE" if "CONCURRENTLY" in upper else "ACCESS EXCLUSIVE"
    text = f"runs the query of the materialized view {shown} again and stores its rows"
    return _plain(text, [], locks.of_definition(context, level, shown))


def _lock(context: Context, words: list[str]) -> Explanation | None:
    place = migrations.skip(context.tokens, 1, "TABLE", "ONLY")
    found = [quoting.spoken(context, one.span) for one in migrations.listed(context, place)]
    upper = " ".join(token.upper for token in context.tokens)
    level = next((one for one in _LOCK_MODES if f"IN {one} MODE" in upper), "ACCESS EXCLUSIVE")
    if not found or context.dialect.name != "postgres":
        return None
    shown = listed(code(one) for one in found)
    undo = sentences(
        [locks.mode(level, shown), "there is no UNLOCK: the transaction's end frees it"]
    )
    return _plain(f"locks {shown} ({level})", [], undo)


def _copy(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    depth = 0
    way = -1
    for index, token in enumerate(context.tokens):
        depth += (token.text == "(") - (token.text == ")")
        if not depth and token.is_word("FROM", "TO"):
            way = index
            break
    if way < 0:
        return None
    what = _between(context, 1, way)
    where = _between(context, way + 1, min(way + 2, len(upper)))
    other, program = code(where), upper[way + 1 : way + 2] == ["PROGRAM"]
    if program:
        command = code(_between(context, way + 2, way + 3))
        other = f"the program {command}, which the database server runs"
    if upper[way] == "FROM":
        text = f"loads rows into {code(what)} from {other}"
        name = code(what.partition("(")[0].strip())
        notes = ["if one row fails, none is loaded"]
        if "ON_ERROR" in upper or "IGNORE_ERRORS" in upper:
            notes = ["rows that cannot be read are treated as its options say"]
        return _plain(text, notes, locks.of_change(context, name))
    changes = {"INSERT", "UPDATE", "DELETE", "MERGE"} & set(upper[:way])
    notes = ["the query in it changes data"] if changes else ["the data is only read"]
    return _plain(f"writes {code(what)} to {other}", notes)


def _comment(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    if "IS" not in upper:
        return None
    target = _between(context, 2, upper.index("IS"))
    return _plain(f"writes a comment on {code(target)} into the schema", ["no data changes"])


def _set(context: Context, words: list[str]) -> Explanation | None:
    rest = code(_between(context, 1, len(context.tokens)))
    notes = ["only until the transaction ends"] if "LOCAL" in words else []
    if context.tokens[1:2] and context.tokens[1].text.startswith("@") and words[1:2] != ["@@"]:
        return _plain(f"sets a variable of this session: {rest}", [])
    if not notes and context.dialect.name == "postgres":
        notes = ["it holds until the session ends or changes it again"]
    return _plain(f"changes a setting: {rest}", notes)


def _between(context: Context, start: int, end: int) -> str:
    tokens = context.tokens[start:end]
    if tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    return quoting.spoken(context, Span(tokens[0].start, tokens[-1].end)) if tokens else ""


def _plain(text: str, notes: list[str], undo: str = "") -> Explanation:
    step = Step("change", sentences([text, *notes]))
    return Explanation(sentence(text), steps=(step,), undo=undo)


TOLD: dict[str, Callable[[Context, list[str]], Explanation | None]] = {
    "BEGIN": _begin,
    "START": _begin,
    "COMMIT": _commit,
    "END": _commit,
    "ROLLBACK": _rollback,
    "ABORT": _rollback,
    "SAVEPOINT": _savepoint,
    "RELEASE": _savepoint,
    "GRANT": _grant,
    "REVOKE": _grant,
    "CALL": _call,
    "EXEC": _call,
    "EXECUTE": _call,
    "DO": _do,
    "VACUUM": _vacuum,
    "ANALYZE": _analyze,
    "ANALYSE": _analyze,
    "REINDEX": _reindex,
    "REFRESH": _refresh,
    "LOCK": _lock,
    "COPY": _copy,
    "COMMENT": _comment,
    "SET": _set,
}
"""By the first word of the statement."""
