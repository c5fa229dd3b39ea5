"""How often the popup and ghost text are right, on schemas they were not tuned on."""
