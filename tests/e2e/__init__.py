"""Tests in real editors."""
