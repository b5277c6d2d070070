"""Signed names."""
