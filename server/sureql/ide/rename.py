"""Gives a CTE, alias or column of a statement, or a table that the file makes, another name.

What a name means is worked out again after the renaming: every name must mean what it meant, and
no problem may be new. Where that is not so, a message says why nothing was renamed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sureql.ide import references, renaming
from sureql.ide.references import Subject
from sureql.ide.renaming import Changed
from sureql.semantics import analysis
from sureql.semantics.occurrences import Named
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import lexer, templates
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement
from sureql.syntax.tokens import Kind
from sureql.text.edits import TextEdit, apply_edits, moved

_LONGEST = {"postgres": 63, "redshift": 127}
_DEFINES = ("CREATE", "ALTER", "DROP", "COMMENT", "TRUNCATE", "GRANT", "REVOKE", "COPY")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing is renamed, and what to do instead."""

    message: str


Outcome = tuple[TextEdit, ...] | Refused


def prepare(snapshot: Snapshot, offset: int) -> Subject | Refused:
    """What would be renamed at `offset`."""
    subject = references.at(snapshot, offset)
    if subject is None:
        statement = snapshot.script.at(offset)
        if statement.masked.strip() and references.of(snapshot, statement) is None:
            return Refused("This statement cannot be read yet. Correct its errors first.")
        return Refused("There is no name here that can be renamed.")
    if subject.shared is not None and references.made_here(snapshot, subject.shared.path) is None:
        return Refused(_of_schema(snapshot, subject))
    if (
        subject.shared is not None
        and len(subject.shared.path) == 3
        and _is_passed_on(snapshot, subject)
    ):
        return Refused(f"`{subject.name}` gets its name from `*`. List the columns there first.")
    return subject


def at(snapshot: Snapshot, offset: int, new_name: str) -> Iterator[Outcome | None]:
    """The edits that rename what is at `offset`, or why not: the last item. What comes before it is
    None, after each statement that was looked at, so that others may have their turn."""
    subject = prepare(snapshot, offset)
    if isinstance(subject, Refused):
        yield subject
        return
    dialect = snapshot.script.dialect
    new = _written(new_name, dialect)
    if isinstance(new, Refused):
        yield new
        return
    changes: list[tuple[Statement, Named, Changed]] = []
    for statement in _concerned(snapshot, subject, dialect.normalize(new)):
        named = references.of(snapshot, statement)
        if named is None:
            yield Refused(_unread(snapshot, statement, subject.name))
            return
        changed = renaming.of(
            statement.masked, named, subject.meanings(statement), subject.name, new, dialect
        )
        refused = _doubtful(snapshot, statement, named, changed, subject)
        if refused is not None:
            yield refused
            return
        changes.append((statement, named, changed))
        yield None
    yield from _checked(snapshot, subject, changes, dialect.normalize(new))


def _of_schema(snapshot: Snapshot, subject: Subject) -> str:
    path = subject.shared.path if subject.shared is not None else ()
    if len(path) == 2 and not path[0]:
        return f"It is not known what `{subject.name}` is, so it cannot be renamed."
    if len(path) == 3:
        what, change = f"a column of `{path[1]}`", f"ALTER TABLE {path[1]} RENAME COLUMN"
    else:
        what, change = "a table or view of the schema", f"ALTER TABLE {subject.name} RENAME TO"
    return (
        f"`{subject.name}` is {what}: renaming it needs a migration ({change} …). "
        "Its references can be listed."
    )


def _is_passed_on(snapshot: Snapshot, subject: Subject) -> bool:
    """True for a column that CREATE … AS SELECT * took over with its name."""
    named = references.of(snapshot, subject.home)
    if named is None or subject.own is not None or not named.output:
        return False
    return not any(one.defines and one.meaning == subject.shared for one in named.occurrences)


def _written(name: str, dialect: Dialect) -> str | Refused:
    """The new name as it is written in a statement."""
    name = name.strip()
    if not name or any(ord(mark) < 32 for mark in name):
        return Refused("The new name must have at least one character, and no line break.")
    tokens = lexer.code(name, dialect)
    quoted = len(tokens) == 1 and tokens[0].kind is Kind.QUOTED and tokens[0].closed
    meant = dialect.normalize(name) if quoted else name
    if not meant:
        return Refused("The new name must have at least one character.")
    longest = _LONGEST.get(dialect.name, 0)
    if longest and len(meant.encode(errors="replace")) > longest:
        return Refused(f"A name may have at most {longest} bytes here.")
    if quoted:
        return name
    if name.lower() in dialect.reserved:
        quote = dialect.write(name)
        return Refused(f"`{name}` is a reserved word. Choose another name, or write it as {quote}.")
    plain = (
        len(tokens) == 1
        and tokens[0].kind is Kind.WORD
        and dialect.write(dialect.normalize(name)) == dialect.normalize(name)
    )
    return name if plain else dialect.write(name)


def _concerned(snapshot: Snapshot, subject: Subject, new: str) -> tuple[Statement, ...]:
    """The statements that may name the subject, or already name something as it shall be called."""
    if subject.shared is None:
        return (subject.home,)
    return references.mentioning(snapshot.script.statements, subject.name, new)


def _where(snapshot: Snapshot, offset: int) -> str:
    """The line of an offset, for people; a string of a program has lines of its own."""
    if snapshot.script.parts is not None:
        return "there"
    line = snapshot.text.count("\n", 0, offset) + 1
    return f"in line {line}"


