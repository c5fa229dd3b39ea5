"""A document as the main process sends it to the worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from sureql.catalog import model as catalog
from sureql.semantics.snapshot import Snapshot
from sureql.sources import detect_dialect
from sureql.syntax import dialects, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Script
from sureql.text import document
from sureql.text.document import Change, Document
from sureql.text.encodings import Encoding
from sureql.workers import catalogs
from sureql.workers.requests import Sent

HEAD = 8_000
"""Characters of a file that are looked at to find out its dialect."""
_KEPT = 8
_last: OrderedDict[tuple[str, str], tuple[Document, Script]] = OrderedDict()


def snapshot(sent: Sent) -> Snapshot:
    """The same document, analysed here."""
    dialect = dialects.get(sent.dialect)
    schema = catalogs.opened(sent.catalog) or catalog.empty(dialect.name)
    parsed = _script(sent, dialect)
    return Snapshot(sent.uri, sent.path, sent.version, parsed, schema_for(dialect, schema))


def guess_dialect(text: str, path: str, expected: str = "") -> str:
    """The dialect that a file looks like: `expected`, its schema's, unless it is plainly another one.
    Takes some milliseconds: not for every keystroke."""
    if expected and not detect_dialect.is_foreign(text[:HEAD], path, expected):
        return expected
    return detect_dialect.of(text[:HEAD], path)


def dialect_of(
    text: str,
    path: str,
    setting: str,
    base: catalog.Catalog,
    guess: Callable[[str, str, str], str] = guess_dialect,
) -> Dialect:
    """The dialect of a file: as its own comment says, as set, its schema's, or as it looks."""
    known = detect_dialect.stated(text) or setting
    if base.project is not None:
        known = known or base.dialect  # One engine runs all of a dbt project.
    return dialects.get(known or guess(text, path, base.dialect if base.sources else ""))


def schema_for(dialect: Dialect, base: catalog.Catalog) -> catalog.Catalog:
    """What a file of `dialect` is checked against: a schema for another engine says nothing of it."""
    fits = base.any_dialect or base.project is not None or dialects.get(base.dialect) == dialect
    if fits or not base.sources:
        return base
    return _unknown(dialect.name)


_unknown = lru_cache(maxsize=16)(catalog.empty)  # One value for each: caches go by it.


def _script(sent: Sent, dialect: Dialect) -> Script:
    """The document's statements; of a newer version only what was edited is split again."""
    key = (sent.uri, dialect.name)
    if key not in _last:
        parsed = script.of("", dialect) if sent.parts is not None else script.of(sent.text, dialect)
        _last[key] = document.of(sent.uri, sent.text), parsed
    before, parsed = _last[key]
    if sent.parts is not None:
        _last[key] = before, script.of_parts(sent.text, sent.parts, dialect, parsed)
    elif parsed.text != sent.text:
        after, (what,) = before.apply([Change(sent.text)], sent.version, Encoding.UTF32)
        edited = parsed.edited(sent.text, what.start, what.old_end, what.new_end)
        _last[key] = after, edited
    _last.move_to_end(key)
    while len(_last) > _KEPT:
        _last.popitem(last=False)
    return _last[key][1]
