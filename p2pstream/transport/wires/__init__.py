"""A connection that a session drives: bytes in, frames and runs of bytes out.

Start at `wire`; `driver` is what a session must have, `wire_life` the life of a wire in a table,
`deadlines` when it does something by itself.
"""
