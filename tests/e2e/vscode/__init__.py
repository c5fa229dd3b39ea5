"""sureql in the real VS Code: code-server in a real browser."""
