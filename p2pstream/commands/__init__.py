"""Short programs over the parts: arguments, progress, exit codes.

A module here imports nothing heavy before its arguments are understood, so that
``--help``, ``--version`` and a slip of the finger are answered at once.

Start at `get`, the shortest of `play`, `get`, `live` and `list`: `running` runs its coroutine,
`fetching` puts the parts together, `output` and `telling` say how it goes.

- `airing`: what ``p2p-live`` does
- `show`, `players`, `outside`: in which player a film is seen
- `through`, `seeding`: by the user's own peer; what goes on afterwards
"""
