"""The native protocol: peers that ask each other for units of streams, and for their proofs.

Start at `messages`, the table, and `session`, one end without a socket; `peering` is its shell, and
`links` makes it.

- `bodies`: what each message is made of; `events`: what a session tells its shell
- `channels`: one stream of many on a connection
- `taking`: what we want of the other end, as an `IUnitSource`
- `giving`: what it wants of us, and in which order it goes
- `party`, `visits`, `calls`: who else there is, and how those are reached whom nobody can dial
- `live`: what is said about broadcasts
"""
