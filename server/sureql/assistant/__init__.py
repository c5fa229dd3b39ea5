"""The model's part: it is asked, within its budget, and what it answers goes through the gate."""
