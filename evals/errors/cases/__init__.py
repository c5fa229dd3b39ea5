"""Statements as people write them, broken and whole, written by hand and tried in the engines."""
