"""A swarm in memory: the real central, peers and viewers on one clock, over links that are worked out.

``python -m p2pstream.testing.sim --seed 7 --scenario film`` runs one and prints what came of it.
The same scenario and seed are the same run, event for event; the hash that is printed proves it.

Nothing of the program is replaced but what it stands on: the reactor, the disk, the
threads, the wall clock and chance.

Start at `scenario`, what a run is made of, and `run`, which plays it; `world` is the hosts, `network` the
ways between them, `scenarios` those that there are.
"""

__all__: list[str] = []
