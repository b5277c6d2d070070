"""Public pieces for tests: contracts, fakes, simulated networks, films.  Only tests import them.

Start at the contract of what you provide: what every provider of a seam must do, as a mixin for
trial's test cases.  The folders have the names of those of ``interfaces``, and beside the contracts
what such tests are made of:

- `bytes`, `wires`, `state`, `proofs`: data, connections, disks, films with trees
- `central`, `live`, `people`, `views`: a central, broadcasts, players, what is shown of nodes
- `clock`, `workers`: time and work on one thread; `node`: `INode`, and one that says what a test wants
- `nearby`: `INeighbourhood`, and a network in memory; `library`: `ILibrary`; `fetching`: `IFetches`
- `requests`: `IWebRequest`, and one in memory
- `film`: films whose frames carry their number; `fake_media`: `IMedia`, and one that opens none
- `sim`: a whole swarm on simulated hosts
"""
