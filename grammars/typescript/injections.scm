; grammar: tree_sitter_typescript.language_typescript
; inherits: javascript
; shown as: TypeScript
; ids: typescript
; files: .ts .mts .cts

((as_expression . (_) @text) @group)
((satisfies_expression . (_) @text) @group)
((non_null_expression . (_) @text) @group)
