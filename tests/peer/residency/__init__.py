"""What a running peer does for other programs."""
