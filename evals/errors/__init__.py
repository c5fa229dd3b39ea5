"""How good the diagnostics and fixes are: `python -m evals.errors` writes RESULTS.md."""

from evals.errors import faults_names, faults_structure, faults_syntax, faults_types

__all__ = ["faults_names", "faults_structure", "faults_syntax", "faults_types"]
