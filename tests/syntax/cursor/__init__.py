"""Tests of the cursor context."""
