"""The family of messages between peers and players and their central (types 60-6F of the link)."""
