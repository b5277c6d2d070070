"""A broadcast in slots: up to a million peers, each a few numbers, on one core.

A slot is the time in which one leaf is made.  What is decided is an abstraction of what the
programs do: whoever has upload to spare sends a neighbour the newest leaf that it lacks, and
what did not come after a while is asked for.  With numba (the extra ``simulation``) the loops
are compiled; without it they are Python, for a hundred peers.

- `crowd`: who is there, what each has and can send
- `turns`: what happens in a slot; `compiling`: how that is fast
- `broadcast`: slot after slot, and what came of it
"""
