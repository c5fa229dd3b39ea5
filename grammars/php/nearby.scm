; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_declaration name: (_) @class.name) @class
(trait_declaration name: (_) @class.name) @class

(function_definition body: (_) @function.body) @function
(method_declaration body: (_) @function.body) @function

((comment)+ @doc . (function_definition) @documented)
((comment)+ @doc . (method_declaration) @documented)

(assignment_expression left: (_) @variable.name right: (_)) @variable

(function_call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(member_call_expression name: (_) @call.name arguments: (_) @call.arguments) @call
(nullsafe_member_call_expression name: (_) @call.name arguments: (_) @call.arguments) @call
(scoped_call_expression name: (_) @call.name arguments: (_) @call.arguments) @call
