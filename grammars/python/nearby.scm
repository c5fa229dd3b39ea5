; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class_definition name: (_) @class.name) @class

(function_definition body: (_) @function.body) @function

(function_definition
  body: (block . (expression_statement (string) @doc))) @documented

(assignment left: (_) @variable.name right: (_)) @variable

(call function: (_) @call.name arguments: (_) @call.arguments) @call
