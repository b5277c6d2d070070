"""What the other end wants of us, and in which order it goes.

Start at `giving`, all requests of a connection, and `served`, its shell: a stream that one peer wants.
`queue`, `haste` and `pace` say what goes next and how much of it, `credit` how much may be asked for.
"""
