"""How bytes leave one connection and how they come in: in order, with pressure, past Python on plain TCP.

Start at `outbox` (what waits to be sent) and `bulk` (``sendfile`` and ``recv_into``); `gate` and
`spout` are the portable ways out, through TLS and memory.  `sending` and `receiving` are the
halves of a connection, `road` that of a wire.
"""
