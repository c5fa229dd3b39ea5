"""Do two queries return the same rows? Proved, refuted with a witness, or tried with coverage.

`compare.compare` is the way in. Queries run through the Executor port, never on the user's data.
"""
