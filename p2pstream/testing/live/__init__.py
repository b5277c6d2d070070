"""Broadcasts: contracts of the seams of ``interfaces.live``, and broadcasts in memory.

Start at `live`, a crowd on one clock.

- `live_parts`: `IBroadcast`, `ILiveParty`, `ILiveNeighbour`
- `watched`: `IBroadcastData`, `ILiveData`, `IWatched`
"""
