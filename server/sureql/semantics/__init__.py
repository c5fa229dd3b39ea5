"""Scopes, name resolution, types and lineage of one statement against a catalog."""
