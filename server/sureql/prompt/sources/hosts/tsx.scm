; grammar: tree_sitter_typescript.language_tsx
; inherits: javascript
; shown as: TypeScript
