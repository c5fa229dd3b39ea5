; grammar: tree_sitter_ruby.language
; shown as: Ruby
; ids: ruby
; files: .rb .rake .gemspec
; blocks: program body_statement then do block
; scopes: method singleton_method lambda class module
; takes sql: execute exec_query exec_params async_exec find_by_sql select_all select_one select_value
; takes sql: select_values select_rows exec_update exec_insert exec_delete count_by_sql execute_batch
; takes sql: query_single query_hash query_array exec_prepared with_sql
; may take sql: exec query run fetch prepare sql each_row update insert delete select_stats select_array
; string: <<~'(\w+)'         lines  strips
; string: <<~"?(\w+)"?       lines  strips  escapes=ruby  hole=#{,}
; string: <<-?'(\w+)'        lines
; string: <<-?"?(\w+)"?      lines  escapes=ruby  hole=#{,}
; string: %q\(               lines  closes=)  escapes=quote
; string: %q\{               lines  closes=}  escapes=quote
; string: %q\[               lines  closes=]  escapes=quote
; string: %Q?\(              lines  closes=)  escapes=ruby  hole=#{,}
; string: %Q?\{              lines  closes=}  escapes=ruby  hole=#{,}
; string: %Q?\[              lines  closes=]  escapes=ruby  hole=#{,}
; string: %[qQ]?([|!/])      lines  escapes=ruby  hole=#{,}
; string: (')                lines  escapes=quote
; string: (")                lines  escapes=ruby  hole=#{,}

(string) @literal
(interpolation) @hole
(chained_string) @join
(binary operator: "+") @join
(binary left: (_) @part operator: "<<" right: (_) @part) @join
((call
  receiver: (array) @list method: (identifier) @method arguments: (argument_list . (string) @between .)) @join
  (#eq? @method "join"))

(heredoc_beginning) @opening
(heredoc_body) @body

((parenthesized_statements . (_) @text .) @group)
((call receiver: (_) @text method: (identifier) @method) @group
  (#any-of? @method "squish" "strip" "freeze" "strip_heredoc" "chomp" "lstrip" "rstrip"))
((binary left: (_) @text operator: "%") @group (#set! marks "printf"))

(call
  method: (identifier) @callee
  arguments: (argument_list .
    [(string) (chained_string) (binary) (heredoc_beginning) (call) (parenthesized_statements)
     (identifier) (constant)] @sql))
; The database of Sequel takes a query in brackets.
((element_reference
  object: (constant) @callee . [(string) (chained_string) (heredoc_beginning)] @sql)
  (#eq? @callee "DB") (#set! strong))

(assignment left: [(identifier) (constant) (instance_variable)] @name right: (_) @value)
; More text is put behind a variable's.
(operator_assignment left: (_) @grows operator: "+=" right: (_) @more)
(binary operator: "<<") @grows
(binary left: (identifier) @grows operator: "<<")
((call receiver: (identifier) @grows method: (identifier) @method)
  (#any-of? @method "concat" "insert" "prepend" "replace" "sub!" "gsub!"))
