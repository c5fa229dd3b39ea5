"""What may stand at the cursor, as a grammar that a model's answer is held to."""
