"""One stream of many on a connection: how its channel is opened and closed, and what is said on it.

Start at `channel`, the table; `doors` opens and closes, and `desk` is what the shell speaks to.
"""
