"""ALTER TABLE, action by action: what it does, the lock it needs in PostgreSQL, and whether it reads
or writes the whole table. It is read from tokens, because much of it has no tree."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.explain import quoting
from sureql.ide.explain.wording import code
from sureql.syntax.tokens import Token
from sureql.text.span import Span

_ORDER = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE",
    "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE",
)  # fmt: skip
_VOLATILE = ("RANDOM", "CLOCK_TIMESTAMP", "GEN_RANDOM_UUID", "UUID_GENERATE_V4", "NEXTVAL")
_CHECKED = ("CHECK", "UNIQUE", "PRIMARY", "REFERENCES", "NOT", "GENERATED", "DEFAULT", "CONSTRAINT")
_READS = "it reads every row to check them"
_WRITES = "it writes the whole table anew"


@dataclass(frozen=True, slots=True)
class Action:
    """`lock` is PostgreSQL's, `cost` what it does to the table's rows, '' for nothing. `loses` says
    that data is gone afterwards."""

    text: str
    lock: str = "ACCESS EXCLUSIVE"
    cost: str = ""
    loses: bool = False


def actions(context: Context, place: int, name: str) -> list[Action]:
    """The actions that begin at the token `place`, behind the table's name (as code)."""
    tokens = context.tokens[place:]
    if tokens and tokens[0].text == "*":
        tokens = tokens[1:]
    return [_action(context, tuple(one), name) for one in migrations.items(tokens) if one]


def strongest(found: list[Action]) -> str:
    """The strongest of the actions' locks."""
    return max((one.lock for one in found), key=_ORDER.index, default="ACCESS EXCLUSIVE")


def _action(context: Context, tokens: tuple[Token, ...], name: str) -> Action:
    words = [token.upper for token in tokens]
    head = words[:2]
    if words[0] == "ADD":
        return _add(context, tokens, words)
    if words[0] == "DROP":
        return _drop(context, tokens, words)
    if words[0] in ("ALTER", "MODIFY", "CHANGE"):
        return _alter(context, tokens, words)
    if words[0] == "RENAME":
        return _rename(context, tokens, words, name)
    if head == ["VALIDATE", "CONSTRAINT"]:
        named = _text(context, tokens[2:3])
        return Action(
            f"checks the rows that are there against {named}", "SHARE UPDATE EXCLUSIVE", _READS
        )
    if words[0] in ("ENABLE", "DISABLE") and "TRIGGER" in words[:3]:
        on = "on" if words[0] == "ENABLE" else "off"
        rest = _text(context, tokens[1 + words.index("TRIGGER") :]) or "all"
        about = f"switches triggers {on} ({rest})"
        if words[0] == "DISABLE" and words[-1] == "ALL":
            about += "; those that check foreign keys are among them"
        return Action(about, "SHARE ROW EXCLUSIVE")
    if words[0] in ("ALGORITHM", "LOCK"):
        return Action(f"asks for {_text(context, tokens)}: it fails if the engine cannot do it so")
    if head == ["ATTACH", "PARTITION"]:
        part = _text(context, tokens[2:3])
        about = f"makes {part} a partition of {name}"
        cost = (
            f"it reads every row of {part}, unless a CHECK says they fit, while nobody else can "
            "read or write that table"
        )
        return Action(about, "SHARE UPDATE EXCLUSIVE", cost)
    if head == ["DETACH", "PARTITION"]:
        slow = "CONCURRENTLY" in words
        about = f"makes {_text(context, tokens[2:3])} a table of its own"
        return Action(about, "SHARE UPDATE EXCLUSIVE" if slow else "ACCESS EXCLUSIVE")
    if words[0] == "SET" and words[1:2] in (["TABLESPACE"], ["LOGGED"], ["UNLOGGED"]):
        return Action(_plain(context, tokens), cost=_WRITES)
    if words[0] in ("SET", "RESET") and words[1:2] == ["("]:
        return Action(
            f"changes storage settings: {_text(context, tokens)}", "SHARE UPDATE EXCLUSIVE"
        )
    if words[0] == "CLUSTER" or words[:3] == ["SET", "WITHOUT", "CLUSTER"]:
        return Action(_plain(context, tokens), "SHARE UPDATE EXCLUSIVE")
    return Action(_plain(context, tokens))


