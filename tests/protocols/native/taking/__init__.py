"""What is wanted of the other end."""
