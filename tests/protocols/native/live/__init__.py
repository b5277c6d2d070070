"""What peers say to each other about broadcasts."""
