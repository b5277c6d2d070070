"""Keys, mouse, and what is meant by them."""
