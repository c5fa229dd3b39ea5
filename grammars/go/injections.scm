; grammar: tree_sitter_go.language
; shown as: Go
; ids: go
; files: .go
; blocks: source_file block statement_list
; scopes: function_declaration method_declaration func_literal
; takes sql: Exec ExecContext Query QueryContext QueryRow QueryRowContext Prepare PrepareContext MustExec
; takes sql: Queryx QueryxContext QueryRowx QueryRowxContext NamedExec NamedExecContext NamedQuery
; takes sql: MustExecContext Preparex PreparexContext PrepareNamed PrepareNamedContext SelectContext
; takes sql: GetContext NewRaw ExecParams SendQuery
; may take sql: Get Select Raw Rebind In Queue SQL Sqlizer Expr Execute ExecOne QueryOne
; string: (`) lines
; string: (")  escapes=go

(interpreted_string_literal) @literal
(raw_string_literal) @literal
(binary_expression operator: "+") @join
((call_expression
  function: (_) @function
  arguments: (argument_list
    . (composite_literal body: (literal_value) @list)
    . [(interpreted_string_literal) (raw_string_literal)] @between .)) @join
  (#eq? @function "strings.Join"))
((qualified_type) @empty (#any-of? @empty "strings.Builder" "bytes.Buffer"))
((composite_literal type: (_) @type) @empty (#any-of? @type "strings.Builder" "bytes.Buffer"))
((type_identifier) @empty (#eq? @empty "string"))

((parenthesized_expression . (_) @text .) @group)
((call_expression function: (_) @function arguments: (argument_list . (_) @text)) @group
  (#any-of? @function "fmt.Sprintf" "fmt.Sprint") (#set! marks "printf"))
((call_expression function: (_) @function arguments: (argument_list . (_) @text .)) @group
  (#any-of? @function "strings.TrimSpace" "string" "strings.ToLower"))
((call_expression
  function: (selector_expression operand: (_) @text field: (field_identifier) @method)
  arguments: (argument_list) @arguments) @group
  (#eq? @method "String") (#eq? @arguments "()"))

(call_expression
  function: (_) @callee
  arguments: (argument_list .
    [(interpreted_string_literal) (raw_string_literal) (binary_expression) (call_expression)
     (parenthesized_expression) (identifier)] @sql))
; What goes first may be a context, or what takes the rows.
((call_expression
  function: (_) @callee
  arguments: (argument_list . (_) @first .
    [(interpreted_string_literal) (raw_string_literal) (binary_expression) (call_expression)
     (parenthesized_expression) (identifier)] @sql))
  (#match? @first "[cC]te?x|[cC]ontext|(^|[.])(c|db|tx|conn)$"))
(call_expression
  function: (_) @callee
  arguments: (argument_list . (unary_expression) .
    [(interpreted_string_literal) (raw_string_literal) (binary_expression) (call_expression)
     (identifier)] @sql))
(call_expression
  function: (_) @callee
  arguments: (argument_list . (_) . (unary_expression) .
    [(interpreted_string_literal) (raw_string_literal) (binary_expression) (call_expression)
     (identifier)] @sql))
(call_expression
  function: (_) @callee
  arguments: (argument_list . (_) . (_) . (unary_expression) .
    [(interpreted_string_literal) (raw_string_literal) (binary_expression) (call_expression)
     (identifier)] @sql))

(short_var_declaration
  left: (expression_list . (identifier) @name .) right: (expression_list . (_) @value .))
(assignment_statement
  left: (expression_list . (identifier) @name .) operator: "=" right: (expression_list . (_) @value .))
(const_spec name: (identifier) @name value: (expression_list . (_) @value .))
(var_spec name: (identifier) @name value: (expression_list . (_) @value .))
; What is declared without a value has an empty one.
(var_spec name: (identifier) @name . type: [(qualified_type) (type_identifier)] @value .)
; More text is put behind a variable's.
(assignment_statement
  left: (expression_list (_) @grows .) operator: "+=" right: (expression_list (_) @more .))
((expression_statement (call_expression
  function: (selector_expression operand: (identifier) @grows field: (field_identifier) @method)
  arguments: (argument_list . (_) @more .)))
  (#eq? @method "WriteString"))
((call_expression
  function: (selector_expression operand: (identifier) @grows field: (field_identifier) @method))
  (#any-of? @method "WriteString" "WriteByte" "WriteRune" "Write" "Reset" "Truncate"))
((call_expression
  function: (_) @function arguments: (argument_list . (unary_expression operand: (identifier) @grows)))
  (#match? @function "^fmt\\.Fprint(f|ln)?$"))
((assignment_statement
  left: (expression_list (identifier) @grows .)
  right: (expression_list (call_expression arguments: (argument_list (_) . (identifier) @same))))
  (#eq? @grows @same))
