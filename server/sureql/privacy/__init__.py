"""What may leave this machine, and what is taken out before it does."""
