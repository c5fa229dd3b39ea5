"""The database schema as a value: Catalog > Schema > Relation > Column, keys, types, functions."""
