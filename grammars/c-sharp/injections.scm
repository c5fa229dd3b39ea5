; grammar: tree_sitter_c_sharp.language
; shown as: C#
; ids: csharp cs
; files: .cs .csx
; blocks: compilation_unit declaration_list block
; scopes: method_declaration constructor_declaration local_function_statement lambda_expression
; takes sql: CommandText SqlCommand NpgsqlCommand SqliteCommand SQLiteCommand MySqlCommand OracleCommand
; takes sql: OleDbCommand OdbcCommand DuckDBCommand SqlDataAdapter CommandDefinition FromSqlRaw
; takes sql: FromSqlInterpolated ExecuteSqlRaw ExecuteSqlRawAsync ExecuteSqlInterpolated ExecuteSqlCommand
; takes sql: ExecuteSqlInterpolatedAsync ExecuteSql ExecuteSqlAsync SqlQueryRaw FromSql ExecuteScalarAsync
; takes sql: ExecuteReaderAsync QueryMultiple QueryMultipleAsync QueryUnbufferedAsync QueryFirstAsync
; takes sql: QueryFirstOrDefault QueryFirstOrDefaultAsync QuerySingle QuerySingleAsync ExecuteNonQuery
; takes sql: QuerySingleOrDefault QuerySingleOrDefaultAsync ExecuteScalar ExecuteReader ExecuteQuery
; may take sql: Query QueryAsync QueryFirst Execute ExecuteAsync SqlQuery Sql Fetch First Single Prepare
; may take sql: ExecuteNonQueryAsync ExecuteQueryAsync CreateCommand SqlBuilder AddTemplate ExecuteRaw
; string: \$\$("{3,})[^\S\n]*\r?\n  lines  strips  hole={{,}}
; string: \$("{3,})[^\S\n]*\r?\n    lines  strips  hole={,}
; string: ("{3,})[^\S\n]*\r?\n      lines  strips
; string: \$("{3,})                 hole={,}
; string: ("{3,})
; string: (?:\$@|@\$)(")            lines  hole={,}  doubled="{}
; string: @(")                      lines  doubled="
; string: \$(")                     escapes=c-sharp  hole={,}  doubled={}
; string: (")                       escapes=c-sharp

[(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)]
  @literal
(interpolated_string_expression (interpolation) @hole)
(binary_expression operator: "+") @join
((invocation_expression
  function: (member_access_expression expression: (_) @part name: (identifier) @method)
  arguments: (argument_list . (argument . (_) @part .) .)) @join
  (#eq? @method "Append"))
((invocation_expression
  function: (member_access_expression expression: (_) @part name: (identifier) @method)
  arguments: (argument_list . (argument . (_) @part .) .)) @join
  (#eq? @method "AppendLine") (#set! line))
((invocation_expression
  function: (_) @function
  arguments: (argument_list . (argument (string_literal) @between) . (argument (string_literal))) @list) @join
  (#match? @function "^[sS]tring\\.Join$"))
((invocation_expression
  function: (_) @function
  arguments: (argument_list
    . (argument (string_literal) @between)
    . (argument (implicit_array_creation_expression (initializer_expression) @list)) .)) @join
  (#match? @function "^[sS]tring\\.Join$"))
((object_creation_expression type: (_) @type arguments: (argument_list) @arguments) @empty
  (#eq? @type "StringBuilder") (#match? @arguments "^\\([0-9]*\\)$"))

((parenthesized_expression . (_) @text .) @group)
((object_creation_expression
  type: (_) @type
  arguments: (argument_list . (argument
    [(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)
     (binary_expression)] @text) .)) @group
  (#eq? @type "StringBuilder"))
((invocation_expression
  function: (member_access_expression expression: (_) @text name: (identifier) @method)
  arguments: (argument_list) @arguments) @group
  (#eq? @method "ToString") (#eq? @arguments "()"))
((invocation_expression
  function: (_) @function arguments: (argument_list . (argument (_) @text))) @group
  (#match? @function "^([sS]tring\\.)?Format$") (#set! marks "braces"))
((invocation_expression
  function: (member_access_expression expression: (_) @text name: (identifier) @method)) @group
  (#any-of? @method "Trim" "TrimStart" "TrimEnd"))

(invocation_expression
  function: (_) @callee
  arguments: (argument_list . (argument
    [(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)
     (binary_expression) (parenthesized_expression) (invocation_expression) (identifier)] @sql)))
((invocation_expression
  function: (_) @callee
  arguments: (argument_list . (argument
    [(string_literal) (verbatim_string_literal) (raw_string_literal)] @sql)))
  (#match? @callee "(FromSqlRaw|ExecuteSqlRaw|ExecuteSqlRawAsync|SqlQueryRaw|ExecuteSqlCommand)(<[^<>]*>)?$")
  (#set! marks "braces"))
((invocation_expression
  function: (_) @callee
  arguments: (argument_list (argument name: (identifier) @name_of
    [(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)
     (binary_expression) (identifier)] @sql)))
  (#match? @name_of "^(sql|query|commandText|statement)$"))
(object_creation_expression
  type: (_) @callee
  arguments: (argument_list . (argument
    [(string_literal) (verbatim_string_literal) (raw_string_literal) (interpolated_string_expression)
     (binary_expression) (identifier)] @sql)))
(assignment_expression
  left: [(member_access_expression name: (identifier) @callee) (identifier) @callee]
  right: [(string_literal) (verbatim_string_literal) (raw_string_literal)
          (interpolated_string_expression) (binary_expression) (invocation_expression) (identifier)]
    @sql)

(variable_declarator name: (identifier) @name . (_) @value)
(assignment_expression left: (identifier) @name operator: "=" right: (_) @value)
; More text is put behind a variable's.
(assignment_expression left: (_) @grows operator: "+=" right: (_) @more)
((expression_statement
  (invocation_expression function: (member_access_expression name: (identifier) @method)) @grows)
  (#any-of? @method "Append" "AppendLine"))
((invocation_expression
  function: (member_access_expression expression: (identifier) @grows name: (identifier) @method))
  (#any-of? @method
    "Append" "AppendLine" "AppendFormat" "AppendJoin" "Insert" "Replace" "Remove" "Clear"))
