"""Typing-as-suggested and prefix cache: answers a keystroke from what was suggested before."""

from __future__ import annotations


class Cache:
    """Per session, bounded (200 entries, 5 minutes)."""
