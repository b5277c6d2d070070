"""What we want of the other end, and what we know of it.

Start at `taking`, all that is asked for on a connection, and `source`, its shell: a peer as an `IUnitSource`.
"""
