"""The DuckDB judge: what may be asked, the shadow's definitions, the engine."""
