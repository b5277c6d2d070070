"""The private folder in which a process keeps what outlives it: keys, caches, the store.

`StateFolder` is the real `IDisk`; everything written through it is private to its user.
`seal` and `unseal` are what every small state file begins with.

Start at `folder`.
"""

from p2pstream.data.state.file import StateFile
from p2pstream.data.state.folder import StateFolder
from p2pstream.data.state.holding import Held, hold, is_held
from p2pstream.data.state.identities import kept_identity
from p2pstream.data.state.paths import parts_of
from p2pstream.data.state.pins import Pins
from p2pstream.data.state.place import state_place
from p2pstream.data.state.seal import Damaged, Sealing, seal, unseal
from p2pstream.data.state.within import Within, clear

__all__ = [
    "Damaged",
    "Held",
    "Pins",
    "Sealing",
    "StateFile",
    "StateFolder",
    "Within",
    "clear",
    "hold",
    "is_held",
    "kept_identity",
    "parts_of",
    "seal",
    "state_place",
    "unseal",
]
