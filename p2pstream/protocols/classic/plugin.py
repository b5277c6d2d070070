"""The classic protocol as a plugin."""
