; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(function_declaration body: (_) @function.body) @function
(method_declaration body: (_) @function.body) @function
(func_literal body: (_) @function.body) @function

((comment)+ @doc . (function_declaration) @documented)
((comment)+ @doc . (method_declaration) @documented)

(short_var_declaration left: (_) @variable.name right: (_)) @variable
(assignment_statement left: (_) @variable.name right: (_)) @variable
(var_spec name: (_) @variable.name) @variable
(const_spec name: (_) @variable.name) @variable

(call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
