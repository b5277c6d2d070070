"""The native protocol: peers that ask each other for units of streams, and for their proofs.

Start at `messages`, the table, and `session`, one end without a socket; `peering` is its shell, and
`links` makes it.

- `asking`, `taking`, `source`: what we want of the other end, as an `IUnitSource`
- `giving`, `queue`, `haste`, `pages`: what it wants of us, and in which order it goes
- `channel`, `doors`: one stream of many on a connection
- `party`, `introducing`, `calls`: who else there is, and how those are reached whom nobody can dial
- `live`: what is said about broadcasts
"""
