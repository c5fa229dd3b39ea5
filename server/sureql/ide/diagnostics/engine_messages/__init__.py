"""What the engines' messages mean, one module per engine with a table of patterns."""
