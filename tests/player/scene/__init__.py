"""What is drawn over a film, as values."""
