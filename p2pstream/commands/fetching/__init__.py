"""A stream as a command has it: fetched or read by way of the user's own peer, and where it goes.

Start at `fetching`, which puts the parts together.

- `through`: by the peer that runs for the same user; `seeding`: what goes on afterwards
- `destination`, `pipe`, `draining`: a file, whoever reads, nobody
- `centrals_gone`: what is told of the centrals meanwhile
- `hook`: a command of the user's that is run when a film is here
"""
