; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_declaration name: (_) @class.name) @class

(function_declaration body: (_) @function.body) @function
(generator_function_declaration body: (_) @function.body) @function
(function_expression body: (_) @function.body) @function
(method_definition body: (_) @function.body) @function
(arrow_function body: (_) @function.body) @function
(lexical_declaration
  (variable_declarator value: (arrow_function body: (_) @function.body))) @function
(lexical_declaration
  (variable_declarator value: (function_expression body: (_) @function.body))) @function
(pair value: (arrow_function body: (_) @function.body)) @function

((comment)+ @doc . (function_declaration) @documented)
((comment)+ @doc . (export_statement (function_declaration) @documented))
((comment)+ @doc . (method_definition) @documented)
((comment)+ @doc . (lexical_declaration) @documented)
((comment)+ @doc . (export_statement (lexical_declaration) @documented))

(variable_declarator name: (_) @variable.name value: (_)) @variable
(assignment_expression left: (_) @variable.name right: (_)) @variable

(call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
