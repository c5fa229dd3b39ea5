"""Explains a statement in plain words. Every sentence comes from the tree, the schema or the plan."""
