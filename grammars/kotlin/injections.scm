; grammar: tree_sitter_kotlin.language
; shown as: Kotlin
; ids: kotlin
; files: .kt .kts
; blocks: source_file class_body block function_body
; scopes: function_declaration lambda_literal anonymous_function
; takes sql: prepareStatement prepareCall executeQuery executeUpdate executeLargeUpdate addBatch rawQuery
; takes sql: createNativeQuery createSQLQuery queryForList queryForMap queryForObject queryForRowSet execSQL
; takes sql: batchUpdate compileStatement queryForStream SqlQuery SqlUpdate SqlBatch
; may take sql: exec execute query update sql queryOf createUpdate executeInsert queryList
; may take sql: executeTransaction executeStatement prepareQuery Select Insert Update Delete SimpleSQLiteQuery
; string: (""")  lines  hole=${,}  names=\$[A-Za-z_]\w*
; string: (")    escapes=kotlin  hole=${,}  names=\$[A-Za-z_]\w*

[(string_literal) (multiline_string_literal)] @literal
(interpolation) @hole
(binary_expression operator: "+") @join
((call_expression
  (navigation_expression . (_) @part (identifier) @method .)
  (value_arguments . (value_argument . (_) @part .) .)) @join
  (#eq? @method "append"))
((call_expression
  (navigation_expression . (_) @part (identifier) @method .)
  (value_arguments . (value_argument . (_) @part .) .)) @join
  (#eq? @method "appendLine") (#set! line))
((call_expression
  (navigation_expression . (call_expression . (identifier) @function (value_arguments) @list)
    (identifier) @method .)
  (value_arguments . (value_argument . (string_literal) @between .) .)) @join
  (#any-of? @function "listOf" "arrayOf" "mutableListOf") (#eq? @method "joinToString"))
((call_expression . (identifier) @function (value_arguments) @arguments) @empty
  (#any-of? @function "StringBuilder" "StringBuffer") (#match? @arguments "^\\([0-9]*\\)$"))

((parenthesized_expression . (_) @text .) @group)
((call_expression . (identifier) @function
  (value_arguments . (value_argument . [(string_literal) (multiline_string_literal)] @text .) .)) @group
  (#any-of? @function "StringBuilder" "StringBuffer"))
((call_expression (navigation_expression . (_) @text (identifier) @method .) (value_arguments)) @group
  (#eq? @method "toString"))
((call_expression (navigation_expression . (_) @text (identifier) @method .) (value_arguments)) @group
  (#any-of? @method "trimIndent" "trim" "replaceIndent" "trimEnd" "trimStart"))
((call_expression (navigation_expression . (_) @text (identifier) @method .) (value_arguments)) @group
  (#eq? @method "trimMargin") (#set! marks "margin"))
((call_expression (navigation_expression . (_) @text (identifier) @method .) (value_arguments)) @group
  (#eq? @method "format") (#set! marks "printf"))

(call_expression
  . (_) @callee
  (value_arguments . (value_argument
    [(string_literal) (multiline_string_literal) (binary_expression) (call_expression)
     (parenthesized_expression) (identifier)] @sql .)))
(annotation
  (constructor_invocation
    (user_type) @callee
    (value_arguments . (value_argument
      [(string_literal) (multiline_string_literal) (binary_expression) (call_expression)] @sql .))))
((annotation
  (constructor_invocation
    (user_type) @callee
    (value_arguments
      (value_argument
        [(string_literal) (multiline_string_literal) (binary_expression) (call_expression)] @sql .)
      (value_argument (identifier) @native) @said)))
  (#eq? @native "nativeQuery") (#match? @said "true") (#set! strong))

(property_declaration (variable_declaration (identifier) @name) "=" . (_) @value)
(assignment . (identifier) @name "=" . (_) @value)
; More text is put behind a variable's.
(assignment . (_) @grows "+=" . (_) @more)
((call_expression (navigation_expression (identifier) @method .)) @grows
  (#any-of? @method "append" "appendLine"))
((call_expression (navigation_expression . (identifier) @grows (identifier) @method .))
  (#any-of? @method "append" "appendLine" "insert" "setLength" "deleteCharAt" "deleteAt" "clear"))
