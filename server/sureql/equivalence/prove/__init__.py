"""Proofs for the easy cases: canonical forms that are equal for every database."""
