; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(impl_item type: (_) @class.name) @class
(trait_item name: (_) @class.name) @class

(function_item body: (_) @function.body) @function

((line_comment)+ @doc . (attribute_item)* . (function_item) @documented)
((block_comment)+ @doc . (attribute_item)* . (function_item) @documented)

(let_declaration pattern: (_) @variable.name value: (_)) @variable
(const_item name: (_) @variable.name value: (_)) @variable
(static_item name: (_) @variable.name value: (_)) @variable
(assignment_expression left: (_) @variable.name right: (_)) @variable

(call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(macro_invocation macro: (_) @call.name (token_tree) @call.arguments) @call
