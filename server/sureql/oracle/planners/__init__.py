"""Engines that plan queries: the user's own database, or an empty copy with imported statistics."""
