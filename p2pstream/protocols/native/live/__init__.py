"""What peers say to each other about broadcasts: a family beside that of files, on the same links.

Start at `messages`, the table, and `session`, one end without a socket; `attending` is its shell,
`neighbour` what ``live`` sees of the other end.
"""
