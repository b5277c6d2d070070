"""Who gives which leaves of a broadcast to whom: pure, and the same in programs and in simulations.

The leaves are dealt out into sixteen sub-streams.  For each a viewer has a parent, who pushes
its leaves as they come; whatever is missing is asked of anybody who has it, the most urgent first.

- `mesh`: `Mesh`, which is told what happened and says what to do
- `orders`: what it says
- `neighbours`: what is known of each
- `parents`, `children`: from whom, and to whom
- `needs`: which leaves are to come, until when, and of whom they were asked
- `repair`: asks for those that do not come by themselves
"""

from p2pstream.live.mesh.mesh import Mesh
from p2pstream.live.mesh.orders import (
    Abandon,
    CancelLeaf,
    Give,
    Order,
    Push,
    RequestLeaf,
    Serve,
    Subscribe,
    TellHave,
    TurnDown,
    Unsubscribe,
)

__all__ = [
    "Abandon",
    "CancelLeaf",
    "Give",
    "Mesh",
    "Order",
    "Push",
    "RequestLeaf",
    "Serve",
    "Subscribe",
    "TellHave",
    "TurnDown",
    "Unsubscribe",
]  # fmt: skip
