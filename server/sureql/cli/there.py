"""Which statements of a file a command is about, as the jobs that work on them take it."""

from __future__ import annotations

from collections.abc import Iterator

from sureql.cli.files import Text
from sureql.cli.project import Project
from sureql.ports.errors import ConfigurationError
from sureql.syntax.script import Statement
from sureql.workers.requests import Sent, Where

Found = tuple[Statement, Where]


def statements(place: Project, text: Text, at: str | None, connected: bool) -> Iterator[Found]:
    """The statement at LINE:COL, or every one; `connected`: a database among the schema's sources
    may be asked for plans. Raises ConfigurationError if there is none."""
    loaded, parsed = place.loaded(text.path), place.script(text)
    full, dialect = text.path.resolve(), parsed.dialect.name
    sent = Sent(full.as_uri(), str(full), 0, text.content, dialect, loaded.file, text.parts)
    below = place.below(text.path)
    engine, sources = place.engine(below, dialect), tuple(place.options.schema_of(below))
    chosen_ones = parsed.statements if at is None else (parsed.at(text.offset(at)),)
    found = [one for one in chosen_ones if one.kind]
    if not found:
        where = f"at {at} of" if at else "in"
        raise ConfigurationError(f"There is no statement {where} {text.path}.")
    for one in found:
        yield one, Where(sent, one.first, engine, place.options.judge.enabled, sources, connected)
