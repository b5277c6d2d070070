"""Photographs of the window."""
