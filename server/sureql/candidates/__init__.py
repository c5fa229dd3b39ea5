"""What may come next at a place: shared by the popup and by ghost text."""
