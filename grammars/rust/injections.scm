; grammar: tree_sitter_rust.language
; shown as: Rust
; ids: rust
; files: .rs
; blocks: source_file block declaration_list
; scopes: function_item closure_expression
; takes sql: query_as query_scalar query_unchecked query_as_unchecked query_scalar_unchecked
; takes sql: query_with query_as_with query_scalar_with raw_sql sql_query query_row query_map query_and_then
; takes sql: execute_batch batch_execute prepare_cached prepare_typed query_one query_opt simple_query
; takes sql: execute_unprepared query_raw
; may take sql: query execute prepare from_string from_sql_and_values exec exec_drop exec_first query_drop
; may take sql: query_first query_iter fetch fetch_all fetch_one sql
; string: b?r(\#*)"   lines  closes="\1
; string: [bc]?(")    lines  escapes=rust

[(string_literal) (raw_string_literal)] @literal
(binary_expression operator: "+") @join

((reference_expression value: (_) @text) @group)
((parenthesized_expression . (_) @text .) @group)
((macro_invocation macro: (_) @macro (token_tree . [(string_literal) (raw_string_literal)] @text)) @group
  (#any-of? @macro "format" "std::format") (#set! marks "braces"))
((macro_invocation macro: (_) @macro (token_tree . [(string_literal) (raw_string_literal)] @text)) @group
  (#any-of? @macro "indoc" "formatdoc"))
((macro_invocation macro: (_) @macro (token_tree) @list) @join (#eq? @macro "concat"))
((call_expression
  function: (field_expression value: (array_expression) @list field: (field_identifier) @method)
  arguments: (arguments . (string_literal) @between .)) @join
  (#eq? @method "join"))
((call_expression function: (_) @function arguments: (arguments)) @empty (#eq? @function "String::new"))
((call_expression
  function: (_) @function arguments: (arguments . [(string_literal) (raw_string_literal)] @text .)) @group
  (#eq? @function "String::from"))
((call_expression function: (field_expression value: (_) @text field: (field_identifier) @method)) @group
  (#any-of? @method "to_string" "to_owned" "into" "as_str" "trim" "as_ref"))

(call_expression
  function: (_) @callee
  arguments: (arguments .
    [(string_literal) (raw_string_literal) (reference_expression) (binary_expression)
     (macro_invocation) (call_expression) (identifier)] @sql))
(call_expression
  function: (_) @callee
  arguments: (arguments . (reference_expression value: [(identifier) (field_expression)] @sql)))
((call_expression
  function: (_) @callee
  arguments: (arguments . [(string_literal) (raw_string_literal)] @sql))
  (#match? @callee "^sqlx::query") (#set! strong))
((call_expression
  function: (_) @callee
  arguments: (arguments . (_) . [(string_literal) (raw_string_literal) (call_expression)] @sql))
  (#match? @callee "from_string$|from_sql_and_values$"))
((macro_invocation
  macro: (_) @callee
  (token_tree . [(string_literal) (raw_string_literal)] @sql))
  (#match? @callee "(^|:)query(_[a-z_]+)?$") (#set! strong))
; The type of the rows goes before the query.
(macro_invocation
  macro: (_) @callee
  (token_tree . (identifier) . [(string_literal) (raw_string_literal)] @sql))
(macro_invocation
  macro: (_) @callee
  (token_tree . [(identifier) (crate) (super) (self)] . (identifier) .
    [(string_literal) (raw_string_literal)] @sql))
(macro_invocation
  macro: (_) @callee
  (token_tree . [(identifier) (crate) (super) (self)] . (identifier) . (identifier) .
    [(string_literal) (raw_string_literal)] @sql))

(let_declaration pattern: (identifier) @name value: (_) @value)
(const_item name: (identifier) @name value: (_) @value)
(static_item name: (identifier) @name value: (_) @value)
; More text is put behind a variable's.
(compound_assignment_expr left: (_) @grows operator: "+=" right: (_) @more)
((expression_statement (call_expression
  function: (field_expression value: (identifier) @grows field: (field_identifier) @method)
  arguments: (arguments . (_) @more .)))
  (#eq? @method "push_str"))
((call_expression function: (field_expression value: (identifier) @grows field: (field_identifier) @method))
  (#any-of? @method "push_str" "push" "insert_str" "insert" "truncate" "pop" "clear" "extend"))
((macro_invocation macro: (identifier) @macro (token_tree . (identifier) @grows))
  (#any-of? @macro "write" "writeln"))
((macro_invocation macro: (identifier) @macro (token_tree . (mutable_specifier) . (identifier) @grows))
  (#any-of? @macro "write" "writeln"))
