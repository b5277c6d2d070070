"""Streams on their way here."""
