"""What the other end wants of us."""
