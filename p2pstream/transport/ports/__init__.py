"""The listening port: a connection's first bytes tell whose it is.

Start at `listening`, a service, and `port`, which shows what comes to the protocols in turn.
`door` accepts also when descriptors are short, `seats` bounds who sits there.
"""
