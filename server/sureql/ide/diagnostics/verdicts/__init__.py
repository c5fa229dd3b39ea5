"""How an engine's answers become diagnostics: its text, our repairs, and what stands where."""
