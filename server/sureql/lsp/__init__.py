"""The protocol's edge: the only package that imports pygls. Positions become offsets here."""
