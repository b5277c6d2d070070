"""Short programs over the parts: arguments, progress, exit codes.

A module here imports nothing heavy before its arguments are understood, so that
``--help``, ``--version`` and a slip of the finger are answered at once.

Start at `get`, the shortest of `play`, `get`, `live` and `list`: `running` runs its coroutine.

- `arguments`, `ending`: how a command begins, and how it ends; `program`: others that run beside it
- `fetching`: the parts put together around a stream, and where that goes
- `showing`: in which player a film is seen
- `output`: what is said meanwhile
- `centrals`: which one is asked, and what it lists
- `airing`: what ``p2p-live`` does
"""
