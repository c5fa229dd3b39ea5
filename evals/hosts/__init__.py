"""How well SQL is found in other languages' files: `python -m evals.hosts` writes RESULTS.md."""
