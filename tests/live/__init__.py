"""Broadcasts: who gives them to whom, and when they are shown."""
