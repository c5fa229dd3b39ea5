; grammar: tree_sitter_php.language_php
; shown as: PHP
; ids: php
; files: .php .phtml .inc
; blocks: program compound_statement declaration_list
; scopes: function_definition method_declaration anonymous_function arrow_function class_declaration
; takes sql: mysqli_query mysqli_prepare mysqli_multi_query mysqli_real_query mysql_query pg_query
; takes sql: pg_query_params pg_prepare pg_send_query sqlite_query oci_parse sqlsrv_query sqlsrv_prepare
; takes sql: executeQuery executeStatement executeUpdate fetchAllAssociative fetchAllNumeric fetchNumeric
; takes sql: fetchAllKeyValue fetchAllAssociativeIndexed fetchAssociative fetchFirstColumn
; takes sql: iterateAssociative iterateNumeric iterateKeyValue iterateColumn iterateAssociativeIndexed
; takes sql: createNativeQuery get_results get_var get_row get_col querySingle selectOne
; may take sql: query prepare exec execute fetchOne fetchAll fetchPairs fetchValue fetchObject fetchObjects
; may take sql: fetchAffected fetchCol fetchAssoc fetchRow addSql raw select insert update delete statement
; may take sql: unprepared multi_query real_query createCommand perform scalar cursor affectingStatement
; string: <<<[^\S\n]*'(\w+)'\r?\n    lines  strips
; string: <<<[^\S\n]*"?(\w+)"?\r?\n  lines  strips  escapes=php  hole={$,}
; string: (')                       lines  escapes=quote
; string: (")                       lines  escapes=php  hole={$,}

[(string) (encapsed_string) (heredoc) (nowdoc)] @literal
(encapsed_string "{" @hole . (_) . "}" @hole)
(heredoc_body "{" @hole . (_) . "}" @hole)
(encapsed_string
  [(variable_name) (member_access_expression) (nullsafe_member_access_expression)
   (subscript_expression) (dynamic_variable_name)] @hole)
(heredoc_body
  [(variable_name) (member_access_expression) (nullsafe_member_access_expression)
   (subscript_expression) (dynamic_variable_name)] @hole)
(binary_expression operator: ".") @join
((function_call_expression
  function: (name) @function
  arguments: (arguments
    . (argument [(string) (encapsed_string)] @between) . (argument (array_creation_expression) @list) .)) @join
  (#any-of? @function "implode" "join"))

((parenthesized_expression . (_) @text .) @group)
((function_call_expression
  function: (name) @function arguments: (arguments . (argument (_) @text))) @group
  (#eq? @function "sprintf") (#set! marks "printf"))
((function_call_expression
  function: (name) @function arguments: (arguments . (argument (_) @text))) @group
  (#any-of? @function "trim" "rtrim" "ltrim"))

[(member_call_expression
   name: (name) @callee
   arguments: (arguments . (argument
     [(string) (encapsed_string) (heredoc) (nowdoc) (binary_expression) (parenthesized_expression)
      (function_call_expression) (variable_name) (member_access_expression)
      (class_constant_access_expression)] @sql)))
 (nullsafe_member_call_expression
   name: (name) @callee
   arguments: (arguments . (argument
     [(string) (encapsed_string) (heredoc) (nowdoc) (binary_expression) (parenthesized_expression)
      (function_call_expression) (variable_name) (member_access_expression)
      (class_constant_access_expression)] @sql)))
 (scoped_call_expression
   name: (name) @callee
   arguments: (arguments . (argument
     [(string) (encapsed_string) (heredoc) (nowdoc) (binary_expression) (parenthesized_expression)
      (function_call_expression) (variable_name) (member_access_expression)
      (class_constant_access_expression)] @sql)))
 (function_call_expression
   function: (_) @callee
   arguments: (arguments . (argument
     [(string) (encapsed_string) (heredoc) (nowdoc) (binary_expression) (parenthesized_expression)
      (function_call_expression) (variable_name) (member_access_expression)
      (class_constant_access_expression)] @sql)))]
; The functions of old take the connection first.
((function_call_expression
  function: (_) @callee
  arguments: (arguments . (argument (_)) . (argument
    [(string) (encapsed_string) (heredoc) (nowdoc) (binary_expression) (function_call_expression)
     (variable_name)] @sql)))
  (#match? @callee "^\\\\?(mysqli|pg|sqlsrv|oci|db2|odbc|sqlite)_"))

(assignment_expression left: [(variable_name) (member_access_expression)] @name right: (_) @value)
(const_element . (name) @name . (_) @value)
(property_element name: (variable_name (name) @name) default_value: (_) @value)
; More text is put behind a variable's.
(augmented_assignment_expression left: (_) @grows operator: ".=" right: (_) @more)
