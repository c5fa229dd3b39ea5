; shown as: Markdown
; ids: markdown mdx quarto rmd
; files: .md .mdx .markdown .qmd .rmd .Rmd
; fences: sql postgresql postgres psql pgsql plpgsql mysql mariadb sqlite sqlite3 tsql mssql plsql oracle
; fences: duckdb snowflake bigquery redshift clickhouse hive hiveql spark-sql sparksql trino presto
; fences: databricks athena ddl dml jinja-sql sql+jinja
