; grammar: tree_sitter_javascript.language
; shown as: JavaScript
; ids: javascript javascriptreact
; files: .js .jsx .mjs .cjs
; blocks: program statement_block class_body switch_case switch_default object
; scopes: function_declaration generator_function_declaration function_expression arrow_function
; scopes: method_definition class_declaration
; takes sql: query execute executeSql executeQuery prepareStatement unsafe queryRaw executeRaw
; takes sql: $queryRawUnsafe $executeRawUnsafe queryRawUnsafe executeRawUnsafe runSql
; may take sql: prepare exec run all get each raw any many one none oneOrNone manyOrNone oneFirst stream
; may take sql: batch literal sql select selectAll request cursor iterate queryObject queryArray
; tags: sql SQL $queryRaw $executeRaw queryRaw executeRaw type typeAlias unsafe query
; string: (`)      lines  escapes=javascript  hole=${,}
; string: ("|')    escapes=javascript

(string) @literal
(template_string) @literal
(template_string (template_substitution (_) @expression) @hole)
(binary_expression operator: "+") @join
((call_expression
  function: (member_expression object: (array) @list property: (_) @method)
  arguments: (arguments . [(string) (template_string)] @between .)) @join
  (#eq? @method "join"))

((parenthesized_expression . (_) @text .) @group)
((call_expression
  function: (member_expression object: [(string) (template_string)] @text property: (_) @method)) @group
  (#any-of? @method "trim" "trimStart" "trimEnd"))
((call_expression function: (identifier) @function arguments: (template_string) @text) @group
  (#any-of? @function "dedent" "stripIndent" "outdent"))

(call_expression function: (_) @tag arguments: (template_string) @sql)
(call_expression
  function: (_) @callee
  arguments: (arguments . (_) @sql))
(call_expression
  function: (_) @callee
  arguments: (arguments . (object (pair key: (property_identifier) @key value: (_) @sql)))
  (#any-of? @key "text" "sql" "query"))
((call_expression
  function: (_) @callee
  arguments: (arguments . (object (shorthand_property_identifier) @sql)))
  (#any-of? @sql "text" "sql" "query"))

(variable_declarator name: (identifier) @name value: (_) @value)
(assignment_expression left: (identifier) @name right: (_) @value)
(assignment_expression left: (member_expression property: (property_identifier) @name) right: (_) @value)
(pair key: (property_identifier) @name value: (_) @value)
; A field of a class; what it is called differs between the grammars that share these queries.
(_ property: (property_identifier) @name value: (_) @value)
(_ name: (property_identifier) @name value: (_) @value)
; More text is put behind a variable's.
(augmented_assignment_expression left: (_) @grows operator: "+=" right: (_) @more)
