"""Rewrites of queries: one module each, found by its name, which is its name in code actions.

A module has a `REWRITE` (`ide/optimise/rewrite.py`). It proposes steps; `ide/optimise` combines,
checks and orders them.
"""
