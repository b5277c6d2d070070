"""Which central a command asks."""
