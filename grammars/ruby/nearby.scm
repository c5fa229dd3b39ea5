; The code around SQL that prompts tell of; `prompt/sources/host.py` says what the captures mean.

(class name: (_) @class.name) @class
(module name: (_) @class.name) @class

(method body: (_) @function.body) @function
(singleton_method body: (_) @function.body) @function

((comment)+ @doc . (method) @documented)
((comment)+ @doc . (singleton_method) @documented)
(body_statement (comment)+ @doc . (method) @documented)
(body_statement (comment)+ @doc . (singleton_method) @documented)
; What stands above the first method is outside the body.
(class (comment)+ @doc . body: (body_statement . (method) @documented))
(class (comment)+ @doc . body: (body_statement . (singleton_method) @documented))
(module (comment)+ @doc . body: (body_statement . (method) @documented))

(assignment left: (_) @variable.name right: (_)) @variable

(call method: (_) @call.name arguments: (_) @call.arguments) @call
