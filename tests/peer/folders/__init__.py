"""Shared folders, looked at, listed and opened."""
