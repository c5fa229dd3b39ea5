"""Faster forms of a query, each with evidence that it returns the same rows."""
