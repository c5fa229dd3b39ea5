"""Formatters and style linters that others wrote, behind one function each."""
