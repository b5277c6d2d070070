"""Films that are shown, or cannot be."""
