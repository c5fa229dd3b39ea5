; grammar: tree_sitter_typescript.language_typescript
; inherits: javascript
; shown as: TypeScript
