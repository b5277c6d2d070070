"""The family of messages between peers and players and their central (types 60-73 of the link).

Start at `messages`, the table, and `session`, both ends without a socket.  `serving` is the
central's shell; `asking` keeps one connection, and `client` makes several centrals one.
"""
