; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_declaration name: (_) @class.name) @class
(record_declaration name: (_) @class.name) @class
(struct_declaration name: (_) @class.name) @class

; Attributes are no part of a signature.
(method_declaration returns: (_) @function.start body: (_) @function.body) @function
(constructor_declaration body: (_) @function.body) @function
(local_function_statement body: (_) @function.body) @function

((comment)+ @doc . (method_declaration) @documented)
((comment)+ @doc . (constructor_declaration) @documented)
((comment)+ @doc . (local_function_statement) @documented)

(variable_declarator name: (_) @variable.name (_)) @variable
(assignment_expression left: (_) @variable.name right: (_)) @variable

(invocation_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression type: (_) @call.name arguments: (_) @call.arguments) @call
(attribute name: (_) @call.name (attribute_argument_list) @call.arguments) @call
