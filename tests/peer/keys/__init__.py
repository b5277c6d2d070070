"""From shared files to keys, and back."""
