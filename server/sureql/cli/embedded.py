"""A file of another language as the command line works on it: its SQL, with the file's places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sureql.cli.files import Place, Text, Written
from sureql.hosts import insertion, reading
from sureql.hosts.embedding import Embedding
from sureql.hosts.finding import Accepts
from sureql.ports.errors import ConfigurationError
from sureql.text import line_index
from sureql.text.edits import TextEdit, apply_edits, ended_like
from sureql.text.span import Span

_SPEAKS = re.compile(
    r"\b(?:select|insert|update|delete|with|merge|create|alter|drop|truncate|replace|explain|call)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Embedded(Text):
    """`content` is the SQL of `host`, offsets are those of `content`."""

    host: Text
    embedding: Embedding

    @property
    def parts(self) -> tuple[Span, ...] | None:
        return self.embedding.parts

    @property
    def file(self) -> Text:
        return self.host

    def place(self, offset: int) -> Place:
        return self.host.place(self.embedding.host_at(offset))

    def between(self, span: Span) -> tuple[Place, Place]:
        return self.host.between(self.embedding.host_span(span))

    def source_line(self, line: int) -> str:
        return self.host.source_line(line)

    def offset(self, at: str) -> int:
        found = self.embedding.sql_at(self.host.offset(at))
        if found is None:
            raise ConfigurationError(f"There is no SQL at {at} of {self.path}.")
        return found

    def written(self, edits: Sequence[TextEdit]) -> list[Written] | None:
        found = self.embedding.edits(edits)
        return None if found is None else self.host.written(found)

    def inserted(self, edit: TextEdit, at: int) -> Written | None:
        found = insertion.at(self.embedding, edit, self.embedding.host_at(at))
        return None if found is None else (*self.host.between(found.span), found.new_text)

    def edited(self, edits: Iterable[TextEdit]) -> str | None:
        found = self.embedding.edits(edits)
        if found is None:
            return None
        return apply_edits(self.host.content, ended_like(self.host.content, found))

    def with_content(self, content: str, parts: tuple[Span, ...] | None) -> str:
        after = [one.of(content) for one in parts or ()]
        edits: list[TextEdit] = []
        for before, new in zip(self.embedding.parts, after, strict=True):
            # What can't be written in one string does not hinder the others.
            edits += self.embedding.edits([TextEdit(before, new)]) or ()
        return apply_edits(self.host.content, ended_like(self.host.content, edits))


def of(text: Text, accepts: Accepts, wanted: bool = True) -> Text:
    """The SQL of `text` if it is a file of a host language, none if it is not `wanted`; `text` itself
    if it is SQL."""
    language = reading.language_of("", str(text.path))
    if not language:
        return text
    # Most files of a program hold none: those are not taken apart.
    content = text.content if wanted and _SPEAKS.search(text.content) else ""
    embedding = reading.of(content, language, accepts).embedding
    sql = embedding.text
    return Embedded(text.path, sql, text.encoding, line_index.of(sql), text, embedding)
