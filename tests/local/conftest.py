"""Fixtures of the tests of models that sureql runs itself."""

from support.llama import llama

__all__ = ["llama"]
