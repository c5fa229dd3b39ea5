"""The Neovim client, in real Neovim."""
