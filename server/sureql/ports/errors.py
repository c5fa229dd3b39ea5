"""The one error tree. Adapters translate third-party exceptions into these at the edge.

SureqlError
├── ConfigurationError   a setting has the wrong type or name; says file, key, expected value
├── SourceError          a schema source cannot be read; the old catalog is kept
│   └── SourceBusy       another program holds the database file
├── CacheError           the cache folder cannot be written to
├── JudgeError           an engine that judges cannot be started or reached
├── LintError            the formatter or style linter cannot be run or refused its input
└── WorkerGone           the worker process died; the request may be sent again
"""

from __future__ import annotations


class SureqlError(Exception):
    """Carries a plain sentence for the user: what is wrong and what to do."""


class ConfigurationError(SureqlError):
    pass


class SourceError(SureqlError):
    pass


class SourceBusy(SourceError):
    pass


class CacheError(SureqlError):
    pass


class JudgeError(SureqlError):
    pass


class LintError(SureqlError):
    pass


class WorkerGone(SureqlError):
    pass
