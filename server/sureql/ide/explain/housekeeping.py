"""Small statements of single engines: what they do in a sentence or two, without a tree."""

from __future__ import annotations

from collections.abc import Callable

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import locks, quoting
from sureql.ide.explain.model import Explanation, Step
from sureql.ide.explain.wording import code, sentence, sentences
from sureql.text.span import Span


def _rename(context: Context, words: list[str]) -> Explanation | None:
    if words[1:2] != ["TABLE"]:
        return None
    undo = locks.of_definition(context, "", "the tables")
    text = f"renames tables: {_rest(context, 2)}; what uses the old names breaks"
    return _told(text, undo=undo)


def _lock(context: Context, words: list[str]) -> Explanation | None:
    if context.dialect.name != "mysql" or words[1:2] not in (["TABLES"], ["TABLE"]):
        return None
    undo = (
        "READ lets others read these tables; WRITE lets nobody else read or write them, until "
        "UNLOCK TABLES. It commits the transaction that is open."
    )
    return _told(f"locks tables for this session: {_rest(context, 2)}", undo=undo)


def _unlock(context: Context, words: list[str]) -> Explanation | None:
    return _told("frees the tables that LOCK TABLES has locked in this session")


def _load(context: Context, words: list[str]) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    if context.dialect.name == "mysql" and words[1:2] == ["DATA"] and "TABLE" in upper:
        at = upper.index("TABLE")
        table = code(_text(context, at + 1, at + 2))
        file = upper.index("INFILE") if "INFILE" in upper else 1
        text = f"loads rows into {table} from {code(_text(context, file + 1, file + 2))}"
        return _told(text, undo=locks.of_change(context, table, new=True))
    return _told(f"loads the extension {_rest(context, 1)}")


def _optimize(context: Context, words: list[str]) -> Explanation | None:
    if context.dialect.name != "mysql":
        return None
    text = "writes the table anew with its indexes, and gives free space back"
    return _told(f"{text} ({_rest(context, 1)})", "no row changes")


def _cluster(context: Context, words: list[str]) -> Explanation | None:
    if context.dialect.name != "postgres":
        return None
    if len(context.tokens) == 1:
        text = "writes every table that was clustered before anew, in the order of its index"
        held = locks.mode("ACCESS EXCLUSIVE", "the table it is at", "until that is done")
        return _told(text, undo=locks.alone(held))
    text = f"writes the table anew in the order of an index ({_rest(context, 1)})"
    undo = locks.of_definition(context, "ACCESS EXCLUSIVE", "the table")
    return _told(text, "it needs space for a second copy meanwhile", undo=undo)


def _pragma(context: Context, words: list[str]) -> Explanation | None:
    if "=" in [token.text for token in context.tokens]:
        return _told(f"changes a setting: {_rest(context, 1)}")
    # PRAGMA x(y) asks for some settings, and changes others.
    return _told(f"asks the engine about {_rest(context, 1)}, or sets it")


def _attach(context: Context, words: list[str]) -> Explanation | None:
    at = 1 + (words[1:2] == ["DATABASE"])
    verb = "opens another database" if words[0] == "ATTACH" else "closes the attached database"
    return _told(f"{verb}: {_rest(context, at)}")


def _show(context: Context, words: list[str]) -> Explanation | None:
    return _told(f"shows {_rest(context, 1)}", "no data changes")


def _describe(context: Context, words: list[str]) -> Explanation | None:
    return _told(f"shows the definition of {_rest(context, 1)}", "no data changes")


def _summarize(context: Context, words: list[str]) -> Explanation | None:
    return _told(f"shows for each column of {_rest(context, 1)} what values it has")


def _use(context: Context, words: list[str]) -> Explanation | None:
    return _told(f"makes {_rest(context, 1)} the current database or schema of this session")


def _install(context: Context, words: list[str]) -> Explanation | None:
    return _told(f"fetches the extension {_rest(context, 1)} and stores it on this computer")


def _checkpoint(context: Context, words: list[str]) -> Explanation | None:
    return _told("writes what is only in the log so far into the data files", "no row changes")


def _notify(context: Context, words: list[str]) -> Explanation | None:
    if words[0] == "NOTIFY":
        text = f"tells all sessions that listen: {_rest(context, 1)}"
        return _told(text, "they are told when the transaction commits")
    verb = "listens to" if words[0] == "LISTEN" else "no longer listens to"
    return _told(f"{verb} {_rest(context, 1)}")


def _text(context: Context, start: int, end: int) -> str:
    tokens = context.tokens[start:end]
    if tokens and tokens[-1].text == ";":
        tokens = tokens[:-1]
    return quoting.spoken(context, Span(tokens[0].start, tokens[-1].end)) if tokens else ""


def _rest(context: Context, start: int) -> str:
    return code(_text(context, start, len(context.tokens)) or "?")


def _told(text: str, note: str = "", undo: str = "") -> Explanation:
    step = Step("change", sentences([text, note]))
    return Explanation(sentence(text), steps=(step,), undo=undo)


TOLD: dict[str, Callable[[Context, list[str]], Explanation | None]] = {
    "ATTACH": _attach,
    "CHECKPOINT": _checkpoint,
    "CLUSTER": _cluster,
    "DESC": _describe,
    "DESCRIBE": _describe,
    "DETACH": _attach,
    "INSTALL": _install,
    "LISTEN": _notify,
    "LOAD": _load,
    "LOCK": _lock,
    "NOTIFY": _notify,
    "OPTIMIZE": _optimize,
    "PRAGMA": _pragma,
    "RENAME": _rename,
    "SHOW": _show,
    "SUMMARIZE": _summarize,
    "UNLISTEN": _notify,
    "UNLOCK": _unlock,
    "USE": _use,
}
"""By the first word of the statement."""
