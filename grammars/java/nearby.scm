; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_declaration name: (_) @class.name) @class
(interface_declaration name: (_) @class.name) @class
(record_declaration name: (_) @class.name) @class

(method_declaration body: (_) @function.body) @function
(constructor_declaration body: (_) @function.body) @function
(lambda_expression body: (_) @function.body) @function
; A query in an annotation belongs to a method that has no body.
(method_declaration type: (_) @function.start !body) @function

((block_comment)+ @doc . (method_declaration) @documented)
((line_comment)+ @doc . (method_declaration) @documented)
((block_comment)+ @doc . (constructor_declaration) @documented)

(variable_declarator name: (_) @variable.name value: (_)) @variable
(assignment_expression left: (_) @variable.name right: (_)) @variable

(method_invocation name: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression type: (_) @call.name arguments: (_) @call.arguments) @call
(annotation name: (_) @call.name arguments: (_) @call.arguments) @call
