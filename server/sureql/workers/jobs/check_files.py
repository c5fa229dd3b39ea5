"""Checks whole files on disk, and leaves out those that are as they were."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sureql.catalog import model as catalog
from sureql.ide.diagnostics import runner
from sureql.semantics.snapshot import Snapshot
from sureql.syntax import script
from sureql.workers import catalogs, documents, workspace_schemas
from sureql.workers.context import Context
from sureql.workers.requests import CheckedFile, Place
from sureql.workers.requests import CheckFiles as Request
from sureql.workers.workspace_schemas import Schemas

__all__ = ["CheckedFile", "Request", "run"]

MOST = 1000
_SEVERITIES = ("error", "warning", "information", "hint")
LARGEST = 3_000_000
"""Bytes; larger files are dumps: nobody wants to see what is wrong in them."""


def run(request: Request, context: Context) -> int:
    """Report a `CheckedFile` for each file that can be read; how many files of the request were
    looked at, if something more urgent waits."""
    known = dict(request.known)
    schemas = workspace_schemas.Schemas()
    for done, (path, place) in enumerate(request.files):
        if context.cancelled() or (done and context.overtaken()):
            return done
        if (checked := _checked(Path(path), place, schemas, known.get(path, ""))) is not None:
            context.report(checked)
    return len(request.files)


def _checked(path: Path, place: Place, schemas: Schemas, known: str) -> CheckedFile | None:
    try:
        status = path.stat()
        if status.st_size > LARGEST:
            return None
        cached = schemas.of(str(path.parent), place)
        result = _result(status.st_mtime_ns, status.st_size, cached, place)
        if result == known:
            return CheckedFile(str(path), result, "", None)
        text = path.read_bytes().decode(errors="replace")
    except OSError:
        return None  # Gone since it was found, or not ours to read.
    if "\0" in text:
        return None
    schema = catalogs.opened(cached)
    base = schema or catalog.empty(place.dialect)
    dialect = documents.dialect_of(text, str(path), place.dialect, base)
    snapshot = Snapshot(
        path.as_uri(),
        str(path),
        0,
        script.of(text, dialect),
        documents.schema_for(dialect, base) if schema else catalog.empty(dialect.name),
    )
    found = runner.document(snapshot, wanted=place.wanted)
    # Nobody reads more of one file.
    worst = sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), one.span))[:MOST]
    shown = tuple(sorted(worst, key=lambda one: one.span))
    return CheckedFile(str(path), result, text if found else "", shown, len(found) - len(shown))


def _result(changed: int, size: int, schema: str, place: Place) -> str:
    """A name for what the check of a file says: the same as long as nothing changes it."""
    wanted = place.wanted
    codes = (sorted(wanted.on), sorted(wanted.off), sorted(wanted.only or ()))
    stamp = repr((changed, size, schema, place.dialect, codes))
    return hashlib.blake2b(stamp.encode(), digest_size=12).hexdigest()
