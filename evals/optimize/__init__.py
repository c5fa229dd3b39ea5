"""How much faster sureql's offered rewrites are, and whether they return the same rows."""
