"""Values that a program puts into the text of its SQL, and how to pass them as parameters."""
