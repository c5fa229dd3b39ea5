; grammar: tree_sitter_typescript.language_tsx
; inherits: typescript
; shown as: TypeScript
; ids: typescriptreact
; files: .tsx
