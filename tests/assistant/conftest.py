"""Tests of the model's part; some with a real, small model."""

from support.llama import llama

__all__ = ["llama"]
