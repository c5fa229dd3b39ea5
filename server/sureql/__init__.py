"""sureql: a language server that shows no SQL it has not checked."""

__version__ = "0.1.0"
