/** Which documents are sent to the server. */

/** Language ids that editors and other extensions use for SQL. */
export const SQL_LANGUAGES = [
  "sql",
  "pgsql",
  "postgres",
  "postgresql",
  "mysql",
  "plsql",
  "oracle-sql",
  "tsql",
  "mssql",
  "sqlite",
  "duckdb",
  "jinja-sql",
  "snowflake-sql",
  "snowflake",
  "bigquery",
  "googlesql",
  "spark-sql",
  "databricks-sql",
  "redshift",
  "clickhouse",
  "trino",
] as const;

/** Languages in whose strings SQL is found, as the server knows them. */
export const HOST_LANGUAGES = [
  "python",
  "javascript",
  "typescript",
  "typescriptreact",
  "javascriptreact",
  "go",
  "java",
  "ruby",
  "php",
  "rust",
  "csharp",
  "kotlin",
  "markdown",
] as const;

/** Files, unsaved texts, cells of notebooks, and files of web-hosted editors. Old versions in a
 * repository and sides of a diff are left out: nobody writes there. */
export const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-remote", "vscode-vfs"] as const;

export interface DocumentFilter {
  language: string;
  scheme: string;
}

/** The filters for SQL and for the host languages that the user wants. */
export function selector(hosts: readonly string[]): DocumentFilter[] {
  const languages = [...SQL_LANGUAGES, ...HOST_LANGUAGES.filter((one) => hosts.includes(one))];
  return languages.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));
}
