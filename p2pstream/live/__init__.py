"""Broadcasts: who signs them, who gives them to whom, and when they are shown.

Start at `broadcast` (a source) and `relay` (a viewer, who gives on); what both have in common is
`party`.  It sees an `ILiveNeighbour`, never a protocol, and imports ``data`` and what lies below.

- `mesh`: who pushes which leaves to whom; pure, and the same in simulations
- `neighbourhood`, `gossip`: who takes part, and who is told of a slice when
- `joining`, `playout`, `rewinding`, `gaps`: where one begins, when a leaf is due, what is fetched late
- `ingest`, `unsigned`, `recording`, `reopening`: what is fed in, signed, becomes a film, and goes on
"""
