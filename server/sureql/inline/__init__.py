"""Ghost text: the pipeline from a keystroke to a checked suggestion."""
