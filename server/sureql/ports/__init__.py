"""Protocols that adapters implement, with their requests and errors. No I/O."""
