"""The SQL of a host file as a document: features read its text, editors see the host file's places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sureql.hosts import insertion
from sureql.hosts.embedding import Embedding
from sureql.text import line_index
from sureql.text.document import Document, Position
from sureql.text.edits import TextEdit
from sureql.text.encodings import Encoding
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Projected(Document):
    """`text` is the SQL of `embedding`; positions are those of `host`."""

    host: Document
    embedding: Embedding

    @property
    def file(self) -> Document:
        return self.host

    def text_at(self, position: Position, encoding: Encoding) -> int | None:
        return self.embedding.sql_at(self.host.offset_at(position, encoding))

    def text_between(self, start: Position, end: Position, encoding: Encoding) -> Span | None:
        """The SQL from the first region there to the last."""
        first, last = sorted(self.host.offset_at(edge, encoding) for edge in (start, end))
        inside = [one for one in self.embedding.regions if one.host.meets(Span(first, last))]
        if not inside:
            return None
        begin = self.embedding.sql_near(max(first, inside[0].host.start))
        stop = self.embedding.sql_near(min(last, inside[-1].host.end))
        return None if begin is None or stop is None else Span(begin, max(begin, stop))

    def position_at(self, offset: int, encoding: Encoding) -> Position:
        return self.host.position_at(self.embedding.host_at(offset), encoding)

    def range_at(self, span: Span, encoding: Encoding) -> tuple[Position, Position]:
        return self.host.range_at(self.embedding.host_span(span), encoding)

    def inserted(self, edit: TextEdit, at: Position, encoding: Encoding) -> TextEdit | None:
        return insertion.at(self.embedding, edit, self.host.offset_at(at, encoding))

    def written(self, edits: Iterable[TextEdit]) -> list[TextEdit] | None:
        return self.embedding.edits(edits)

    def possible(self, edits: Iterable[TextEdit]) -> list[TextEdit]:
        """What can't be written in one region does not hinder the others."""
        by_region: dict[int, list[TextEdit]] = {}
        for one in edits:
            found = self.embedding.region_at(one.span.start)
            by_region.setdefault(found[1].start if found else -1, []).append(one)
        return [edit for own in by_region.values() for edit in self.embedding.edits(own) or ()]


def of(host: Document, embedding: Embedding, before: Projected | None = None) -> Projected:
    """The SQL of `host`, which `embedding` was read from."""
    same = before is not None and before.text == embedding.text
    lines = before.lines if before is not None and same else line_index.of(embedding.text)
    return Projected(host.uri, host.version, embedding.text, "sql", lines, host, embedding)
