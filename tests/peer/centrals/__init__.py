"""How a peer is listed and reached."""
