"""Dialects, lexer, statement splitter, template masking, tolerant parse and cursor context.

Nothing here raises for user input, and nothing here knows the catalog.
"""
