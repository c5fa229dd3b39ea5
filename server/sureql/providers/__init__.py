"""Endpoints of completion models: the only package that uses the network."""
