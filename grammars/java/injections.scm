; grammar: tree_sitter_java.language
; shown as: Java
; ids: java
; files: .java
; blocks: program class_body block interface_body enum_body_declarations
; scopes: method_declaration constructor_declaration lambda_expression class_declaration record_declaration
; takes sql: prepareStatement prepareCall executeQuery executeUpdate executeLargeUpdate addBatch nativeSQL
; takes sql: createNativeQuery createSQLQuery queryForList queryForMap queryForObject queryForRowSet
; takes sql: queryForStream batchUpdate SqlQuery SqlUpdate SqlBatch SqlCall
; takes sql: Select Insert Update Delete
; may take sql: execute query update sql createUpdate createBatch fetch resultQuery raw exec
; may take sql: createCall prepareBatch select PreparedStatementCreatorFactory MappingSqlQuery SqlUpdate
; string: (""")[^\S\n]*\r?\n  lines  escapes=java  strips
; string: (")                escapes=java

(string_literal) @literal
(binary_expression operator: "+") @join
((method_invocation
  object: (_) @part name: (identifier) @method arguments: (argument_list . (_) @part .)) @join
  (#eq? @method "append"))
((method_invocation
  object: (identifier) @object name: (identifier) @method
  arguments: (argument_list . (string_literal) @between) @list) @join
  (#eq? @object "String") (#eq? @method "join"))
((object_creation_expression type: (_) @type arguments: (argument_list) @arguments) @empty
  (#any-of? @type "StringBuilder" "StringBuffer") (#match? @arguments "^\\([0-9]*\\)$"))

((parenthesized_expression . (_) @text .) @group)
((object_creation_expression
  type: (_) @type arguments: (argument_list . [(string_literal) (binary_expression)] @text .)) @group
  (#any-of? @type "StringBuilder" "StringBuffer" "String"))
((method_invocation object: (identifier) @object name: (identifier) @method
  arguments: (argument_list . (_) @text)) @group
  (#eq? @object "String") (#eq? @method "format") (#set! marks "printf"))
((method_invocation object: (_) @text name: (identifier) @method) @group
  (#eq? @method "formatted") (#set! marks "printf"))
((method_invocation object: (_) @text name: (identifier) @method) @group
  (#any-of? @method "strip" "trim" "stripIndent" "stripLeading" "stripTrailing" "toString"))

(method_invocation
  name: (identifier) @callee
  arguments: (argument_list .
    [(string_literal) (binary_expression) (method_invocation) (parenthesized_expression) (identifier)]
    @sql))
(object_creation_expression
  type: (_) @callee
  arguments: (argument_list . [(string_literal) (binary_expression) (identifier)] @sql))
(annotation
  name: (_) @callee
  arguments: (annotation_argument_list . [(string_literal) (binary_expression)] @sql))
((annotation
  name: (_) @callee
  arguments: (annotation_argument_list
    (element_value_pair key: (identifier) @key value: [(string_literal) (binary_expression)] @sql)))
  (#eq? @key "value"))
; What `@Query` holds is SQL only if it says so; else it speaks of classes.
((annotation
  name: (_) @callee
  arguments: (annotation_argument_list
    (element_value_pair key: (identifier) @key value: [(string_literal) (binary_expression)] @sql)
    (element_value_pair key: (identifier) @native value: (true))))
  (#any-of? @key "value" "query") (#eq? @native "nativeQuery") (#set! strong))
((annotation
  name: (_) @callee
  arguments: (annotation_argument_list
    (element_value_pair key: (identifier) @native value: (true))
    (element_value_pair key: (identifier) @key value: [(string_literal) (binary_expression)] @sql)))
  (#any-of? @key "value" "query") (#eq? @native "nativeQuery") (#set! strong))

(variable_declarator name: (identifier) @name value: (_) @value)
(assignment_expression left: (identifier) @name operator: "=" right: (_) @value)
(assignment_expression
  left: (field_access field: (identifier) @name) operator: "=" right: (_) @value)
; More text is put behind a variable's.
(assignment_expression left: (_) @grows operator: "+=" right: (_) @more)
((expression_statement (method_invocation name: (identifier) @method) @grows)
  (#eq? @method "append"))
((method_invocation object: (identifier) @grows name: (identifier) @method)
  (#any-of? @method "append" "insert" "replace" "delete" "deleteCharAt" "setLength" "appendCodePoint"))