def _unread(snapshot: Snapshot, statement: Statement, name: str) -> str:
    where = _where(snapshot, statement.first)
    return f"Not renamed: the statement {where} cannot be read, and it may use `{name}`."


def _doubtful(
    snapshot: Snapshot, statement: Statement, named: Named, changed: Changed, subject: Subject
) -> Refused | None:
    """Why it is not certain that every place of the name is known."""
    dialect, start = snapshot.script.dialect, statement.start
    for span in changed.replaced:
        others = [
            one
            for one in named.occurrences
            if one.span == span
            and not one.implicit
            and not references.same(one, subject.meanings(statement))
        ]
        if others:
            where = _where(snapshot, start + span.start)
            return Refused(
                f"Not renamed: {where} `{subject.name}` also names the column of another "
                "table (USING). Write the join with ON first."
            )
    word = re.compile(rf"(?<!\w){re.escape(subject.name)}(?!\w)", re.IGNORECASE)
    if any(word.search(hole.of(statement.text)) for hole in statement.holes):
        return Refused(f"Not renamed: `{subject.name}` stands in a template.")
    loose = list(named.unclear)
    if statement.kind.startswith(_DEFINES) and subject.shared is not None:
        known = {one.span for one in named.occurrences}
        loose += [
            token.span
            for token in lexer.code(statement.masked, dialect)
            if token.kind in (Kind.WORD, Kind.QUOTED) and token.span not in known
        ]
    for span in loose:
        if _key(dialect.normalize(span.of(statement.masked)), dialect) == _key(
            subject.name, dialect
        ):
            where = _where(snapshot, start + span.start)
            return Refused(
                f"Not renamed: it is not known whether `{subject.name}` {where} is the same."
            )
    return None


def _key(name: str, dialect: Dialect) -> str:
    return name if dialect.case_sensitive else name.lower()


def _checked(
    snapshot: Snapshot,
    subject: Subject,
    changes: list[tuple[Statement, Named, Changed]],
    new: str,
) -> Iterator[Outcome | None]:
    """The edits, if all names mean afterwards what they meant before."""
    edits = tuple(
        edit for statement, _, changed in changes for edit in moved(changed.edits, statement.start)
    )
    try:
        text = apply_edits(snapshot.text, edits)
    except ValueError:
        yield Refused("Not renamed: two changes would overlap.")
        return
    after, again = _after(snapshot, text, changes)
    renamed = {subject.shared.path: snapshot.base.key(new)} if subject.shared is not None else {}
    for (statement, named, changed), here in zip(changes, again, strict=True):
        refused = _unlike(after, here, named, changed, renamed)
        if refused is None:
            refused = _worse(snapshot, after, statement, here)
        if refused is not None:
            yield refused
            return
        yield None
    yield edits


def _after(
    snapshot: Snapshot, text: str, changes: list[tuple[Statement, Named, Changed]]
) -> tuple[Snapshot, list[Statement]]:
    """The document with its new `text`, and the statements of `changes` in it."""
    changed = {statement.start: one.edits for statement, _, one in changes}
    statements, again, grown = [], [], 0
    for old in snapshot.script.statements:
        edits = changed.get(old.start)
        new = replace(old, start=old.start + grown) if grown else old
        if edits:
            written = apply_edits(old.text, edits)
            masked, holes = templates.mask(written, snapshot.script.dialect)
            new = replace(new, text=written, masked=masked, holes=holes)
            grown += len(written) - len(old.text)
        if edits is not None:
            again.append(new)
        statements.append(new)
    split = replace(snapshot.script, text=text, statements=tuple(statements))
    return replace(snapshot, script=split), again


def _unlike(
    after: Snapshot,
    new: Statement,
    named: Named,
    changed: Changed,
    renamed: Mapping[tuple[str, ...], str],
) -> Refused | None:
    again = references.of(after, new)
    if again is None:
        return Refused(f"Not renamed: with `{changed.new}` the statement could not be read.")
    span = renaming.difference(named, again, changed, renamed)
    if span is not None:
        where, name = _where(after, new.start + span.start), span.of(new.masked)
        return Refused(
            f"Not renamed: `{name}` {where} would then mean something else. Choose another name."
        )
    if not renaming.same_joins(named, again, changed, renamed):
        return Refused(
            "Not renamed: a NATURAL JOIN would join by other columns. Write it with ON first."
        )
    if _twice(again) and not _twice(named):
        return Refused(f"Not renamed: there would be two columns called `{changed.new}`.")
    return None


def _twice(named: Named) -> bool:
    names = [name for name, _ in named.output if name]
    return len(set(names)) < len(names)


def _worse(before: Snapshot, after: Snapshot, old: Statement, new: Statement) -> Refused | None:
    """The first problem that is there only afterwards."""
    known = Counter(code for code, _ in _problems(before, old))
    for code, message in _problems(after, new):
        known[code] -= 1
        if known[code] < 0:
            return Refused(f"Not renamed: {message}")
    return None


def _problems(snapshot: Snapshot, statement: Statement) -> list[tuple[str, str]]:
    found = analysis.analyse(
        statement.masked,
        snapshot.catalog_at(statement),
        snapshot.script.dialect,
        statement.holes,
        snapshot.path,
    )
    return [(one.code, one.message) for one in (*found.problems, *found.structure)]
