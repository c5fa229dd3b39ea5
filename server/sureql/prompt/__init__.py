"""What a model is told: windows of the text, the schema, statements like this one, within a budget."""
