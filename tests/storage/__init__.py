"""Files that remember."""
