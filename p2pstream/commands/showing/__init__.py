"""In which player a film is seen, and what is told of it while it plays.

Start at `show`, a player of ours, or at `outside`, somebody else's, for which `address` is.
"""
