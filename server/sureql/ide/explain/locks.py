"""What statements lock while they run, and whether they can be taken back. From each engine's
documentation; an engine that is not named here gets no remark."""

from __future__ import annotations

from collections.abc import Sequence

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain.wording import sentences

_TRANSACTIONAL = "Inside a transaction it can be rolled back until COMMIT"
_COMMITTING = ("mysql", "oracle")
_COMMITS = {
    "mysql": "MySQL commits before and after it: it cannot be rolled back",
    "oracle": "Oracle commits before and after it: it cannot be rolled back",
}
_MODES = {
    "ACCESS EXCLUSIVE": "nobody else can read or write {name} {until}",
    "EXCLUSIVE": "others can still read {name}, but not write to it, {until}",
    "SHARE ROW EXCLUSIVE": "others can still read {name}, but not write to it, {until}",
    "SHARE": "others can still read {name}, but not write to it, {until}",
    "SHARE UPDATE EXCLUSIVE": "others can still read and write {name}, but not change its definition",
    "ROW EXCLUSIVE": "others can still read and write {name}",
    "ROW SHARE": "others can still read {name}, and write to its other rows",
    "ACCESS SHARE": "others can still read and write {name}",
}
_NO_TRANSACTION = "It cannot run inside a transaction, and cannot be rolled back"


def of_change(context: Context, name: str, new: bool = False) -> str:
    """INSERT, UPDATE, DELETE and MERGE on a table (its name as code). `new`: all rows are written
    out in the statement, and none is looked for."""
    dialect = context.dialect.name
    if dialect == "postgres":
        return sentences(
            [
                "the changed rows are locked against changes by others until the transaction ends; "
                f"others can still read {name} as it was",
                _TRANSACTIONAL,
            ]
        )
    if dialect == "sqlite":
        return sentences(
            ["only one connection at a time can write to the database file", _TRANSACTIONAL]
        )
    if dialect == "duckdb":
        return sentences(
            [
                "nothing waits for a lock; if another transaction changes the same rows, one of them fails",
                _TRANSACTIONAL,
            ]
        )
    if dialect == "mysql":
        return sentences(
            [
                "with InnoDB the rows that it writes are locked until the transaction ends"
                if new
                else "with InnoDB the rows it looks at are locked until the transaction ends; without "
                "a usable index that may be every row",
                _TRANSACTIONAL,
            ]
        )
    return ""


def mode(level: str, name: str, until: str = "until the transaction ends") -> str:
    """A PostgreSQL lock and what it means for others; `name` is the table as code."""
    meaning = _MODES[level].format(name=name or "it", until=until)
    return (
        f"takes a {level} lock: {meaning}"
        if level[0] not in "AE"
        else f"takes an {level} lock: {meaning}"
    )


def of_definition(context: Context, level: str, name: str, remarks: Sequence[str] = ()) -> str:
    """A change of definitions. `level` is PostgreSQL's lock on `name`, '' if it takes none there that
    others feel. `remarks` are sentences about this one."""
    dialect = context.dialect.name
    if dialect == "postgres":
        lock = mode(level, name) if level else ""
        return sentences([lock, *remarks, _TRANSACTIONAL])
    return sentences([*remarks, *_of_other(dialect, name)])


def _of_other(dialect: str, name: str) -> list[str]:
    """What engines other than PostgreSQL do for any change of definitions; `name` is that of a table
    that is there already, '' for what is new."""
    if dialect == "sqlite":
        return ["no other connection can write to the database file meanwhile", _TRANSACTIONAL]
    if dialect == "duckdb":
        about = f" of {name}" if name else ""
        return [
            f"a transaction that changes the same definition{about} meanwhile fails",
            _TRANSACTIONAL,
        ]
    if dialect == "mysql":
        waits = (
            f"it waits until no transaction uses {name} (metadata lock), and others wait behind it"
        )
        return [waits, _COMMITS[dialect]] if name else [_COMMITS[dialect]]
    return [_COMMITS[dialect]] if dialect in _COMMITS else []


def alone(first: str = "") -> str:
    """What cannot run inside a transaction."""
    return sentences([first, _NO_TRANSACTION])


def undone(context: Context, name: str) -> str:
    """A remark for what deletes data."""
    # Where the engine commits by itself there is no COMMIT to wait for.
    when = "" if context.dialect.name in _COMMITTING else "after COMMIT, "
    return f"{when}{name} can only come back from a backup"
