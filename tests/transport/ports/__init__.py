"""The listening port, and who sits there."""
