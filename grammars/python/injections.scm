; grammar: tree_sitter_python.language
; shown as: Python
; ids: python
; files: .py .pyi .pyw
; blocks: module block
; scopes: function_definition lambda class_definition
; magics: sql bigquery duckdb sqlite snowflake postgres athena trino
; takes sql: execute executemany executescript execute_sql executescalar execute_batch execute_values
; takes sql: read_sql read_sql_query read_sql_query_async mogrify scalar_sql run_sql
; takes sql: fetch_all fetch_one fetch_val fetchrow fetchval iterate
; may take sql: text query raw fetch sql SQL scalar scalars stream prepare exec_driver_sql cursor run
; may take sql: execute_query run_query query_df get_pandas_df get_records get_first select copy_expert
; may take sql: fetchall fetchone fetchmany RawSQL RunSQL DDL execute_async
; string: [rRbB]*[rR][bB]?("""|''')       lines
; string: [rRbB]*[rR][bB]?("|')
; string: (?:[fF][rR]|[rR][fF])("""|''')  lines  hole={,}  doubled={}
; string: (?:[fF][rR]|[rR][fF])("|')      hole={,}  doubled={}
; string: [fFtT]("""|''')                 lines  escapes=python  hole={,}  doubled={}
; string: [fFtT]("|')                     escapes=python  hole={,}  doubled={}
; string: [uUbB]?("""|''')                lines  escapes=python
; string: [uUbB]?("|')                    escapes=python

(string) @literal
(string (interpolation expression: (_) @expression) @hole)
(concatenated_string) @join
(binary_operator operator: "+") @join
((call
  function: (attribute object: (string) @between attribute: (identifier) @method)
  arguments: (argument_list . [(list) (tuple)] @list .)) @join
  (#eq? @method "join"))

((parenthesized_expression . (_) @text .) @group)
((binary_operator left: (_) @text operator: "%") @group (#set! marks "printf"))
((call
  function: (attribute object: (_) @text attribute: (identifier) @method)) @group
  (#eq? @method "format") (#set! marks "braces"))
((call
  function: (attribute object: (string) @text attribute: (identifier) @method)) @group
  (#any-of? @method "strip" "lstrip" "rstrip" "encode"))
((call function: (_) @function arguments: (argument_list . (_) @text .)) @group
  (#any-of? @function "dedent" "textwrap.dedent" "cleandoc" "inspect.cleandoc"))

(call
  function: (_) @callee
  arguments: (argument_list . (_) @sql))
(call
  function: (_) @callee
  arguments: (argument_list
    (keyword_argument name: (identifier) @key value: (_) @sql))
  (#any-of? @key "sql" "query" "statement" "stmt" "operation"))
; What psycopg puts into `SQL("…{}…").format(…)` is marked with braces.
((call function: (_) @callee arguments: (argument_list . (string) @sql))
  (#any-of? @callee "sql.SQL" "SQL" "psycopg.sql.SQL" "psycopg2.sql.SQL") (#set! marks "braces"))

(assignment left: (identifier) @name right: (_) @value)
(assignment left: (attribute attribute: (identifier) @name) right: (_) @value)
(named_expression name: (identifier) @name value: (_) @value)
; More text is put behind a variable's.
(augmented_assignment left: (_) @grows operator: "+=" right: (_) @more)
((expression_statement
  (call function: (attribute object: (identifier) @grows attribute: (identifier) @method)))
  (#any-of? @method "write" "writelines"))
