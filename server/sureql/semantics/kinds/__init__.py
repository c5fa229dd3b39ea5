"""PostgreSQL's types, exactly: what an expression's kind is and what its parser would refuse.

A kind is a type by its short name (`int4`, `text[]`), `e:schema.name` for an enumerated type,
`c:schema.name` for a row type, `unknown` for a literal that takes the type it is used as, and ''
for what is not certainly known: nothing is ever said about that.

`counted` and `duckdb` know what SQLite and DuckDB refuse of calls and operands, more coarsely.
"""
