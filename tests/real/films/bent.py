"""Programs of which one seam is bent, so that they do harm: those of the simulation, as real processes."""

from __future__ import annotations

#: A peer that serves badly; its first word says how, as `p2pstream.testing.sim.hostile` calls it.
SHARER = """
import sys
from p2pstream.roles import peer, peer_parts
from p2pstream.roles.assembly import peer as assembly
from p2pstream.testing.sim import hostile
bend = eval(sys.argv.pop(1), vars(hostile))

class Bent(peer_parts.PeerParts):
    def __init__(self, *given):
        super().__init__(*given)
        bend(self, None)

assembly.PeerParts = Bent
peer.main()
"""

#: ``p2p-get`` that calls all urgent.
GREEDY = """
import sys
from p2pstream.commands import get
from p2pstream.peer.client import Client
from p2pstream.testing.sim.hostile import greedy
opened = Client.open

async def hurried(*given, **options):
    client = await opened(*given, **options)
    greedy(client, None)
    return client

Client.open = hurried
sys.exit(get.main())
"""
