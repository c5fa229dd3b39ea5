"""What a completion model adds to the engine: how often its text is right, raw, checked and held to a
grammar, what it costs, and how many keys it saves."""