def _add(context: Context, tokens: tuple[Token, ...], words: list[str]) -> Action:
    at = 1
    named = ""
    if words[at : at + 1] == ["CONSTRAINT"]:
        named = f" {_text(context, tokens[2:3])}"
        at = 3
    kind = words[at : at + 1]
    later = words[-2:] == ["NOT", "VALID"]
    if kind == ["FOREIGN"]:
        rest = _text(context, tokens[at : -2 if later else None])
        note = " (rows that are there are not checked yet)" if later else ""
        cost = "it locks the table it refers to in the same way"
        cost = cost if later else f"{_READS}, and {cost.removeprefix('it ')}"
        return Action(f"adds a foreign key{named}: {rest}{note}", "SHARE ROW EXCLUSIVE", cost)
    if kind in (["CHECK"], ["NOT"]):
        rest = _text(context, tokens[at : -2 if later else None])
        note = " (rows that are there are not checked yet)" if later else ""
        return Action(f"adds a check{named}: {rest}{note}", cost="" if later else _READS)
    if kind in (["PRIMARY"], ["UNIQUE"], ["EXCLUDE"]):
        word = {"PRIMARY": "a primary key", "UNIQUE": "a unique constraint"}.get(
            kind[0], "an exclusion"
        )
        ready = "USING" in words and "INDEX" in words
        cost = "" if ready and kind != ["EXCLUDE"] else "it builds an index meanwhile"
        return Action(f"adds {word}{named}: {_text(context, tokens[at:])}", cost=cost)
    if kind in (["INDEX"], ["KEY"], ["PARTITION"]):
        return Action(f"adds {_text(context, tokens[at:])}")
    at += kind == ["COLUMN"]
    at += 3 if words[at : at + 3] == ["IF", "NOT", "EXISTS"] else 0
    column, type_end = tokens[at : at + 1], at + 1
    while type_end < len(words) and words[type_end] not in _CHECKED:
        type_end += 1
    shown, type_ = _text(context, column), _text(context, tokens[at + 1 : type_end])
    options = words[type_end:]
    text = f"adds the column {shown}{f' of type {type_}' if type_ else ''}"
    if "DEFAULT" in options:
        start = end = type_end + options.index("DEFAULT") + 1
        while end < len(words) and words[end] not in _CHECKED:
            end += 1
        value = tokens[start:end]
        text += f", with a default ({_text(context, value)}) in the rows that are there"
    elif "GENERATED" not in options and "SERIAL" not in type_.upper():
        text += ", NOT NULL" if "NOT" in options else ", NULL in the rows that are there"
    # A default that differs from row to row has to be written into each.
    own = any(word in _VOLATILE for word in options) or "SERIAL" in type_.upper()
    if own or "STORED" in options or "IDENTITY" in options:
        return Action(text, cost=_WRITES)
    checks = "DEFAULT" in options and ("CHECK" in options or "REFERENCES" in options)
    return Action(text, cost=_READS if checks else "")


def _drop(context: Context, tokens: tuple[Token, ...], words: list[str]) -> Action:
    at = 1
    kind = "column"
    if words[at : at + 1] in (["CONSTRAINT"], ["COLUMN"], ["INDEX"], ["PARTITION"]):
        kind = words[at].lower()
        at += 1
    elif words[at : at + 2] in (["PRIMARY", "KEY"], ["FOREIGN", "KEY"]):
        return Action(_plain(context, tokens))
    at += 2 if words[at : at + 2] == ["IF", "EXISTS"] else 0
    more = " and what depends on it" if "CASCADE" in words else ""
    text = f"drops the {kind} {_text(context, tokens[at : at + 1])}{more}"
    return Action(text, loses=kind in ("column", "partition"))


def _alter(context: Context, tokens: tuple[Token, ...], words: list[str]) -> Action:
    at = 1 + (words[1:2] == ["COLUMN"])
    column, rest = _text(context, tokens[at : at + 1]), words[at + 1 :]
    behind = tokens[at + 1 :]
    if words[0] != "ALTER":
        return Action(f"changes the column {column} to {_text(context, behind)}", cost=_WRITES)
    if rest[:1] == ["TYPE"] or rest[:3] == ["SET", "DATA", "TYPE"]:
        type_ = behind[1 if rest[0] == "TYPE" else 3 :]
        cost = (
            f"{_WRITES}, except where the old values can stay as they are (a longer varchar, text)"
        )
        return Action(f"changes the type of {column} to {_text(context, type_)}", cost=cost)
    if rest[:3] == ["SET", "NOT", "NULL"]:
        cost = f"{_READS}, unless a valid CHECK says so already"
        return Action(f"forbids NULL in {column}", cost=cost)
    if rest[:3] == ["DROP", "NOT", "NULL"]:
        return Action(f"allows NULL in {column}")
    if rest[:2] == ["SET", "DEFAULT"]:
        value = _text(context, behind[2:])
        return Action(
            f"gives {column} the default {value} in new rows; the rows that are there stay"
        )
    if rest[:2] == ["DROP", "DEFAULT"]:
        return Action(f"takes the default of {column} away")
    if rest[:2] == ["SET", "STATISTICS"]:
        return Action(_plain(context, tokens), "SHARE UPDATE EXCLUSIVE")
    return Action(_plain(context, tokens))


def _rename(context: Context, tokens: tuple[Token, ...], words: list[str], name: str) -> Action:
    if words[1:2] == ["TO"]:
        return Action(
            f"renames {name} to {_text(context, tokens[2:])}; what uses the old name breaks"
        )
    at = 1 + (words[1:2] in (["COLUMN"], ["CONSTRAINT"]))
    kind = "constraint" if words[1:2] == ["CONSTRAINT"] else "column"
    old, new = _text(context, tokens[at : at + 1]), _text(context, tokens[at + 2 :])
    note = "; what uses the old name breaks" if kind == "column" else ""
    return Action(f"renames the {kind} {old} to {new}{note}")


def _plain(context: Context, tokens: tuple[Token, ...]) -> str:
    return f"does {_text(context, tokens)}"


def _text(context: Context, tokens: tuple[Token, ...]) -> str:
    if not tokens:
        return ""
    return code(quoting.spoken(context, Span(tokens[0].start, tokens[-1].end)))
