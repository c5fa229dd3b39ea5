"""One open document: its text, and the statements kept in step with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sureql.lsp import hosted, uris
from sureql.lsp.hosted import Hosted
from sureql.text import document
from sureql.text.document import Change, Document, Replaced
from sureql.text.encodings import Encoding

if TYPE_CHECKING:
    from sureql.history.model import History
    from sureql.hosts.projected import Projected
    from sureql.ports.judge import Judge
    from sureql.semantics.snapshot import Snapshot
    from sureql.syntax.dialects import Dialect
    from sureql.syntax.script import Script

LONG = 200_000
"""Characters above which statements are found off the event loop when a document is opened."""
LARGEST = 3_000_000
"""Characters above which a document is kept in step but not analysed: a dump, not a query."""
LARGEST_KEPT = 20_000_000
"""Characters above which its text is not even kept: each edit would copy all of it."""
_SAMPLE = 8_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")


@dataclass(frozen=True, slots=True)
class View:
    """One version of a document with all that a feature needs to know about it."""

    snapshot: Snapshot
    document: Document
    """Its SQL: of a host file, that of its strings."""
    path: str
    past: History
    judge: Judge | None
    deleted: bool
    """The newest edit only took text away, which was `removed`."""
    removed: str

    @property
    def place(self) -> str:
        """Its path, also where it is not of a file: of a new one, an old version, a cell."""
        return self.path or uris.path_in(self.document.uri)

    @property
    def in_host(self) -> bool:
        """True for a file of another language that holds SQL."""
        return self.snapshot.script.parts is not None


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it was when a request arrived. `view` is None before the warm-up is over."""

    uri: str
    document: Document
    view: View | None


class OpenDocument:
    """Mutable: follows the editor."""

    def __init__(
        self, opened: Document, hosted: Hosted | None = None, dropped: bool = False
    ) -> None:
        self.document = opened
        self.dropped = dropped
        """Its text was too large to be kept: it counts as empty until the editor sends it anew."""
        self.told = False
        """The user was told why nothing is said about it."""
        self.hosted = hosted
        self.path = uris.to_path(opened.uri)
        self.place = self.path or uris.path_in(opened.uri)
        self.edited_at: int | None = None
        self.removed = ""
        self.deleted = False
        self._guess: tuple[int, str, str] | None = None
        self.splitting: asyncio.Task[None] | None = None
        self._recording = False
        self._script: Script | None = None
        self._pending: list[tuple[str, Replaced]] = []

    @property
    def uri(self) -> str:
        return self.document.uri

    @property
    def sql(self) -> Document:
        """The SQL of the document: itself, or that of a host file's strings."""
        return self.document if self.hosted is None else self.hosted.projected

    @property
    def long(self) -> bool:
        """True if it takes too long to be looked through at once on the event loop."""
        return len(self.document.text) > (LONG if self.hosted is None else hosted.LONG)

    @property
    def analysed(self) -> bool:
        """False for texts that are binary or too large to look into."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Why it is not analysed, for people; '' if it is."""
        text = self.document.text
        if self.dropped or len(text) > LARGEST:
            return "is too large to be checked"
        sample = text[:_SAMPLE]
        if "\0" in text or len(_CONTROL.findall(sample)) > len(sample) // 10:
            return "is not text: it is not checked"
        return ""

    def apply(
        self, changes: Sequence[Change], version: int, encoding: Encoding
    ) -> tuple[Replaced, ...]:
        """Take in one didChange message: what its changes did to the SQL, in order."""
        replaced: list[Replaced] = []
        for change in changes:
            if self.dropped and (change.start is not None or len(change.text) > LARGEST_KEPT):
                self.document, _ = self.document.apply((), version, encoding)
                continue
            self.dropped = False
            before = self.sql.text
            self.document, (what,) = self.document.apply([change], version, encoding)
            if self.hosted is not None:
                what = self.hosted.follow(self.document, what)
            self.edited_at = what.new_end
            self.removed = before[what.start : what.old_end]
            self.deleted = bool(self.removed) and what.new_end == what.start
            replaced.append(what)
            if self._recording and self.hosted is None:
                self._pending.append((self.document.text, what))
        return tuple(replaced)

    def guess(self, text: str, path: str, expected: str = "") -> str:
        """The dialect that the text looks like, `expected` if it may be; looked at again when there is
        much more of it."""
        from sureql import app  # At first use: `initialize` must not wait.

        known = self._guess
        if known is None or known[1] != expected or len(text) > 2 * known[0] + 200:
            known = self._guess = (len(text), expected, app.guess_dialect(text, path, expected))
        return known[2]

    def reopen(self, opened: OpenDocument) -> None:
        """The client opened it again without closing it first."""
        self.document, self._script, self._pending = opened.document, None, []
        self.dropped, self._recording = opened.dropped, False
        if self.hosted is not None:
            self.hosted.reopen(opened.document)

    async def split(self, dialect: Dialect) -> None:
        """Find the statements of a long text in a thread; edits may arrive meanwhile."""
        from sureql.syntax import script

        self._recording, text = True, self.document.text
        if self.analysed:
            self._script = await asyncio.to_thread(script.of, text, dialect)

    def script(self, dialect: Dialect) -> Script:
        """The current statements in `dialect`."""
        from sureql.syntax import script  # Imported at first use: `initialize` must not wait.

        if self.hosted is not None:
            self._script = self._script_of_parts(self.hosted.projected, dialect)
            return self._script
        text = self.document.text if self.analysed else ""
        if self._script is None or self._script.dialect != dialect or not self.analysed:
            self._script = script.of(text, dialect)
        else:
            for new, what in self._pending:
                self._script = self._script.edited(new, what.start, what.old_end, what.new_end)
            if self._script.text != text:
                self._script = script.of(text, dialect)
        self._pending, self._recording = [], True
        return self._script

    def _script_of_parts(self, sql: Projected, dialect: Dialect) -> Script:
        from sureql.syntax import script

        known, parts = self._script, sql.embedding.parts
        same = known is not None and (known.dialect, known.parts) == (dialect, parts)
        if known is not None and same and known.text == sql.text:
            return known
        return script.of_parts(sql.text, parts, dialect, known)


def opened(uri: str, text: str, version: int, language_id: str) -> OpenDocument:
    """A document the editor has just opened."""
    dropped = len(text) > LARGEST_KEPT
    made = document.of(uri, "" if dropped else text, version, language_id)
    # What the editor says counts: a notebook's cell is SQL whatever file it is a part of.
    is_sql = "sql" in language_id.lower()
    if is_sql and text.startswith("%%"):
        # Some notebooks mark a cell as SQL and keep the line that says so: it is no SQL itself.
        language_id, is_sql = "python", False
    language = "" if is_sql else _host_language(language_id, uri)
    return OpenDocument(made, Hosted(language, made) if language else None, dropped)


def _host_language(language_id: str, uri: str) -> str:
    from sureql.hosts import reading  # At first use: of who writes SQL only, nobody waits for it.

    return reading.language_of(language_id, uris.path_in(uri))
