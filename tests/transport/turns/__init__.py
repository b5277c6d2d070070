"""Whose turn it is to send."""
