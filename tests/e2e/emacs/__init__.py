"""Emacs, with the settings that the documentation gives."""
