"""How often verdicts on labelled pairs of queries are right: `python -m evals.equivalence`."""
