"""Private engines that run queries on generated rows: SQLite, DuckDB, PostgreSQL."""
