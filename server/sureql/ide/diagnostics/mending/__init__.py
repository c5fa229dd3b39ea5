"""How fixes are made and checked. Shared by several fixes."""
