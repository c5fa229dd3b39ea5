"""Endpoints of models, well and badly behaved."""
