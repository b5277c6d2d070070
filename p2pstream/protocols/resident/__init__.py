"""What a user's programs say to the user's own running peer, over a socket in the private folder."""
