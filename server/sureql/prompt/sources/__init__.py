"""One source of context per file; `prompt.gather` asks them all, each within its own deadline."""
