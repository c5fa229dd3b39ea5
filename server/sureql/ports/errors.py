"""The one error tree. Adapters translate third-party exceptions into these at the edge.

SureqlError
├── ConfigurationError   a setting has the wrong type or name; says file, key, expected value
├── SourceError          a schema source cannot be read; the old catalog is kept
│   └── SourceBusy       another program holds the database file
├── CacheError           the cache folder cannot be written to
├── JudgeError           an engine that judges cannot be started or reached
├── PlanError            an engine cannot be asked for a plan, or does not plan the statement
├── LintError            the formatter or style linter cannot be run or refused its input
├── ModelError           a model gave no answer
│   ├── ModelRefused     the endpoint will not do this: a key, a name or a setting is wrong
│   ├── ModelBusy        too many requests or an overloaded server: later
│   ├── ModelUnreachable no connection, no answer in time, a broken one
│   ├── ModelGarbage     what came is no answer of this protocol
│   └── ModelWithheld    nothing was sent: budget, privacy, offline, or the endpoint rests
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


class PlanError(SureqlError):
    pass


class LintError(SureqlError):
    pass


class ModelError(SureqlError):
    pass


class ModelRefused(ModelError):
    pass


class ModelBusy(ModelError):
    """`retry_after`: seconds that the endpoint asks to wait, None if it does not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelUnreachable(ModelError):
    pass


class ModelGarbage(ModelError):
    pass


class ModelWithheld(ModelError):
    pass


class WorkerGone(SureqlError):
    pass
