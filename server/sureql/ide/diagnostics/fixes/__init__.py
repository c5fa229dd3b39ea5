"""Fixes of problems that are no rules: `unknown_column.py` has those of `unknown-column`.

Each module has `fixes(context, problem)`, which yields fixes, best first. They are offered only if
they take the problem away and bring no new one, which `problems` sees to.
"""
