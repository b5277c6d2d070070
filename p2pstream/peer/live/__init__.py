"""Broadcasts as a peer has them: those that it makes, and those that it watches and gives on.

Start at `airing` (ours) and `viewing` (somebody else's); `crew` keeps neighbours, `edge` asks and
tells centrals, `windows` says where on the disk they lie.
"""
