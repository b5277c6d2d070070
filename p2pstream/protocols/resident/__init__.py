"""What a user's programs say to the user's own running peer, over a socket in the private folder.

Start at `messages`; `serving` is the peer's end, `asking` that of the other programs.
"""
