"""How this peer is listed at its centrals, and whether others get through to it.

Start at `announcer` (at every central) and `announcement` (at one of them).
`called` and `doorstep` are the two sides of a peer that nobody can dial.
"""
