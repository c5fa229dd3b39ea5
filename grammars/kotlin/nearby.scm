; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_declaration name: (_) @class.name) @class
(object_declaration name: (_) @class.name) @class

(function_declaration "fun" @function.start (function_body) @function.body) @function
; A query in an annotation belongs to a function that has no body.
(function_declaration "fun" @function.start (user_type) .) @function
(function_declaration "fun" @function.start (function_value_parameters) .) @function

((block_comment)+ @doc . (function_declaration) @documented)
((line_comment)+ @doc . (function_declaration) @documented)

(property_declaration (variable_declaration (identifier) @variable.name) (_)) @variable
(assignment left: (_) @variable.name right: (_)) @variable

(call_expression (_) @call.name (value_arguments) @call.arguments) @call
(constructor_invocation (user_type) @call.name (value_arguments) @call.arguments) @call
